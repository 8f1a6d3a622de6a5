package catalog

import (
	"io/fs"
	"os"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"

	_ "example.org/todoku/checks/lab/sample" // memory for time
)

// copied is the catalogue's files in memory, with one of them changed.
func copied(t *testing.T, name string, change func(string) string) fs.FS {
	t.Helper()
	m := fstest.MapFS{}
	err := fs.WalkDir(os.DirFS("."), ".", func(p string, d fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(p, ".toml") {
			return err
		}
		raw, err := os.ReadFile(p)
		if p == name {
			text := change(string(raw))
			if text == string(raw) {
				t.Fatalf("%s: nothing was changed", name)
			}
			raw = []byte(text)
		}
		m[p] = &fstest.MapFile{Data: raw}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if m[name] == nil && name != "" {
		m[name] = &fstest.MapFile{Data: []byte(change(""))}
	}
	return m
}

func swap(old, now string) func(string) string {
	return func(s string) string { return strings.Replace(s, old, now, 1) }
}

func drop(line string) func(string) string {
	re := regexp.MustCompile(`(?m)^` + line + `.*\n`)
	return func(s string) string {
		at := re.FindStringIndex(s)
		if at == nil {
			return s
		}
		return s[:at[0]] + s[at[1]:]
	}
}

// TestCheckNames: each way to break an entry is named with its file and line.
func TestCheckNames(t *testing.T) {
	if Check(os.DirFS("."), written...) != nil {
		t.Skip("an entry is broken: TestEntries names it")
	}
	const xs = "hosts/xserver.toml"
	for _, d := range []struct {
		about, file string
		change      func(string) string
		want        string // regular expression
	}{
		{"no source", xs, drop("source"), `^hosts/xserver\.toml:\d+: xserver has no source$`},
		{"no date", xs, drop("checked"), `^hosts/xserver\.toml:\d+: xserver has no date`},
		{"a date that is none", xs, swap(`"2026-11-22"`, `"22.11.2026"`), `^hosts/xserver\.toml:9: xserver has no date`},
		{"misspelt key", xs, swap("checked =", "cheked ="), `^hosts/xserver\.toml:9: unknown key "cheked"`},
		{"misspelt key in a table", xs, swap("selectors =", "selector ="), `^hosts/xserver\.toml:\d+: unknown key "dkim.selector"`},
		{"misspelt table", xs, swap("[detect]", "[detects]"), `^hosts/xserver\.toml:\d+: unknown key "detects`},
		{"a value of the wrong kind", xs, swap(`dkim = "confirmed"`, `dkim = ["confirmed"]`), `^hosts/xserver\.toml:1\d: confidence\.dkim is no text$`},
		{"broken TOML", xs, swap(`id = "xserver"`, `id = "xserver`), `^hosts/xserver\.toml:1: `},
		{"ambiguous width", xs, swap("XServerドメイン」の画面です。", "XServerドメイン」の画面です…"), `^hosts/xserver\.toml:\d+: letter '…' \(U\+2026\)`},
		{"ambiguous width in a comment", xs, swap("[dkim]", "# ① here\n[dkim]"), `^hosts/xserver\.toml:\d+: letter '①'`},
		{"one language", xs, swap(`, en = "Switch DKIM settings to ON"`, ""), `^hosts/xserver\.toml:\d+: dkim\.start is missing in en`},
		{"a warning in one language", xs, swap(`, en = "The default._domainkey line cannot be deleted in the record list. Remove it in the DKIM settings."`, ""), `^hosts/xserver\.toml:\d+: a warning is missing in en`},
		{"a warning at no step", xs, swap(`at = "panel"`, `at = "panels"`), `^hosts/xserver\.toml:\d+: warning at "panels"`},
		{"a bad pattern", xs, swap(`"sv#.xserver.jp", "sv#.sixcore`, `"SV#.xserver.jp.", "sv#.sixcore`), `^hosts/xserver\.toml:\d+: detect\.spf: "SV#`},
		{"confidence of a topic", xs, drop("dkim = "), `^hosts/xserver\.toml:\d+: xserver: how sure "dkim" is`},
		{"a confidence that is none", xs, swap(`spf = "confirmed"`, `spf = "sure"`), `^hosts/xserver\.toml:\d+: confidence\.spf is "sure"`},
		{"confirmed by memory", xs, swap(`source = ["article: SPF, DKIM and DMARC for Gmail", "https://usagicode.com/?p=3887", "https://gamitaka.com/configuration-spf-dmarc.html", "https://stilltalkintv.com/?p=4842"]`, `source = ["memory"]`), `^hosts/xserver\.toml:\d+: xserver: "dkim" cannot be confirmed`},
		{"an ID that is not the file's", xs, swap(`id = "xserver"`, `id = "xserver2"`), `:1: id "xserver2" must be the file's name`},
		{"an alias that is taken", xs, swap(`"sixcore"]`+"\ncommon", `"sixcore", "sakura"]`+"\ncommon"), `:\d+: host  ?"sakura" is taken`},
		{"no reading", xs, drop("reading"), `^hosts/xserver\.toml:\d+: reading must have`},
		{"a term that is none", xs, swap(`"+mx"`, `"ipv4:192.0.2.1"`), `^hosts/xserver\.toml:\d+: "ipv4:192\.0\.2\.1" is no SPF term`},
		{"a placeholder without its table", xs, swap(`[server]`, `[[beware]]`), `^hosts/xserver\.toml:`},
		{"an example beside its pattern", xs, swap(`example = "sv1234.xserver.jp"`, `example = "www1.xserver.jp"`), `^hosts/xserver\.toml:\d+: the example`},
		{"a panel's choice", "panels/wix.toml", swap(`long = "auto"`, `long = "maybe"`), `^panels/wix\.toml:\d+: long is "maybe"`},
		{"a panel's limit", "panels/wix.toml", swap(`long = "auto"`, `long = "limit:"`), `^panels/wix\.toml:\d+: long is`},
		{"labels without their confidence", "panels/wix.toml", drop("fields = "), `^panels/wix\.toml:\d+: wix: how sure the labels`},
		{"a shared name server that is none of its own", "panels/route53.toml", swap(`shared = ["awsdns-*.com"`, `shared = ["awsdns.com"`), `^panels/route53\.toml:\d+: "awsdns\.com" is not among ns`},
		{"a sender's category", "senders/sendgrid.toml", swap(`category = "transactional"`, `category = "mail"`), `^senders/sendgrid\.toml:\d+: category is "mail"`},
		{"asked and confirmed", "senders/satori.toml", swap(`spf = "unknown"`, `spf = "confirmed"`), `^senders/satori\.toml:\d+: what is asked for cannot be confirmed`},
		{"no term and no reason", "senders/sendgrid.toml", drop("spf_why"), `^senders/sendgrid\.toml:\d+: sendgrid needs no SPF term`},
		{"parking by hearsay", "parking.toml", swap(`source = ["https://docs.ukfast.co.uk`, `source = ["memory"]#`), `^parking\.toml:\d\d+: renewyourdomain\.net cannot be confirmed without a source`},
		{"a resolver's source", "resolvers.toml", swap(`source = ["https://public.dns.iij.jp/"]`, `source = []`), `^resolvers\.toml:\d\d+: iij has no source`},
		{"a selector of nobody", "selectors.toml", swap(`of = ["sendgrid", "mailgun"]`, `of = ["nobody"]`), `^selectors\.toml:\d+: no host or sender "nobody"`},
		{"a park's kind", "parking.toml", swap(`kind = "held"`, `kind = "hold"`), `^parking\.toml:\d\d: kind is "hold"`},
		{"a park's source", "parking.toml", swap(`source = ["public lists of parking name servers"]`, `source = []`), `^parking\.toml:\d\d: expired\*\.namebrightdns\.com has no source`},
		{"a park without name servers", "parking.toml", swap(`ns = ["suspended-domain.com"]`, `ns = []`), `^parking\.toml:\d\d+: a park without name servers \(PublicDomainRegistry`},
		{"a park twice", "parking.toml", swap(`"renewyourname.net"`, `"onamae-expired.com"`), `^parking\.toml:\d\d: "onamae-expired\.com" stands twice`},
		{"a park misspelt", "parking.toml", swap(`kind = "held"`, `kinds = "held"`), `^parking\.toml:\d+: unknown key "park\.kinds"`},
		{"a selector twice", "selectors.toml", swap(`name = "s2"`, `name = "s1"`), `^selectors\.toml:\d+: "s1" stands twice`},
	} {
		t.Run(d.about, func(t *testing.T) {
			err := Check(copied(t, d.file, d.change), written...)
			if err == nil {
				t.Fatal("nobody complains")
			}
			if !regexp.MustCompile(`(?m)` + d.want).MatchString(err.Error()) {
				t.Errorf("%v\nwant %s", err, d.want)
			}
		})
	}
}

// TestCheckLine: the line that is named is the line that is wrong.
func TestCheckLine(t *testing.T) {
	var want int
	err := Check(copied(t, "senders/mailchimp.toml", func(s string) string {
		s = strings.Replace(s, "form = \"CNAME\"", "form = \"CNAMES\"", 1)
		for i, l := range strings.Split(s, "\n") {
			if strings.Contains(l, "CNAMES") {
				want = i + 1
			}
		}
		return s
	}))
	var line int
	if err != nil {
		if m := regexp.MustCompile(`mailchimp\.toml:(\d+): dkim\.form`).FindStringSubmatch(err.Error()); m != nil {
			for _, r := range m[1] {
				line = line*10 + int(r-'0')
			}
		}
	}
	if line != want || want == 0 {
		t.Errorf("line %d, want %d: %v", line, want, err)
	}
}

// TestReadNeedsAll: a catalogue without one of its parts is none.
func TestReadNeedsAll(t *testing.T) {
	m := copied(t, "hosts/xserver.toml", func(s string) string { return s + "\n" }).(fstest.MapFS)
	delete(m, "resolvers.toml")
	if _, err := Read(m); err == nil {
		t.Error("no resolvers, and no complaint")
	}
	if _, err := Read(fstest.MapFS{}); err == nil {
		t.Error("empty, and no complaint")
	}
}

// TestLoad: what is embedded holds the entries that people name first, and finds them by alias.
func TestLoad(t *testing.T) {
	c, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	for _, id := range []string{"google-workspace", "sakura", "sakura-rs", "xserver", "onamae-rs", "onamae-mail", "wix", "own", "own-server"} {
		if _, ok := c.Host(id); !ok {
			t.Errorf("no host %q", id)
		}
	}
	for _, id := range []string{"sendgrid", "salesforce", "mailchimp", "wordpress", "wp-mail-smtp"} {
		if _, ok := c.Sender(id); !ok {
			t.Errorf("no sender %q", id)
		}
	}
	for _, id := range []string{"onamae-navi", "sakura", "xserver", "muumuu", "value-domain", "cloudflare", "route53", "unknown", "bind"} {
		if _, ok := c.Panel(id); !ok {
			t.Errorf("no panel %q", id)
		}
	}
	for _, id := range []string{"google", "cloudflare", "quad9"} {
		if r, ok := c.Resolver(id); !ok || len(r.Addrs) == 0 {
			t.Errorf("no resolver %q", id)
		}
	}
	if _, ok := c.Host("nobody"); ok {
		t.Error("a host that is none")
	}
	if len(c.Parks()) < 20 {
		t.Errorf("%d parks", len(c.Parks()))
	}
	if len(c.Hosts()) < 45 || len(c.Panels()) < 49 || len(c.Senders()) < 120 {
		t.Errorf("%d hosts, %d panels, %d senders", len(c.Hosts()), len(c.Panels()), len(c.Senders()))
	}
	if c.Hosts()[0].ID != "google-workspace" || !c.Hosts()[1].Seeds || c.Hosts()[len(c.Hosts())-1].Seeds {
		t.Error("common ones come first, in their rank")
	}
	first := 0
	for _, s := range c.Selectors() {
		if s.First {
			first++
		}
	}
	if first != 60 || c.Selectors()[0].Name != "google" {
		t.Errorf("first pass of %d, begins with %s", first, c.Selectors()[0].Name)
	}
}

// TestGuide: the example in the guide is an entry that passes, and the guide names the commands that make it one.
func TestGuide(t *testing.T) {
	if _, err := os.Stat("senders/hagaki.toml"); err == nil {
		t.Skip("the guide is being followed to the letter: TestEntries checks the entry")
	}
	raw, err := os.ReadFile("../../docs/catalogue.md")
	if err != nil {
		t.Fatal(err)
	}
	m := regexp.MustCompile("(?s)```toml\n(.*?)```").FindStringSubmatch(string(raw))
	if m == nil {
		t.Fatal("no example")
	}
	example := strings.ReplaceAll(m[1], "\n   ", "\n")
	if err := Check(copied(t, "senders/hagaki.toml", func(string) string { return strings.TrimPrefix(example, "   ") })); err != nil {
		t.Error(err)
	}
}
