// Package storetest gives tests databases on a MariaDB.
package storetest

import (
	"bytes"
	"context"
	"database/sql"
	"fmt"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/go-sql-driver/mysql"
)

// MariaDB is a server on which tests may make databases.
type MariaDB struct {
	dsn *mysql.Config // without a database
}

// Shared is the server that all tests share, which none of them may stop, or where none is running one of this test alone.
func Shared(t testing.TB) *MariaDB {
	t.Helper()
	dsn := os.Getenv("JARI_TEST_DATABASE_DSN")
	if dsn == "" {
		return StartMariaDB(t)
	}
	cfg, err := mysql.ParseDSN(dsn)
	if err != nil {
		t.Fatalf("JARI_TEST_DATABASE_DSN: %v", err)
	}
	return &MariaDB{dsn: cfg}
}

// StartMariaDB starts a server in a temporary folder on a port of its own, and ends it with the test. Without system tables and with
// --skip-grant-tables it needs nothing installed but the program itself: without that it skips the test, or fails it when
// JARI_REQUIRE_SERVICES=1.
func StartMariaDB(t testing.TB) *MariaDB {
	t.Helper()
	path, err := exec.LookPath("mariadbd")
	if err != nil {
		path, err = exec.LookPath("/usr/sbin/mariadbd") // not in everybody's PATH
	}
	if err != nil {
		if os.Getenv("JARI_REQUIRE_SERVICES") == "1" {
			t.Fatal("mariadbd is not installed and JARI_REQUIRE_SERVICES=1")
		}
		t.Skip("mariadbd is not installed: install mariadb-server-core to run this half of the suite")
	}
	return start(t, path, prepared{})
}

// prepared is what a server finds in its folder.
type prepared struct {
	install func(data string) // fills the folder; nil: nothing is in it, and nobody is asked who he is
	args    []string
}

func start(t testing.TB, path string, p prepared) *MariaDB {
	t.Helper()
	// The port is free when it is chosen, not when the server binds it: try again when another process was quicker.
	for range 3 {
		if addr, ok := tryMariaDB(t, path, p); ok {
			return &MariaDB{dsn: root(addr)}
		}
	}
	t.Fatal("mariadbd does not start")
	return nil
}

func root(addr string) *mysql.Config {
	cfg := mysql.NewConfig()
	cfg.User, cfg.Net, cfg.Addr = "root", "tcp", addr
	return cfg
}

func tryMariaDB(t testing.TB, path string, p prepared) (addr string, ok bool) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	addr = l.Addr().String()
	_, port, _ := net.SplitHostPort(addr)
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	// A socket's path must be short, and t.TempDir is not.
	dir, err := os.MkdirTemp("", "jari-mariadb-")
	if err != nil {
		t.Fatal(err)
	}
	data := filepath.Join(dir, "data")
	if err := os.Mkdir(data, 0o700); err != nil {
		t.Fatal(err)
	}
	args := []string{"--no-defaults", "--datadir=" + data, "--socket=" + filepath.Join(dir, "s"), "--pid-file=" + filepath.Join(dir, "pid"),
		"--port=" + port, "--bind-address=127.0.0.1", "--innodb-buffer-pool-size=32M",
		// What an installation is likely to have, and Jari must not depend on.
		"--character-set-server=latin1", "--collation-server=latin1_swedish_ci", "--sql-mode=", "--transaction-isolation=REPEATABLE-READ"}
	args = append(args, p.args...)
	if p.install != nil {
		p.install(data)
	} else {
		args = append(args, "--skip-grant-tables")
	}
	if os.Geteuid() == 0 {
		args = append(args, "--user=root")
	}
	var out bytes.Buffer
	cmd := exec.Command(path, args...)
	cmd.Stdout, cmd.Stderr = &out, &out
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	exited := make(chan struct{})
	go func() { _ = cmd.Wait(); close(exited) }() // it is killed: its exit status says nothing
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		<-exited
		_ = os.RemoveAll(dir)
	})
	db, err := sql.Open("mysql", root(addr).FormatDSN())
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for deadline := time.Now().Add(30 * time.Second); time.Now().Before(deadline); <-time.After(20 * time.Millisecond) {
		select {
		case <-exited:
			t.Logf("mariadbd on port %s: %s", port, out.String())
			return "", false
		default:
		}
		if db.PingContext(context.Background()) == nil {
			return addr, true
		}
	}
	return "", false
}

// Database makes an empty database, which is dropped after the test, and returns its address.
func (m *MariaDB) Database(t testing.TB) string {
	t.Helper()
	name := fmt.Sprintf("jari-test-%016x", rand.Uint64())
	m.Exec(t, "CREATE DATABASE `"+name+"`")
	t.Cleanup(func() { m.Exec(t, "DROP DATABASE `"+name+"`") })
	cfg := m.dsn.Clone()
	cfg.DBName = name
	return cfg.FormatDSN()
}
