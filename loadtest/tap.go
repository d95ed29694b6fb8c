package main

import "net/http"

// tap hears what servers answer and say, with the host:port that it came from. Tests set it before the first call, to hold all of it to
// the protocol's descriptions: those stand beside the server, to which this program is a stranger.
var tap struct {
	answered func(host, method, path string, res *http.Response, body []byte)
	said     func(host string, message []byte) // message is valid during the call
}
