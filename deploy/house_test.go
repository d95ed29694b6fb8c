package deploy_test

import (
	"database/sql"
	"fmt"
	"maps"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/compose-spec/compose-go/v2/types"
	"github.com/go-sql-driver/mysql"
	"github.com/twmb/franz-go/pkg/kfake"

	"jari/seatmap/demo"
	"jari/seatmap/pretix"
	"jari/server/kafkatest"
)

// house is what docker-compose.yml says, as processes of this machine: each service has its own command and environment, and only
// the addresses are others.
type house struct {
	t        *testing.T
	project  *types.Project
	secrets  string
	here     map[string]string // settings that name addresses
	gateways [2]*node
	worker   *node
	url      string // of nginx
	door     *door
	event    string
}

// node is a service of ours; it can be started again where it was.
type node struct {
	*process
	t    *testing.T
	env  map[string]string
	addr string
	log  *lines // of all its lives
}

func startHouse(t *testing.T) *house {
	t.Helper()
	need(t, "nginx")
	h := &house{t: t, project: compose(t), secrets: secretsFolder(t), door: openDoor(t), event: fmt.Sprintf("deploy-%08x", rand.Uint32())}
	h.here = map[string]string{"JARI_REDIS_URL": h.startRedis(), "JARI_ADMIN_LISTEN": "127.0.0.1:0", "JARI_LOG_LEVEL": "debug",
		"JARI_TRUSTED_PROXIES": "127.0.0.0/8", "JARI_DRAIN_TIME": "2s"}
	h.openDatabase()
	h.openKafka()
	h.jari("migrate")
	h.putOnSale()
	h.worker = h.startNode("worker")
	for i := range h.gateways {
		h.gateways[i] = h.startNode(fmt.Sprint("gateway-", i+1))
	}
	h.url = startNginx(t, h.project.Services["nginx"], [2]string{h.gateways[0].addr, h.gateways[1].addr})
	return h
}

// environment is a service's, with the addresses of this machine in it.
func (h *house) environment(service string) map[string]string {
	env := environmentOf(h.t, h.project.Services[service], h.secrets)
	for name, value := range h.here {
		if _, set := env[name]; set || strings.HasPrefix(name, "JARI_KAFKA_") || name == "JARI_LOG_LEVEL" || name == "JARI_DRAIN_TIME" {
			env[name] = value
		}
	}
	maps.DeleteFunc(env, func(_, value string) bool { return value == "" })
	return env
}

// jari runs a command of the program, as docker compose run --rm migrate does.
func (h *house) jari(words ...string) {
	h.t.Helper()
	cmd := exec.CommandContext(h.t.Context(), jari(h.t), words...)
	cmd.Env, cmd.Dir = assignments(h.environment("migrate")), h.t.TempDir()
	run(h.t, cmd)
}

func (h *house) putOnSale() {
	h.t.Helper()
	plan, err := pretix.Write(demo.Hall())
	if err != nil {
		h.t.Fatal(err)
	}
	file := filepath.Join(h.t.TempDir(), "hall.json")
	writeFile(h.t, file, string(plan), 0o644)
	h.jari("venue", "import", "--id", h.event, file)
	h.jari("event", "create", "--venue", h.event, "--title", "Rolling", "--id", h.event, "--max-seats", "1000")
}

// freePort is below those that the system hands out by itself, so that no client takes it meanwhile.
func freePort(t *testing.T) int {
	t.Helper()
	for range 100 {
		port := 20_000 + rand.IntN(10_000)
		if free, err := net.Listen("tcp", fmt.Sprint("127.0.0.1:", port)); err == nil {
			if err := free.Close(); err != nil {
				t.Fatal(err)
			}
			return port
		}
	}
	t.Fatal("no port is free")
	return 0
}

// startRedis runs the compose file's own command, with its password, on a port of this machine.
func (h *house) startRedis() string {
	h.t.Helper()
	server, port, service := need(h.t, "redis-server"), freePort(h.t), h.project.Services["redis"]
	words := append([]string{}, service.Command...)
	script := &words[len(words)-1]
	*script = strings.NewReplacer("/run/secrets", h.secrets, "exec redis-server", "exec "+server,
		"<<END\n", fmt.Sprintf("<<END\nbind 127.0.0.1\nport %d\n", port)).Replace(*script)
	launch(h.t, h.t.TempDir(), nil, words...)
	check := strings.NewReplacer("/run/secrets", h.secrets, "redis-cli", fmt.Sprint("redis-cli -p ", port)).Replace(service.HealthCheck.Test[1])
	eventually(h.t, "the health check of Redis is content", func() error {
		out, err := exec.Command("sh", "-c", check).CombinedOutput()
		if err != nil {
			return fmt.Errorf("%w: %s", err, out)
		}
		return nil
	})
	if out, err := exec.Command("redis-cli", "-p", fmt.Sprint(port), "ping").CombinedOutput(); err != nil || !strings.Contains(string(out), "NOAUTH") {
		h.t.Errorf("Redis answers without the password: %s %v", out, err)
	}
	return fmt.Sprintf("redis://127.0.0.1:%d/0", port)
}

// openDatabase takes the MariaDB of the tests, or SQLite.
func (h *house) openDatabase() {
	h.t.Helper()
	h.here["JARI_DATABASE_PASSWORD_FILE"] = "" // neither has one
	given := os.Getenv("JARI_TEST_DATABASE_DSN")
	if given == "" {
		h.here["JARI_DATABASE_DSN"] = "sqlite://" + filepath.Join(h.t.TempDir(), "jari.db")
		return
	}
	config, err := mysql.ParseDSN(given)
	if err != nil {
		h.t.Fatal(err)
	}
	db, err := sql.Open("mysql", given)
	if err != nil {
		h.t.Fatal(err)
	}
	config.DBName = strings.ReplaceAll(h.event, "-", "_")
	if _, err := db.ExecContext(h.t.Context(), "CREATE DATABASE "+config.DBName); err != nil {
		h.t.Fatal(err)
	}
	h.t.Cleanup(func() {
		if _, err := db.Exec("DROP DATABASE " + config.DBName); err != nil {
			h.t.Error(err)
		}
		if err := db.Close(); err != nil {
			h.t.Error(err)
		}
	})
	h.here["JARI_DATABASE_DSN"] = config.FormatDSN()
}

// openKafka takes the brokers of the tests, or one inside this process.
func (h *house) openKafka() {
	h.t.Helper()
	h.here["JARI_KAFKA_TOPIC_PREFIX"] = h.event + "."
	if h.here["JARI_KAFKA_BROKERS"] = os.Getenv("JARI_TEST_KAFKA_BROKERS"); h.here["JARI_KAFKA_BROKERS"] != "" {
		h.t.Cleanup(func() {
			kafkatest.Delete(h.t, h.here["JARI_KAFKA_BROKERS"], h.here["JARI_KAFKA_TOPIC_PREFIX"], "bookings", "booking-outcomes", "bookings.dead-letter")
		})
		return
	}
	cluster, err := kfake.NewCluster(kfake.NumBrokers(1))
	if err != nil {
		h.t.Fatal(err)
	}
	h.t.Cleanup(cluster.Close)
	h.here["JARI_KAFKA_BROKERS"] = strings.Join(cluster.ListenAddrs(), ",")
}

func (h *house) startNode(service string) *node {
	h.t.Helper()
	n := &node{t: h.t, env: h.environment(service), addr: "127.0.0.1:0", log: &lines{}}
	n.start()
	return n
}

// start returns when the node is ready.
func (n *node) start() {
	n.t.Helper()
	n.env["JARI_LISTEN"] = n.addr
	n.process = launch(n.t, n.t.TempDir(), assignments(n.env), jari(n.t), "serve")
	n.addr = n.address(n.t)
	eventually(n.t, "the node is ready", func() error { return ready("http://" + n.addr) })
}

func ready(url string) error {
	res, err := http.Get(url + "/readyz")
	if err != nil {
		return err
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		return fmt.Errorf("not ready: %s", res.Status)
	}
	return nil
}

var upstream = regexp.MustCompile(`(?m)^\s*server gateway:8080 resolve(.*);$`)

// startNginx runs the compose file's own command on the files that it mounts, changed only where they name addresses, and where a test
// wants them to be others (old, new). It returns when a gateway answers through it.
func startNginx(t *testing.T, service types.ServiceConfig, gateways [2]string, changes ...string) (url string) {
	t.Helper()
	program, dir, port := need(t, "nginx"), t.TempDir(), freePort(t)
	mount := service.Volumes[0]
	files, err := filepath.Glob(filepath.Join(mount.Source, "*.conf"))
	if err != nil {
		t.Fatal(err)
	}
	changes = append([]string{"resolver 127.0.0.11 valid=2s ipv6=off;", "", "listen 8080;", fmt.Sprintf("listen 127.0.0.1:%d;", port)}, changes...)
	for _, file := range files {
		b, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		text := string(b)
		for i := 0; i < len(changes); i += 2 {
			text = strings.Replace(text, changes[i], changes[i+1], 1)
		}
		text = upstream.ReplaceAllString(text, fmt.Sprintf("server %s$1; server %s$1;", gateways[0], gateways[1]))
		writeFile(t, filepath.Join(dir, mount.Target, filepath.Base(file)), text, 0o644)
	}
	words := append([]string{program}, service.Command[1:]...)
	for i := range words {
		words[i] = strings.Replace(words[i], "/etc/nginx/", dir+"/etc/nginx/", 1)
		if words[i] == "/tmp/" {
			words[i] = dir + "/"
		}
		if os.Getuid() == 0 { // its workers would be another user, who may not write here
			words[i] = strings.Replace(words[i], "daemon off;", "daemon off; user root;", 1)
		}
	}
	nginx := launch(t, dir, nil, words...)
	url = fmt.Sprint("http://127.0.0.1:", port)
	eventually(t, "nginx passes to a gateway", func() error {
		select {
		case <-nginx.done:
			t.Fatalf("nginx ended at its start:\n%s", nginx.said)
		default:
		}
		return ready(url)
	})
	return url
}
