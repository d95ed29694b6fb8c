package deploy_test

import (
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// nobody runs what is unprivileged where tests run as root.
const nobody = 65534

// TestImage does what the Dockerfile says, each stage in a folder of its own instead of an image, with the tools of this machine
// instead of those that FROM names, and starts what came of it.
func TestImage(t *testing.T) {
	b := &build{t: t, dir: openFolder(t), caches: map[string]string{}}
	b.takeContext()
	b.findCaches()
	for _, stage := range stages(t) {
		b.stage(stage)
	}
	made := readImage(t)
	final := b.last()
	addr := final.start(made)
	health := func(addr string) *exec.Cmd {
		words := append([]string{}, made.healthcheck...)
		for i := range words {
			words[i] = strings.ReplaceAll(words[i], "127.0.0.1/8080", strings.Replace(addr, ":", "/", 1))
		}
		if strings.Join(words, " ") == strings.Join(made.healthcheck, " ") {
			t.Fatalf("the health check does not ask port 8080: %v", words)
		}
		return exec.CommandContext(t.Context(), words[0], words[1:]...)
	}
	eventually(t, "the image's health check is content", func() error {
		out, err := health(addr).CombinedOutput()
		if err != nil {
			return fmt.Errorf("%w: %s", err, out)
		}
		return nil
	})
	if out, err := health("127.0.0.1:1").CombinedOutput(); err == nil {
		t.Errorf("the health check is content where nobody listens: %s", out)
	}
	page := fetch(t, "http://"+addr+"/")
	script := regexp.MustCompile(`/assets/[\w.-]+\.js`).FindString(page)
	if script == "" {
		t.Fatalf("the page was not built into the image:\n%s", page)
	}
	fetch(t, "http://"+addr+script)
	if v := fetch(t, "http://"+addr+"/healthz"); !strings.Contains(v, `"version":"of-a-test"`) {
		t.Errorf("the image's version is not the one given: %s", v)
	}
}

// openFolder can be entered by everybody, as the folders of an image can.
func openFolder(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "jari-image-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := os.RemoveAll(dir); err != nil {
			t.Error(err)
		}
	})
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	return dir
}

func fetch(t *testing.T, url string) string {
	t.Helper()
	res, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode != http.StatusOK {
		t.Fatalf("%s: %s %v", url, res.Status, err)
	}
	return string(body)
}

// build is the run of a Dockerfile.
type build struct {
	t      *testing.T
	dir    string
	stages []*stage
	caches map[string]string // folder of the Dockerfile's caches -> folder of this machine
}

type stage struct {
	t    *testing.T
	b    *build
	name string
	root string // instead of /
	dir  string // WORKDIR, under root
	env  map[string]string
}

func (b *build) context() string { return filepath.Join(b.dir, "context") }

// takeContext copies what a build is given: what git knows or would take, without what .dockerignore leaves out.
func (b *build) takeContext() {
	b.t.Helper()
	list := exec.Command("git", "ls-files", "-z", "--cached", "--others", "--exclude-standard")
	list.Dir = root
	leftOut := dockerIgnore(b.t)
	for path := range strings.SplitSeq(strings.TrimRight(run(b.t, list), "\x00"), "\x00") {
		text, err := os.ReadFile(filepath.Join(root, path))
		if leftOut(path) || os.IsNotExist(err) { // deleted, and git was not told
			continue
		}
		info, statErr := os.Stat(filepath.Join(root, path))
		if err != nil || statErr != nil {
			b.t.Fatal(err, statErr)
		}
		writeFile(b.t, filepath.Join(b.context(), path), string(text), info.Mode())
	}
}

// findCaches puts the folders that this machine keeps in place of the Dockerfile's caches.
func (b *build) findCaches() {
	b.t.Helper()
	for _, stage := range stages(b.t) {
		for _, i := range stage {
			for _, mount := range i.flags["mount"] {
				_, target, _ := strings.Cut(mount, "target=")
				ask := map[string][]string{"/cache/npm": {"npm", "config", "get", "cache"}, "/cache/mod": {"go", "env", "GOMODCACHE"},
					"/cache/build": {"go", "env", "GOCACHE"}}[target]
				if ask == nil {
					b.t.Fatalf("the cache %s is not known here", target)
				}
				out, err := exec.Command(ask[0], ask[1:]...).Output()
				if err != nil {
					b.t.Fatalf("%v: %v", ask, err)
				}
				b.caches[target] = strings.TrimSpace(string(out))
			}
		}
	}
}

func (b *build) last() *stage { return b.stages[len(b.stages)-1] }

func (b *build) stage(list []instruction) {
	s := &stage{t: b.t, b: b, root: filepath.Join(b.dir, fmt.Sprint("stage-", len(b.stages))), env: map[string]string{}}
	s.dir = s.root
	b.stages = append(b.stages, s)
	for _, i := range list {
		switch i.name {
		case "FROM":
			if len(i.words) == 3 { // image AS name
				s.name = i.words[2]
			}
			if len(regexp.MustCompile(`:.*[a-z]`).FindString(i.words[0])) == 0 {
				b.t.Errorf("FROM %s names no version", i.words[0])
			}
		case "WORKDIR":
			s.dir = s.path(i.words[0])
			makeFolder(b.t, s.dir)
		case "ENV":
			for name, value := range i.pairs() {
				s.env[name] = s.inText(value)
			}
		case "ARG":
			s.env["VERSION"] = "of-a-test"
			if i.words[0] != "VERSION=dev" {
				b.t.Fatalf("ARG %v is not known here", i.words)
			}
		case "COPY":
			s.copy(i)
		case "RUN":
			s.run(i)
		case "USER", "VOLUME", "EXPOSE", "HEALTHCHECK", "ENTRYPOINT", "CMD":
			// What a container begins with: readImage.
		default:
			b.t.Fatalf("%s is not known here", i.name)
		}
	}
}

func makeFolder(t *testing.T, path string) {
	t.Helper()
	if err := os.MkdirAll(path, 0o755); err != nil {
		t.Fatal(err)
	}
}

// path is where a path of the stage is on this machine.
func (s *stage) path(path string) string {
	for cache, here := range s.b.caches {
		if path == cache || strings.HasPrefix(path, cache+"/") {
			return here + strings.TrimPrefix(path, cache)
		}
	}
	if filepath.IsAbs(path) {
		return filepath.Join(s.root, path)
	}
	return filepath.Join(s.dir, path)
}

var absolute = regexp.MustCompile(`(^|[ =])(/[\w./-]+)`)

// inText puts the paths of this machine into a text.
func (s *stage) inText(text string) string {
	return absolute.ReplaceAllStringFunc(text, func(found string) string {
		parts := absolute.FindStringSubmatch(found)
		return parts[1] + s.path(parts[2])
	})
}

func (s *stage) copy(i instruction) {
	from := func(path string) string { return filepath.Join(s.b.context(), path) }
	for _, name := range i.flags["from"] {
		for _, other := range s.b.stages {
			if other.name == name {
				from = other.path
			}
		}
	}
	sources, to := i.words[:len(i.words)-1], i.words[len(i.words)-1]
	for _, source := range sources {
		info, err := os.Stat(from(source))
		if err != nil {
			s.t.Fatalf("COPY: %v", err)
		}
		switch {
		case info.IsDir(): // its contents
			makeFolder(s.t, s.path(to))
			run(s.t, exec.Command("cp", "-a", from(source)+"/.", s.path(to)))
		case strings.HasSuffix(to, "/"):
			makeFolder(s.t, s.path(to))
			run(s.t, exec.Command("cp", "-a", from(source), s.path(to)))
		default:
			makeFolder(s.t, filepath.Dir(s.path(to)))
			run(s.t, exec.Command("cp", "-a", from(source), s.path(to)))
		}
	}
}

// run runs a step; users are not made.
func (s *stage) run(i instruction) {
	s.t.Helper()
	text := strings.Join(i.words, " ")
	if strings.HasPrefix(text, "useradd ") {
		if !strings.Contains(text, "--uid 10001 ") || !strings.HasSuffix(text, " "+readImage(s.t).user) {
			s.t.Errorf("%q does not make the user that the image runs as", text)
		}
		return
	}
	cmd := exec.CommandContext(s.t.Context(), "sh", "-c", s.inText(text))
	cmd.Dir = s.dir
	cmd.Env = append(os.Environ(), "GOFLAGS=", "npm_config_prefer_offline=true")
	for name, value := range s.env {
		cmd.Env = append(cmd.Env, name+"="+value)
	}
	run(s.t, cmd)
}

// start starts the image's command as nobody in particular, in an empty folder, and returns its address.
func (s *stage) start(made image) string {
	s.t.Helper()
	words := append(append([]string{filepath.Join(s.root, "usr/local/bin", made.entrypoint[0])}, made.entrypoint[1:]...), made.command...)
	makeFolder(s.t, s.dir)
	if os.Getuid() == 0 {
		if err := os.Chown(s.dir, nobody, nobody); err != nil {
			s.t.Fatal(err)
		}
		words = append([]string{need(s.t, "setpriv"), fmt.Sprint("--reuid=", nobody), fmt.Sprint("--regid=", nobody), "--clear-groups", "--no-new-privs"}, words...)
	}
	p := launch(s.t, s.dir, append(assignments(s.env), "JARI_LISTEN=127.0.0.1:0"), words...)
	return p.address(s.t)
}
