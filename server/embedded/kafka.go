package embedded

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"

	"github.com/twmb/franz-go/pkg/kfake"
)

func (s *Servers) startKafka(dir string, log *slog.Logger) error {
	if err := forgetGroups(dir); err != nil {
		return err
	}
	cluster, err := kfake.NewCluster(
		kfake.NumBrokers(1),
		kfake.DataDir(dir),
		kfake.SyncWrites(), // what is acknowledged is on the disk
		kfake.ClusterID("jari-embedded"),
		kfake.WithLogger(clusterLog{log}),
	)
	if err != nil {
		return fmt.Errorf("%s, the log of bookings that are being decided, cannot be read: %w: put back a copy of the whole data folder, or "+
			"remove %s: what is confirmed is in %s and stays, what was not decided yet is lost", dir, err, dir, databaseFile)
	}
	s.closers = append(s.closers, cluster.Close)
	s.KafkaBrokers = strings.Join(cluster.ListenAddrs(), ",")
	return nil
}

// forgetGroups removes what a former process knew of consumer groups: its members are dead, and waiting for them would delay
// the first assignment. The offsets are in the database.
func forgetGroups(dir string) error {
	for _, name := range []string{"groups.log", "session_state.json"} {
		if err := os.Remove(filepath.Join(dir, name)); err != nil && !errors.Is(err, os.ErrNotExist) {
			return err
		}
	}
	return nil
}

// clusterLog hands warnings and errors on; the rest is of interest only to who works on the cluster itself.
type clusterLog struct{ log *slog.Logger }

func (l clusterLog) Logf(level kfake.LogLevel, format string, args ...any) {
	var severity slog.Level
	switch level {
	case kfake.LogLevelError:
		severity = slog.LevelError
	case kfake.LogLevelWarn:
		severity = slog.LevelWarn
	default:
		return
	}
	l.log.Log(context.Background(), severity, "embedded kafka", "text", fmt.Sprintf(format, args...))
}
