package hub

import (
	"fmt"
	"strconv"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"jari/server/redistest"
)

// channelOn names a channel that belongs to one of a cluster's masters.
func channelOn(t *testing.T, c *redistest.Cluster, master int) string {
	t.Helper()
	for i := 0; ; i++ {
		if channel := fmt.Sprintf("zone:{e%d}:A", i); c.Of(t, channel) == master {
			return channel
		}
	}
}

// A master dies and its replica takes over: who listened there is told that something may be missing, the others notice nothing.
func TestRelayClusterFailsOver(t *testing.T) {
	cluster := redistest.StartCluster(t, 3, true, "--cluster-node-timeout", "2000")
	b := openRelay(t, three{cluster}.Address(), true, time.Second)
	first, second := channelOn(t, cluster, 0), channelOn(t, cluster, 1)
	hurt, other := b.subscribe(t, first, 10), b.subscribe(t, second, 10)
	cluster.Masters[0].Kill()
	lost(t, hurt)
	for channel, box := range map[string]*Mailbox{first: hurt, second: other} {
		b.publish(t, channel, "after")
		receive(t, box, "after")
	}
	notLost(t, other)
}

// A master that is replaced while it is well stays connected, as a replica: what the new one says arrives, or a loss is told.
func TestRelayClusterChangesMasters(t *testing.T) {
	cluster := redistest.StartCluster(t, 3, true)
	b := openRelay(t, three{cluster}.Address(), true, time.Second)
	channel := channelOn(t, cluster, 0)
	box := b.subscribe(t, channel, 10)
	replica := dial(cluster.Replicas[0].Addr, 0)
	defer replica.Close()
	if err := replica.ClusterFailover(t.Context()).Err(); err != nil {
		t.Fatal(err)
	}
	for _, s := range []*redistest.Server{cluster.Replicas[0], cluster.Masters[0]} {
		role := map[bool]string{true: "role:master", false: "role:slave"}[s == cluster.Replicas[0]]
		eventually(t, s.Addr+" has the "+role, func() bool { return redistest.Says(t, s, role, "info", "replication") })
	}
	// What is published while the two change places may be lost, and the last of it without a word: positions are compared for that.
	again := time.NewTicker(100 * time.Millisecond)
	defer again.Stop()
	for late := time.After(patience); ; {
		select {
		case m := <-box.C:
			if string(m) != "after" {
				t.Fatalf("got %q", m)
			}
			return
		case <-again.C:
			b.publish(t, channel, "after")
		case <-late:
			t.Fatal("no message comes from the new master")
		}
	}
}

// A slot that goes to another master takes its channels along.
func TestRelayClusterMovesASlot(t *testing.T) {
	cluster := redistest.StartCluster(t, 3, false)
	b := openRelay(t, three{cluster}.Address(), true, time.Second)
	channel := channelOn(t, cluster, 0)
	box := b.subscribe(t, channel, 10)
	from, to := dial(cluster.Masters[0].Addr, 0), dial(cluster.Masters[1].Addr, 0)
	defer from.Close()
	defer to.Close()
	slot := strconv.FormatInt(from.ClusterKeySlot(t.Context(), channel).Val(), 10)
	target := to.Do(t.Context(), "cluster", "myid").Val()
	for _, s := range []redis.UniversalClient{to, from} {
		if err := s.Do(t.Context(), "cluster", "setslot", slot, "node", target).Err(); err != nil {
			t.Fatal(err)
		}
	}
	lost(t, box)
	b.publish(t, channel, "after")
	receive(t, box, "after")
	if n := to.PubSubShardNumSub(t.Context(), channel).Val()[channel]; n != 1 {
		t.Errorf("%d listen at the new master", n)
	}
}
