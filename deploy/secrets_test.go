package deploy_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

var (
	sixtyFourHex = regexp.MustCompile(`^[0-9a-f]{64}\n$`)
	// secretName is of variables that hold one; those that name its file end in _FILE.
	secretName = regexp.MustCompile(`(PASSWORD|SECRET|SIGNING_KEY|TOKEN)$`)
)

func TestSecretsAreMadeOnce(t *testing.T) {
	folder := secretsFolder(t)
	info, err := os.Stat(folder)
	if err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("the folder is not its owner's alone: %v %v", info.Mode(), err)
	}
	before := readFolder(t, folder)
	values := map[string]bool{}
	for name, value := range before {
		if !sixtyFourHex.MatchString(value) {
			t.Errorf("%s is not 64 hexadecimal digits", name)
		}
		values[value] = true
	}
	if len(values) != len(before) {
		t.Error("two secrets are one")
	}
	if err := os.Remove(filepath.Join(folder, "redis_password")); err != nil {
		t.Fatal(err)
	}
	run(t, exec.Command("./secrets.sh", folder))
	for name, value := range readFolder(t, folder) {
		if (name == "redis_password") == (value == before[name]) {
			t.Errorf("%s: only what is missing is made anew", name)
		}
	}
}

func readFolder(t *testing.T, folder string) map[string]string {
	t.Helper()
	entries, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	files := map[string]string{}
	for _, entry := range entries {
		info, err := entry.Info()
		if err != nil {
			t.Fatal(err)
		}
		// In a container it is read by another user than the one who made it.
		if info.Mode().Perm() != 0o444 {
			t.Errorf("%s has mode %v", entry.Name(), info.Mode())
		}
		b, err := os.ReadFile(filepath.Join(folder, entry.Name()))
		if err != nil {
			t.Fatal(err)
		}
		files[entry.Name()] = string(b)
	}
	return files
}

func TestComposeTakesSecretsFromFiles(t *testing.T) {
	project := compose(t)
	made := readFolder(t, secretsFolder(t))
	for name, secret := range project.Secrets {
		if _, ok := made[name]; !ok || secret.File != filepath.Join(project.WorkingDir, "deploy/secrets", name) {
			t.Errorf("nobody makes the secret %s (%s)", name, secret.File)
		}
	}
	if len(made) != len(project.Secrets) {
		t.Errorf("%d secrets are made and %d are used", len(made), len(project.Secrets))
	}
	for name, service := range project.Services {
		var given []string
		for _, s := range service.Secrets {
			given = append(given, s.Source)
		}
		var used []string
		for key, value := range service.Environment {
			if secretName.MatchString(key) {
				t.Errorf("%s has a secret in %s", name, key)
			}
			if strings.Contains(*value, "@") && strings.Contains((*value)[:strings.Index(*value, "@")], ":") {
				t.Errorf("%s has a password in %s", name, key)
			}
			if file, ok := strings.CutPrefix(*value, "/run/secrets/"); ok {
				used = append(used, file)
			}
		}
		for _, word := range slices.Concat([]string(service.Command), []string(service.HealthCheck.Test)) {
			for _, m := range regexp.MustCompile(`/run/secrets/(\w+)`).FindAllStringSubmatch(word, -1) {
				used = append(used, m[1])
			}
		}
		slices.Sort(given)
		slices.Sort(used)
		if used = slices.Compact(used); !slices.Equal(given, used) {
			t.Errorf("%s is given %v and uses %v", name, given, used)
		}
	}
}

// What is secret is in no commit and no image.
func TestSecretsStayHere(t *testing.T) {
	ignored := exec.Command("git", "check-ignore", "--no-index", "deploy/secrets/signing_key")
	ignored.Dir = root
	if out, err := ignored.CombinedOutput(); err != nil {
		t.Errorf("git would take deploy/secrets: %v %s", err, out)
	}
	if leftOut := dockerIgnore(t); !leftOut("deploy/secrets/signing_key") || leftOut("deploy/secrets.sh") {
		t.Error("the image would take deploy/secrets")
	}
}

// A docker of paper tells what it is asked for.
func TestUpAndDown(t *testing.T) {
	const answers = "#!/bin/sh\necho \"docker $*\"\ncase \"$*\" in 'compose port '*) echo 127.0.0.1:8080;; esac\n"
	for _, c := range []struct {
		what, script, docker string
		volumes              string
		want, not            []string
		fails                bool
	}{
		{what: "up", script: "up.sh", docker: answers,
			want: []string{"docker compose up --build --wait", "http://"}},
		{what: "down keeps the data", script: "down.sh", docker: answers, want: []string{"docker compose down", "VOLUMES=1"}, not: []string{"--volumes"}},
		{what: "down removes it", script: "down.sh", docker: answers, volumes: "1", want: []string{"docker compose down --volumes"}},
		{what: "no engine", script: "up.sh", docker: "#!/bin/sh\nexit 1\n", want: []string{"no Docker engine", "make run"}, fails: true},
		{what: "no compose", script: "down.sh", docker: "#!/bin/sh\n[ \"$1\" = info ]\n", want: []string{"compose plugin", "make run"}, fails: true},
	} {
		t.Run(c.what, func(t *testing.T) {
			dir := t.TempDir()
			for _, name := range []string{"up.sh", "down.sh", "engine.sh", "secrets.sh"} {
				b, err := os.ReadFile(name)
				if err != nil {
					t.Fatal(err)
				}
				writeFile(t, filepath.Join(dir, "deploy", name), string(b), 0o755)
			}
			writeFile(t, filepath.Join(dir, "bin/docker"), c.docker, 0o755)
			cmd := exec.Command(filepath.Join(dir, "deploy", c.script))
			cmd.Env = append(os.Environ(), "PATH="+filepath.Join(dir, "bin")+":"+os.Getenv("PATH"), "VOLUMES="+c.volumes)
			out, err := cmd.CombinedOutput()
			if (err != nil) != c.fails {
				t.Fatalf("%v\n%s", err, out)
			}
			for _, want := range c.want {
				if !strings.Contains(string(out), want) {
					t.Errorf("no %q in:\n%s", want, out)
				}
			}
			for _, not := range c.not {
				if strings.Contains(string(out), not) {
					t.Errorf("%q in:\n%s", not, out)
				}
			}
			_, err = os.Stat(filepath.Join(dir, "deploy/secrets/signing_key"))
			if made := err == nil; made != (c.script == "up.sh" && !c.fails) {
				t.Errorf("secrets made: %t", made)
			}
		})
	}
}

func writeFile(t *testing.T, path, text string, mode os.FileMode) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), mode); err != nil {
		t.Fatal(err)
	}
}
