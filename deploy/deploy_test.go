// Package deploy_test holds docker-compose.yml, the Dockerfile and nginx's configuration to the program that they run. It needs no
// Docker engine: the files are read by the libraries that Docker reads them with, and what they say is done on this machine.
package deploy_test

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
	"time"
)

// root is the repository's folder: tests run in their own.
const root = ".."

// patience is for a machine that is busy with other things.
const patience = 60 * time.Second

var built struct {
	once sync.Once
	dir  string
	err  error
}

func TestMain(m *testing.M) {
	code := m.Run()
	if built.dir != "" {
		if err := os.RemoveAll(built.dir); err != nil {
			fmt.Fprintln(os.Stderr, err)
			code = max(code, 1)
		}
	}
	os.Exit(code)
}

// jari is the program, built once.
func jari(t *testing.T) string {
	t.Helper()
	built.once.Do(func() {
		if built.dir, built.err = os.MkdirTemp("", "jari-deploy-"); built.err != nil {
			return
		}
		out, err := exec.Command("go", "build", "-o", filepath.Join(built.dir, "jari"), "../server").CombinedOutput()
		if err != nil {
			built.err = fmt.Errorf("build the server: %w\n%s", err, out)
		}
	})
	if built.err != nil {
		t.Fatal(built.err)
	}
	return filepath.Join(built.dir, "jari")
}

// run is a command's output; it must end well.
func run(t *testing.T, cmd *exec.Cmd) string {
	t.Helper()
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%s: %v\n%s", cmd, err, out)
	}
	return string(out)
}

// secretsFolder has secrets made by the script that make up calls.
func secretsFolder(t *testing.T) string {
	t.Helper()
	folder := filepath.Join(t.TempDir(), "secrets")
	run(t, exec.Command("./secrets.sh", folder))
	return folder
}

// eventually asks until there is no error.
func eventually(t *testing.T, what string, ask func() error) {
	t.Helper()
	deadline := time.Now().Add(patience)
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		err := ask()
		if err == nil {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("not within %s: %s: %v", patience, what, err)
		}
		<-tick.C
	}
}

// need skips a test whose server is not installed, or fails it where that was required.
func need(t *testing.T, program string) string {
	t.Helper()
	path, err := exec.LookPath(program)
	if errors.Is(err, exec.ErrNotFound) {
		if _, err := os.Stat("/usr/sbin/" + program); err == nil {
			return "/usr/sbin/" + program // Debian's place, which is not on everybody's path
		}
	}
	switch {
	case err == nil:
		return path
	case os.Getenv("JARI_REQUIRE_SERVICES") == "1":
		t.Fatalf("%s is not installed and JARI_REQUIRE_SERVICES=1", program)
	default:
		t.Skipf("%s is not installed", program)
	}
	return ""
}
