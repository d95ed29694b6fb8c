package deploy_test

import (
	"maps"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/compose-spec/compose-go/v2/loader"
	"github.com/compose-spec/compose-go/v2/types"
)

// compose is docker-compose.yml as compose itself reads it, with nothing set in the environment.
func compose(t *testing.T) *types.Project {
	t.Helper()
	folder, err := filepath.Abs(root)
	if err != nil {
		t.Fatal(err)
	}
	project, err := loader.LoadWithContext(t.Context(), types.ConfigDetails{WorkingDir: folder,
		ConfigFiles: []types.ConfigFile{{Filename: filepath.Join(folder, "docker-compose.yml")}}})
	if err != nil {
		t.Fatal(err)
	}
	return project
}

// ours are the services that run the program.
func ours(t *testing.T, project *types.Project) map[string]types.ServiceConfig {
	t.Helper()
	found := map[string]types.ServiceConfig{}
	for name, service := range project.Services {
		if strings.HasPrefix(service.Image, "jari:") {
			found[name] = service
		}
	}
	if !slices.Equal(slices.Sorted(maps.Keys(found)), []string{"gateway-1", "gateway-2", "migrate", "worker"}) {
		t.Fatalf("%v run jari", slices.Sorted(maps.Keys(found)))
	}
	return found
}

// commandOf is what a service of ours runs: the image's own command where it names none.
func commandOf(t *testing.T, service types.ServiceConfig) []string {
	t.Helper()
	if len(service.Entrypoint) > 0 {
		t.Fatalf("%s has an entrypoint of its own", service.Name)
	}
	if len(service.Command) > 0 {
		return service.Command
	}
	return readImage(t).command
}

// environmentOf is a service's, on top of the image's own, with its secrets in a folder of this machine.
func environmentOf(t *testing.T, service types.ServiceConfig, secrets string) map[string]string {
	t.Helper()
	env := maps.Clone(readImage(t).env)
	for name, value := range service.Environment {
		if value == nil {
			t.Fatalf("%s takes %s from whoever starts it", service.Name, name)
		}
		env[name] = strings.ReplaceAll(*value, "/run/secrets", secrets)
	}
	return env
}

func assignments(env map[string]string) []string {
	list := make([]string, 0, len(env))
	for name, value := range env {
		list = append(list, name+"="+value)
	}
	return list
}

var variable = regexp.MustCompile(`\bJARI_[A-Z0-9_]+`)

func TestComposeSetsWhatTheProgramKnows(t *testing.T) {
	for name, service := range ours(t, compose(t)) {
		help := run(t, exec.Command(jari(t), append(commandOf(t, service), "--help")...))
		known := variable.FindAllString(help, -1)
		if len(known) < 3 {
			t.Fatalf("the help of %v names %v only:\n%s", commandOf(t, service), known, help)
		}
		for key := range service.Environment {
			if strings.HasPrefix(key, "JARI_") && !slices.Contains(known, key) {
				t.Errorf("%s sets %s, which %v does not know", name, key, commandOf(t, service))
			}
		}
	}
}

// The program reads its settings before it opens its port or dials anyone, so that a port that cannot be is the first thing it has to
// say about settings that are all right.
func TestComposeSetsWhatTheProgramAccepts(t *testing.T) {
	secrets := secretsFolder(t)
	for name, service := range ours(t, compose(t)) {
		t.Run(name, func(t *testing.T) {
			env := environmentOf(t, service, secrets)
			want := "--listen 127.0.0.1:99999"
			if name == "migrate" {
				// It has no port; a database where nobody listens is as good.
				env["JARI_DATABASE_DSN"] = strings.Replace(env["JARI_DATABASE_DSN"], "mariadb:3306", "127.0.0.1:1", 1)
				want = "connection refused"
			}
			env["JARI_LISTEN"] = "127.0.0.1:99999"
			cmd := exec.CommandContext(t.Context(), jari(t), commandOf(t, service)...)
			cmd.Env, cmd.Dir = assignments(env), t.TempDir()
			out, err := cmd.CombinedOutput()
			if err == nil || !strings.Contains(string(out), want) || strings.Contains(string(out), "jari: error:") {
				t.Errorf("%v says (%v):\n%s", commandOf(t, service), err, out)
			}
		})
	}
}

var pinned = regexp.MustCompile(`^[a-z/]+:\d+\.\d+(\.\d+)?(-[a-z]+)?$`)

func TestComposePinsImages(t *testing.T) {
	for name, service := range compose(t).Services {
		switch {
		case service.Build != nil:
			if service.Build.Context != compose(t).WorkingDir || service.Build.Dockerfile != "Dockerfile" {
				t.Errorf("%s is built from %s in %s", name, service.Build.Dockerfile, service.Build.Context)
			}
		case !pinned.MatchString(service.Image):
			t.Errorf("%s runs %s, which names no version", name, service.Image)
		}
	}
}

// up --wait waits for a service to be healthy, or, where others depend on its successful end, for that; a service without a health
// check would only have to run.
func TestComposeWaitMeansReady(t *testing.T) {
	project := compose(t)
	once := map[string]bool{}
	for name, service := range project.Services {
		for on, how := range service.DependsOn {
			if how.Condition == types.ServiceConditionCompletedSuccessfully {
				once[on] = true
			} else if how.Condition != types.ServiceConditionHealthy {
				t.Errorf("%s does not wait until %s is ready: %s", name, on, how.Condition)
			}
		}
	}
	if len(once) != 1 || !once["migrate"] {
		t.Errorf("%v end by themselves", once)
	}
	fromImage := readImage(t).healthcheck
	for name, service := range project.Services {
		switch check := service.HealthCheck; {
		case once[name]:
			if service.Restart != types.RestartPolicyNo || check == nil || !check.Disable {
				t.Errorf("%s, which ends, is restarted or asked for its health", name)
			}
		case check == nil || check.Disable || len(check.Test) == 0 && (service.Build == nil || len(fromImage) == 0):
			t.Errorf("%s has no health check", name)
		case service.Restart != types.RestartPolicyUnlessStopped:
			t.Errorf("%s is not restarted", name)
		}
		if !once[name] && (service.StopGracePeriod == nil || time.Duration(*service.StopGracePeriod) < 30*time.Second) {
			t.Errorf("%s is given less than 30 s to end", name)
		}
	}
	for name, service := range ours(t, project) {
		if waits := service.DependsOn["migrate"]; name != "migrate" && waits.Condition != types.ServiceConditionCompletedSuccessfully {
			t.Errorf("%s does not wait for the schema", name)
		}
	}
}

func TestComposeOpensOneDoor(t *testing.T) {
	project := compose(t)
	for name, service := range project.Services {
		for _, port := range service.Ports {
			if name != "nginx" || port.HostIP != "127.0.0.1" || port.Published != "8080" {
				t.Errorf("%s publishes %s:%s", name, port.HostIP, port.Published)
			}
		}
		for network := range service.Networks {
			if name != "nginx" && !project.Networks[network].Internal {
				t.Errorf("%s reaches the world by network %s", name, network)
			}
		}
	}
	if len(project.Services["nginx"].Ports) != 1 {
		t.Error("nginx is not published")
	}
	for name, service := range ours(t, project) {
		for _, text := range strings.Split(environmentOf(t, service, "")["JARI_TRUSTED_PROXIES"], ",") {
			if prefix, err := netip.ParsePrefix(text); text != "" && (err != nil || !prefix.Addr().IsPrivate()) {
				t.Errorf("%s trusts %s", name, text)
			}
		}
		if edge := service.Networks["edge"]; strings.HasPrefix(name, "gateway") && (edge == nil || !slices.Contains(edge.Aliases, "gateway")) {
			t.Errorf("nginx does not find %s", name)
		}
	}
}

func TestComposeConfinesServices(t *testing.T) {
	image := readImage(t)
	for name, service := range compose(t).Services {
		if !slices.Contains(service.SecurityOpt, "no-new-privileges:true") {
			t.Errorf("%s may gain privileges", name)
		}
		if service.Deploy == nil && name != "migrate" || service.Deploy != nil && service.Deploy.Resources.Limits.MemoryBytes <= 0 {
			t.Errorf("%s may take all memory", name)
		}
		if name == "mariadb" || name == "kafka" {
			continue // their images want to write, and begin as root or end as a user of their own
		}
		user := service.User
		if service.Build != nil && user == "" {
			user = image.user
		}
		if user == "" || user == "root" || strings.HasPrefix(user, "0") {
			t.Errorf("%s runs as %q", name, user)
		}
		if !service.ReadOnly || !slices.Equal(service.CapDrop, []string{"ALL"}) || len(service.CapAdd) > 0 {
			t.Errorf("%s may write into its image, or has capabilities", name)
		}
	}
}

func TestComposeKeepsData(t *testing.T) {
	project := compose(t)
	for name, target := range map[string]string{"mariadb": "/var/lib/mysql", "kafka": *project.Services["kafka"].Environment["KAFKA_LOG_DIRS"]} {
		if !slices.ContainsFunc(project.Services[name].Volumes, func(v types.ServiceVolumeConfig) bool {
			return v.Type == types.VolumeTypeVolume && v.Source != "" && v.Target == target
		}) {
			t.Errorf("%s keeps nothing of %s", name, target)
		}
	}
	for name, service := range project.Services {
		for _, v := range service.Volumes {
			if v.Type != types.VolumeTypeBind {
				continue
			}
			if _, err := os.Stat(v.Source); err != nil || !v.ReadOnly {
				t.Errorf("%s mounts %s: %v, read only: %t", name, v.Source, err, v.ReadOnly)
			}
		}
	}
}
