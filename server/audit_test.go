package main

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"jari/server/embedded"
	"jari/server/stream"
)

// folder is a data folder with the demonstration event in it.
func folder(t *testing.T) (dir string) {
	t.Helper()
	dir = t.TempDir()
	db, err := database{DataDir: dir}.openNew(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if err := keepDemo(t.Context(), db, time.Now()); err != nil {
		t.Fatal(err)
	}
	return dir
}

// onFolder runs f on the servers of a folder, as serve would.
func onFolder(t *testing.T, dir string, f func(kafka stream.Config)) {
	t.Helper()
	servers, err := embedded.Start(t.Context(), embedded.Config{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	defer servers.Close()
	kafka := stream.Config{Brokers: servers.KafkaBrokers}
	if err := (topics{Partitions: 2, Replication: 1}).ensure(t.Context(), kafka); err != nil {
		t.Fatal(err)
	}
	f(kafka)
}

// breakIn changes the folder's database past the store.
func breakIn(t *testing.T, dir, statement string) {
	t.Helper()
	db, err := sql.Open("sqlite3", filepath.Join(dir, "jari.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.ExecContext(t.Context(), statement); err != nil {
		t.Fatal(err)
	}
}

func auditOf(t *testing.T, dir string, more ...string) (out, progress string, code int) {
	t.Helper()
	line, err := parse(t, append([]string{"audit", "--data-dir", dir}, more...)...)
	if err != nil {
		t.Fatal(err)
	}
	var o, p bytes.Buffer
	err = line.Model.Target.Addr().Interface().(*cli).Audit.run(t.Context(), &o, &p)
	if e, ok := errors.AsType[ending](err); ok {
		code = e.code
	} else if err != nil {
		t.Fatalf("audit: %v", err)
	}
	if err != nil {
		p.WriteString(err.Error())
	}
	return o.String(), p.String(), code
}

// TestAuditCommand ends with a code that a script understands.
func TestAuditCommand(t *testing.T) {
	t.Parallel()
	dir := folder(t)
	onFolder(t, dir, func(stream.Config) {})
	if out, progress, code := auditOf(t, dir); code != 0 || out != "" || !strings.Contains(progress, "1 event compared, no difference") {
		t.Errorf("audit ends with %d: %q, %q", code, out, progress)
	}
	if _, progress, code := auditOf(t, dir, "--event=nothing"); code != 2 || !strings.Contains(progress, `no event "nothing"`) {
		t.Errorf("audit of an unknown event ends with %d: %q", code, progress)
	}
	breakIn(t, dir, "INSERT INTO event_seats VALUES ('demo', 'nowhere', 'nowhere', 1, '', '')")
	out, progress, code := auditOf(t, dir)
	if code != 1 || !strings.Contains(out, `demo, database: seat "nowhere" at nowhere/1 is not in the plan. To do: `) || !strings.Contains(progress, "1 difference") {
		t.Errorf("audit ends with %d: %q, %q", code, out, progress)
	}
	out, _, _ = auditOf(t, dir, "--json", "--event=demo")
	var line struct{ Event, Where, What, Do string }
	if err := json.Unmarshal([]byte(out), &line); err != nil || line.Event != "demo" || line.Where != "database" || line.What == "" || line.Do == "" {
		t.Errorf("a line of JSON is %q, %v", out, err)
	}
}

// TestAuditBesideAServer of a data folder compares the database alone, and says so.
func TestAuditBesideAServer(t *testing.T) {
	t.Parallel()
	dir := folder(t)
	servers, err := embedded.Start(context.Background(), embedded.Config{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	defer servers.Close()
	if out, progress, code := auditOf(t, dir); code != 2 || out != "" || !strings.Contains(progress, "stop it to have the log compared") {
		t.Errorf("audit ends with %d: %q, %q", code, out, progress)
	}
	if _, progress, code := auditOf(t, filepath.Join(dir, "nothing")); code != 2 || !strings.Contains(progress, "no data in") {
		t.Errorf("audit of nothing ends with %d: %q", code, progress)
	}
}
