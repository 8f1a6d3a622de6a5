package main

import (
	"encoding/json"
	"flag"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"example.org/todoku/cmd/todoku/internal/local"
	"example.org/todoku/cmd/todoku/internal/settings"
)

func TestMain(m *testing.M) {
	if filepath.Base(os.Args[0]) != "todoku" { // not the program of a script, whose environment is the script's
		_ = os.Setenv("XDG_CONFIG_HOME", "/nowhere") // whoever runs the tests may have settings
		local.AllProcessors()
	}
	// Most of the parallel tests wait for a program in a terminal, which takes no processor; a flag of the caller's wins.
	_ = flag.Set("test.parallel", "8")
	testscript.Main(m, map[string]func(){"todoku": main})
}

// scripts returns the scripts of each command, by whether their calls of the program need processes.
func scripts(t *testing.T) (within, apart []string) {
	t.Helper()
	verbs, err := filepath.Glob("verb/*")
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range verbs {
		if filepath.Ext(v) != "" {
			continue // a test of several commands
		}
		own, err := filepath.Glob(v + "/testdata/script/*.txtar")
		if err != nil || len(own) == 0 {
			t.Errorf("%s has no script: %v", v, err)
		}
		for _, file := range own {
			if needsProcess(t, file) {
				apart = append(apart, file)
			} else {
				within = append(within, file)
			}
		}
	}
	if len(apart) < 3 || len(within) < 3 {
		t.Errorf("%d scripts run in processes, %d in this one", len(apart), len(within))
	}
	return within, apart
}

// TestScript runs the program as a user does, by the scripts of each command: every exit status. Nothing leaves loopback.
// Its calls change the process's folder and environment, so it is a process of its own, beside the other tests.
func TestScript(t *testing.T) {
	if os.Getenv(apartEnv) == "" {
		t.Parallel()
		alone(t)
		return
	}
	within, _ := scripts(t)
	testscript.RunT(serial{t}, calls(within, false))
}

// TestScriptInProcesses is TestScript for the scripts that feed the program or let it wait.
func TestScriptInProcesses(t *testing.T) {
	t.Parallel()
	_, apart := scripts(t)
	testscript.Run(t, calls(apart, true))
}

// calls are scripts whose calls of the program are processes, or are not.
func calls(files []string, processes bool) testscript.Params {
	p := testscript.Params{
		Files: files,
		Setup: func(e *testscript.Env) error {
			e.Values[apartKey{}] = processes
			e.Setenv("XDG_STATE_HOME", e.WorkDir+"/state")
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"status":    status,
			"lines":     jsonLines,
			"nonsense":  nonsense,
			"answering": answering,
			"plain":     plainText,
		},
	}
	if !processes {
		p.Cmds["todoku"] = called
	}
	return p
}

// status runs the program and demands its exit status: status 3 todoku check …
func status(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 || args[1] != "todoku" {
		ts.Fatalf("usage: status N todoku …")
	}
	got := "0"
	if ts.Value(apartKey{}) != true {
		got = itoa(int(inside(ts, args[2:])))
	} else if err := ts.Exec(args[1], args[2:]...); err != nil {
		var known bool
		if got, known = strings.CutPrefix(err.Error(), "exit status "); !known {
			ts.Fatalf("%v", err)
		}
	}
	if got != args[0] {
		ts.Fatalf("exit status %s, want %s\n%s%s", got, args[0], ts.ReadFile("stdout"), ts.ReadFile("stderr"))
	}
}

// jsonLines requires that standard output is so many JSON objects of schema 1, one a line: lines 2
func jsonLines(ts *testscript.TestScript, neg bool, args []string) {
	text := strings.TrimSuffix(ts.ReadFile("stdout"), "\n")
	lines := strings.Split(text, "\n")
	for _, l := range lines {
		var o struct {
			Schema int `json:"schema"`
		}
		if err := json.Unmarshal([]byte(l), &o); err != nil || o.Schema != 1 {
			ts.Fatalf("no object of schema 1: %v: %s", err, l)
		}
	}
	if len(args) == 1 && args[0] != itoa(len(lines)) {
		ts.Fatalf("%d lines, want %s", len(lines), args[0])
	}
}

func itoa(n int) string {
	b, _ := json.Marshal(n)
	return string(b)
}

// nonsense starts a name server whose answers are not DNS, and puts its address into $NONSENSE.
func nonsense(ts *testscript.TestScript, _ bool, _ []string) {
	conn, err := net.ListenPacket("udp", "127.0.0.1:0")
	ts.Check(err)
	ts.Defer(func() { _ = conn.Close() })
	go func() {
		buf := make([]byte, 2048)
		for {
			n, from, err := conn.ReadFrom(buf)
			if err != nil {
				return
			}
			// The same number, so that it is taken for the answer; the rest is noise.
			_, _ = conn.WriteTo(append(append([]byte{}, buf[:min(n, 2)]...), "\x81\x80\x00\x01\xff\xffgarbage\x1b[31m"...), from)
		}
	}()
	ts.Setenv("NONSENSE", conn.LocalAddr().String())
}

// answering starts a name server that answers everything with one code, and puts its address into $ANSWERING.
func answering(ts *testscript.TestScript, _ bool, args []string) {
	code := map[string]byte{"SERVFAIL": 2, "NXDOMAIN": 3, "REFUSED": 5}[args[0]]
	conn, err := net.ListenPacket("udp", "127.0.0.1:0")
	ts.Check(err)
	ts.Defer(func() { _ = conn.Close() })
	go func() {
		buf := make([]byte, 2048)
		for {
			n, from, err := conn.ReadFrom(buf)
			if err != nil {
				return
			}
			// The question comes back as an answer (RFC 1035 section 4.1.1: QR, and the code).
			buf[2], buf[3] = buf[2]|0x80, 0x80|code
			_, _ = conn.WriteTo(buf[:n], from)
		}
	}()
	ts.Setenv("ANSWERING", conn.LocalAddr().String())
}

// plainText requires that standard output and standard error contain no control character but line end and tab.
func plainText(ts *testscript.TestScript, _ bool, _ []string) {
	for _, name := range []string{"stdout", "stderr"} {
		for _, r := range ts.ReadFile(name) {
			if r != '\n' && r != '\t' && (r < ' ' || r == 0x7f || r >= 0x80 && r < 0xa0 || r == 0x202e) {
				ts.Fatalf("%s holds the control character %U", name, r)
			}
		}
	}
}

// The language comes from --lang, then the environment in the order of POSIX.
func TestLanguage(t *testing.T) {
	for _, c := range []struct {
		args string
		env  map[string]string
		set  settings.Value
		want string
	}{
		{"", map[string]string{"LANG": "ja_JP.UTF-8"}, settings.Value{}, "ja"},
		{"", map[string]string{"LANG": "ja_JP.UTF-8", "LC_ALL": "C"}, settings.Value{}, "en"},
		{"", map[string]string{"LANG": "C", "LC_MESSAGES": "ja_JP.eucJP"}, settings.Value{}, "ja"},
		{"", map[string]string{"LANG": "en_US.UTF-8", "LC_ALL": ""}, settings.Value{}, "en"},
		{"", map[string]string{"LANG": "jam"}, settings.Value{}, "en"},
		{"--lang ja", map[string]string{"LANG": "C"}, settings.Value{}, "ja"},
		{"check --lang=en x", map[string]string{"LANG": "ja"}, settings.Value{}, "en"},
		{"check -- --lang=ja", nil, settings.Value{}, "en"},
		{"", map[string]string{"LANG": "ja"}, settings.Value{Values: []string{"en"}}, "en"},
		{"--lang=ja", nil, settings.Value{Values: []string{"en"}}, "ja"},
	} {
		env := func(k string) string { return c.env[k] }
		if got := language(strings.Fields(c.args), env, c.set); string(got) != c.want {
			t.Errorf("%q %v: %s, want %s", c.args, c.env, got, c.want)
		}
	}
}
