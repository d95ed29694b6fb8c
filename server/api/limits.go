package api

import (
	"net/netip"
	"time"
)

// Limits bound what strangers may do. The first part has no limit where it is 0; the second takes the defaults named there.
type Limits struct {
	Connections int // TCP connections of this node, sockets included
	Sockets     int // of this node
	// Of one address: the client's, not that of a trusted proxy; one /64 of IPv6 is one address. Those a minute may all come at once.
	AddressRequests    int // a minute: HTTP requests and messages of sockets
	AddressSessions    int // a minute: buyers made or renewed
	AddressHandshakes  int // a minute: sockets opened
	AddressSockets     int // at once
	AddressConnections int // at once: TCP connections, of the peer itself
	// Of one buyer, wherever he comes from.
	BuyerRequests int // a minute: over HTTP and sockets together
	BuyerSockets  int // at once
	// TrustedProxies are believed when they say for whom they ask. Exempt addresses, and loopback, have none of the limits of addresses
	// and buyers.
	TrustedProxies []netip.Prefix
	Exempt         []netip.Prefix

	BodyBytes       int           // of an HTTP request: 64 KiB
	LargeRequests   int           // of this node, at once: HTTP requests of more than twice headerBytes, and most of more than headerBytes: 256
	FrameBytes      int           // of a socket message: 64 KiB
	MessagesPerS    int           // per socket, sustained: 50
	MessagesBurst   int           // per socket: twice MessagesPerS
	Joins           int           // zones at once per socket, as the hub was told: 16
	SeatsPerRequest int           // 50
	Concurrency     int           // holds, releases and extends at work per socket; more make its reading wait: 8
	PlanCacheBytes  int           // seats of zones, events and parts of documents kept in memory, plain and compressed together: 64 MiB
	Ping            time.Duration // the server pings so often: 25 s
	Idle            time.Duration // nothing read for so long closes a socket: 60 s
	Message         time.Duration // a message of a socket that has begun has ended after so long: 3 s
	Request         time.Duration // one request's work: 10 s
	Booking         time.Duration // a booking's, which waits for Kafka: 15 s
	ReadTimeout     time.Duration // of an HTTP request from its first byte to its last, and of a new connection's silence: 15 s
	WriteTimeout    time.Duration // of an HTTP answer: 30 s
	IdleTimeout     time.Duration // of a kept connection: 75 s
}

func (l Limits) withDefaults() Limits {
	for _, n := range []struct {
		value *int
		usual int
	}{
		{&l.BodyBytes, 64 << 10}, {&l.LargeRequests, 256}, {&l.FrameBytes, 64 << 10}, {&l.MessagesPerS, 50}, {&l.Joins, 16}, {&l.SeatsPerRequest, 50},
		{&l.Concurrency, 8}, {&l.PlanCacheBytes, 64 << 20},
	} {
		if *n.value <= 0 {
			*n.value = n.usual
		}
	}
	if l.MessagesBurst <= 0 {
		l.MessagesBurst = 2 * l.MessagesPerS
	}
	for _, d := range []struct {
		value *time.Duration
		usual time.Duration
	}{
		{&l.Ping, 25 * time.Second}, {&l.Idle, 60 * time.Second}, {&l.Message, 3 * time.Second}, {&l.Request, 10 * time.Second}, {&l.Booking, 15 * time.Second},
		{&l.ReadTimeout, 15 * time.Second}, {&l.WriteTimeout, 30 * time.Second}, {&l.IdleTimeout, 75 * time.Second},
	} {
		if *d.value <= 0 {
			*d.value = d.usual
		}
	}
	return l
}
