package document_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"example.org/todoku/checks/lab/trial"
	"example.org/todoku/checks/report/reported"
	"example.org/todoku/i18n"
	"example.org/todoku/wizard/document"
)

// browser is headless Chromium, controlled over a pipe by the DevTools protocol: no port is opened.
type browser struct {
	t     *testing.T
	to    io.Writer
	from  *bufio.Reader
	n     int
	asked []string // what pages have asked for
}

// call does one thing in a session and gives its result.
func (b *browser) call(session, method string, params map[string]any) map[string]any {
	b.t.Helper()
	b.n++
	m := map[string]any{"id": b.n, "method": method, "params": params}
	if session != "" {
		m["sessionId"] = session
	}
	raw, err := json.Marshal(m)
	if err != nil {
		b.t.Fatal(err)
	}
	if _, err := b.to.Write(append(raw, 0)); err != nil {
		b.t.Fatal(err)
	}
	for {
		got := b.read()
		if id, ok := got["id"].(float64); ok && int(id) == b.n {
			if got["error"] != nil {
				b.t.Fatalf("%s: %v", method, got["error"])
			}
			result, _ := got["result"].(map[string]any)
			return result
		}
	}
}

// read returns the next message, and records what a page requests.
func (b *browser) read() map[string]any {
	b.t.Helper()
	raw, err := b.from.ReadBytes(0)
	if err != nil {
		b.t.Fatalf("the browser is gone: %v", err)
	}
	var got map[string]any
	if err := json.Unmarshal(raw[:len(raw)-1], &got); err != nil {
		b.t.Fatal(err)
	}
	if got["method"] == "Network.requestWillBeSent" {
		url := fmt.Sprint(got["params"].(map[string]any)["request"].(map[string]any)["url"])
		if !strings.HasPrefix(url, "data:") {
			b.asked = append(b.asked, url)
		}
	}
	return got
}

// run evaluates a script in a page and gives its text.
func (b *browser) run(session, script string) string {
	b.t.Helper()
	got := b.call(session, "Runtime.evaluate", map[string]any{"expression": script, "awaitPromise": true, "returnByValue": true})
	if got["exceptionDetails"] != nil {
		b.t.Fatalf("%.200s: %v", script, got["exceptionDetails"])
	}
	return fmt.Sprint(got["result"].(map[string]any)["value"])
}

// open shows a file in a page of a width and a colour scheme.
func (b *browser) open(file string, width int, scheme string) (session string) {
	target := b.call("", "Target.createTarget", map[string]any{"url": "about:blank"})["targetId"]
	session = fmt.Sprint(b.call("", "Target.attachToTarget", map[string]any{"targetId": target, "flatten": true})["sessionId"])
	for method, params := range map[string]map[string]any{
		"Network.enable": {}, "Page.enable": {}, "Page.setBypassCSP": {"enabled": true}, // the page's own rule would keep axe out
		"Emulation.setDeviceMetricsOverride": {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 600},
		"Emulation.setEmulatedMedia":         {"features": []map[string]string{{"name": "prefers-color-scheme", "value": scheme}}},
	} {
		b.call(session, method, params)
	}
	b.asked = nil
	b.call(session, "Page.navigate", map[string]any{"url": "file://" + file})
	for b.read()["method"] != "Page.loadEventFired" {
	}
	return session
}

// launch starts Chromium; the test is skipped where it is not installed, or no axe is named.
func launch(t *testing.T) (b *browser, axe string) {
	t.Helper()
	program, err := exec.LookPath("chromium")
	file := os.Getenv("TODOKU_AXE")
	if err != nil || file == "" {
		t.Skip("needs chromium, and TODOKU_AXE=path of axe.min.js (npm install axe-core)")
	}
	source, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	hisIn, to, err1 := os.Pipe()
	from, hisOut, err2 := os.Pipe()
	if err1 != nil || err2 != nil {
		t.Fatal(err1, err2)
	}
	cmd := exec.Command(program, "--headless=new", "--no-sandbox", "--disable-gpu", "--remote-debugging-pipe", "--user-data-dir="+t.TempDir())
	cmd.ExtraFiles = []*os.File{hisIn, hisOut} // 3 and 4
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	b = &browser{t: t, to: to, from: bufio.NewReaderSize(from, 1<<20)}
	t.Cleanup(func() {
		b.call("", "Browser.close", nil)
		_ = cmd.Wait()
	})
	_, _ = hisIn.Close(), hisOut.Close()
	return b, string(source)
}

// reportPage is the page about DMARC reports, in Japanese first.
func reportPage(t *testing.T) []byte {
	t.Helper()
	all := reports(t, 30)
	w, r := judged(t, all)
	w.Lang = i18n.JA
	return []byte(reportHTML(t, w, []reported.Domain{r}, all, "todoku test"))
}

// indexPage is an index of one domain and one name that is none.
func indexPage(t *testing.T) []byte {
	t.Helper()
	odd := document.IndexRow{Of: map[i18n.Lang]document.Overview{}}
	for _, l := range i18n.Langs() {
		odd.Of[l] = document.OverviewFailed("no domain!", "bad", true)
	}
	data, err := document.HTMLIndex(i18n.JA, []document.IndexRow{document.IndexRowOf(input(t, i18n.JA), "a.html"), odd}, trial.Day, "todoku test")
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// TestInBrowser: no page breaks a rule of accessibility that axe knows, is wider than its screen, or asks for anything; and
// its languages are switched without a script.
func TestInBrowser(t *testing.T) {
	b, axe := launch(t)
	dir := t.TempDir()
	pages := map[string][]byte{"report": reportPage(t), "index": indexPage(t)}
	for name, in := range shown() {
		data, err := document.Write("html", in(t, i18n.JA))
		if err != nil {
			t.Fatal(err)
		}
		pages[name] = data
	}
	for _, name := range slices.Sorted(maps.Keys(pages)) {
		data := pages[name]
		file := filepath.Join(dir, name+".html")
		if err := os.WriteFile(file, data, 0o644); err != nil {
			t.Fatal(err)
		}
		for _, look := range []struct {
			width  int
			scheme string
		}{{390, "light"}, {1280, "dark"}} {
			at := fmt.Sprintf("%s at %d, %s", name, look.width, look.scheme)
			s := b.open(file, look.width, look.scheme)
			if over := b.run(s, "String(document.documentElement.scrollWidth - document.documentElement.clientWidth)"); over != "0" {
				t.Errorf("%s: %s px wider than the screen", at, over)
			}
			if got := b.run(s, `["ja", "en"].map(l => {
				document.getElementById("lang-" + l).checked = true; // which starts no script
				return [...new Set([...document.querySelectorAll("main [data-face]")].filter(f => getComputedStyle(f).display != "none").map(f => f.lang))].join();
			}).join(" ")`); got != "ja en" {
				t.Errorf("%s: shown are %q", at, got)
			}
			b.run(s, axe+"\n;''")
			if got := b.run(s, `document.querySelectorAll("details").forEach(d => d.open = true);
				axe.run().then(r => r.violations.map(v => v.id + ": " + v.nodes[0].html.slice(0, 200)).join("\n"))`); got != "" {
				t.Errorf("%s: %s", at, got)
			}
			if len(b.asked) != 1 {
				t.Errorf("%s: it asks for %q", at, b.asked)
			}
		}
	}
}
