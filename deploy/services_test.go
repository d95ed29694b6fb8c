package deploy_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/compose-spec/compose-go/v2/loader"
	"github.com/compose-spec/compose-go/v2/types"
)

// TestServicesOfTests: what make services starts where Docker is there are the servers of docker-compose.yml, open on loopback alone.
func TestServicesOfTests(t *testing.T) {
	folder, err := filepath.Abs(root)
	if err != nil {
		t.Fatal(err)
	}
	real := compose(t)
	files := []types.ConfigFile{{Filename: filepath.Join(folder, "docker-compose.yml")}, {Filename: filepath.Join(folder, ".ci/compose.yml")}}
	tests, err := loader.LoadWithContext(t.Context(), types.ConfigDetails{WorkingDir: folder, ConfigFiles: files, Environment: types.Mapping{
		"JARI_TEST_MARIADB_PORT": "20001", "JARI_TEST_REDIS_PORT": "20002", "JARI_TEST_KAFKA_PORT": "20003",
		"JARI_TEST_KAFKA_TLS_PORT": "20004", "JARI_TEST_KAFKA_KEY": "key", "JARI_TEST_KAFKA_CERTIFICATE": "certificate", "JARI_TEST_KAFKA_PASSWORD": "password",
	}})
	if err != nil {
		t.Fatal(err)
	}
	for name, ports := range map[string][]string{"mariadb": {"20001"}, "redis": {"20002"}, "kafka": {"20003", "20004"}} {
		s := tests.Services[name]
		if s.Image != real.Services[name].Image {
			t.Errorf("%s is %s for tests and %s in production", name, s.Image, real.Services[name].Image)
		}
		var published []string
		for _, port := range s.Ports {
			if port.HostIP == "127.0.0.1" {
				published = append(published, port.Published)
			}
		}
		if len(published) != len(s.Ports) || !slices.Equal(published, ports) {
			t.Errorf("%s is reached at %+v", name, s.Ports)
		}
		if len(s.Secrets) > 0 || len(s.Volumes) > 0 {
			t.Errorf("%s keeps secrets %v and volumes %v", name, s.Secrets, s.Volumes)
		}
		for network := range s.Networks {
			if tests.Networks[network].Internal {
				t.Errorf("%s is in the network %s, which no port leads into", name, network)
			}
		}
	}
	if got := *tests.Services["kafka"].Environment["KAFKA_ADVERTISED_LISTENERS"]; got != "PLAINTEXT://127.0.0.1:20003,SECURE://127.0.0.1:20004" {
		t.Errorf("kafka says that it is at %s", got)
	}
}

// TestKafkaOfTests: the broker that tests start from its artifacts has the version of the container.
func TestKafkaOfTests(t *testing.T) {
	pom, err := os.ReadFile(filepath.Join(root, ".ci/kafka/pom.xml"))
	if err != nil {
		t.Fatal(err)
	}
	_, version, _ := strings.Cut(compose(t).Services["kafka"].Image, ":")
	if want := "<artifactId>kafka_2.13</artifactId>\n      <version>" + version + "</version>"; !strings.Contains(string(pom), want) {
		t.Errorf("the container has Kafka %s, and the pom another", version)
	}
}
