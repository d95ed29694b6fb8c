package main

// Target is where a scene is played; every command takes these flags.
type Target struct {
	URL       string `help:"Address of the server." default:"http://127.0.0.1:8080"`
	Event     string `help:"Event to play in." default:"demo"`
	JSON      string `help:"Also write the report as JSON to this file; '-' is standard output, instead of the text." name:"json" placeholder:"FILE"`
	ServerPID int    `help:"Process id of the server, to show its CPU time beside ours." name:"server-pid" placeholder:"PID"`
}
