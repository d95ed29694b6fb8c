package main

import (
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/alecthomas/kong"
)

// A wrong parameter is told by its flag and its range, before anything is played.
func TestParametersAreChecked(t *testing.T) {
	t.Parallel()
	for given, want := range map[string]string{ // want: what the error must say; empty: none
		"race":                                "",
		"race --clients=-5":                   "--clients is -5: it must be from 2 to 100000",
		"race --clients 0":                    "--clients is 0",
		"race --clients 1":                    "--clients is 1",
		"race --rounds 0":                     "--rounds is 0: it must be from 1 to 1000000",
		"race --event=":                       "--event is empty",
		"race --server-pid 999999999":         "--server-pid is 999999999: no such process",
		"race --server-pid=-1":                "--server-pid is -1: no such process",
		"race --server-pid " + ownPID():       "",
		"expiry":                              "",
		"expiry --holds 0":                    "--holds is 0: it must be from 1 to 100000",
		"expiry --within 0s":                  "--within is 0s: it must be more than 0s",
		"expiry --late 1h":                    "--late is 1h0m0s: it must be more than 0s and at most 5m0s",
		"watch":                               "",
		"watch --rate=-3":                     "--rate is -3: it must be more than 0 and at most 100000 per second",
		"watch --rate nan":                    "--rate is NaN",
		"watch --rate inf":                    "--rate is +Inf",
		"watch --duration=-1s":                "--duration is -1s: it must be more than 0s and at most 24h0m0s",
		"watch --clients 0":                   "--clients is 0: it must be from 1 to 100000",
		"watch --settle=-1s":                  "--settle is -1s: it must be from 0s to 24h0m0s",
		"watch --rate 0.5 --duration 1s":      "--rate 0.5 for --duration 1s comes to 0: it must come to 1 to 1000000",
		"watch --rate 90000 --duration 24h":   "comes to 7776000000",
		"churn":                               "",
		"churn --rate=-3":                     "--rate is -3",
		"churn --rate 0":                      "--rate is 0",
		"churn --kicks=-2":                    "--kicks is -2: it must be from 0 to 100000",
		"churn --kicks 0":                     "",
		"churn --slack nan":                   "--slack is NaN: it must be from 0 to 1000000",
		"churn --duration 0s":                 "--duration is 0s",
		"churn --settle=-1s":                  "--settle is -1s",
		"relay --other-url b":                 "",
		"relay --other-url b --times 0":       "--times is 0: it must be from 1 to 1000000",
		"relay --other-url b --within=-1ms":   "--within is -1ms",
		"relay --other-url http://a --url a":  "--other-url is http://a: it must be another node than --url",
		"journey":                             "",
		"journey --buyers 0":                  "--buyers is 0: it must be from 1 to 1000000",
		"journey --cancels nan":               "--cancels is NaN: it must be from 0 to 1",
		"journey --cancels 7":                 "--cancels is 7: it must be from 0 to 1",
		"journey --seats 0":                   "--seats is 0: it must be from 1 to 1000000",
		"journey --rate 0":                    "--rate is 0",
		"journey --drain 0s":                  "--drain is 0s: it must be more than 0s",
		"rolling --other-url b":               "",
		"rolling --other-url b,http://c":      "",
		"rolling":                             "missing flags: --other-url",
		"rolling --other-url b,ftp://c":       "\"ftp://c\" is no server's address",
		"rolling --other-url b,b":             "--other-url is http://b: that gateway is named twice",
		"rolling --other-url a --url a":       "--other-url is http://a: that gateway is named twice",
		"rolling --other-url b --resumed 101": "--resumed is 101: it must be from 0 to 100",
	} {
		t.Run(given, func(t *testing.T) {
			t.Parallel()
			parser, err := kong.New(&cli{}, addressMapper)
			if err != nil {
				t.Fatal(err)
			}
			_, err = parser.Parse(strings.Fields(given))
			if got := errorText(err); (got == "") != (want == "") || !strings.Contains(got, want) {
				t.Errorf("said %q, want %q", got, want)
			}
		})
	}
}

func ownPID() string { return strconv.Itoa(os.Getpid()) }

func errorText(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}
