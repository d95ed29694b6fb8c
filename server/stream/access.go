package stream

import (
	"strings"

	"github.com/confluentinc/confluent-kafka-go/v2/kafka"
)

// Access is how the brokers are sure of us, and we of them.
type Access struct {
	TLS       bool
	CAFile    string // certificates in PEM that sign the brokers'; empty: those of the system
	Username  string // empty: nobody is asked who we are
	Password  string
	Mechanism string // PLAIN, SCRAM-SHA-256 or SCRAM-SHA-512
}

func (a Access) settings() kafka.ConfigMap {
	m := kafka.ConfigMap{}
	protocol := "plaintext"
	if a.TLS {
		protocol = "ssl"
		if a.CAFile != "" {
			m["ssl.ca.location"] = a.CAFile
		}
	}
	if a.Username != "" {
		protocol = map[string]string{"plaintext": "sasl_plaintext", "ssl": "sasl_ssl"}[protocol]
		m["sasl.mechanisms"] = a.Mechanism
		m["sasl.username"] = a.Username
		m["sasl.password"] = a.Password
	}
	m["security.protocol"] = protocol
	return m
}

// perhaps is what a broker may want that ends a connection without a word, which a client's line tells. librdkafka means to say it and
// looks for the sign in the wrong text. Brokers that are starting behind a proxy end connections too, so nobody may be sure.
func (a Access) perhaps(line string) string {
	switch {
	case !a.TLS && strings.Contains(line, "in state APIVERSION_QUERY"): // the first question
		return ": perhaps TLS is wanted"
	case a.Username == "" && strings.Contains(line, "in state UP"):
		return ": perhaps a user name and password are wanted"
	}
	return ""
}
