package verb_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"example.org/todoku/checks/snapshot"
	"example.org/todoku/cmd/todoku/internal/cli"
	"example.org/todoku/cmd/todoku/internal/clitest"
	"example.org/todoku/cmd/todoku/internal/world"
	"example.org/todoku/cmd/todoku/verb/report"
)

func reportOptions(t *testing.T, p *clitest.Program) *report.Options {
	return &report.Options{Program: p.Program, World: clitest.NoWorld(t), Now: time.Now, Answers: &cli.Answers{Program: p.Program}}
}

func TestReportFlags(t *testing.T) {
	var got *report.Options
	c := report.Command(clitest.New("").Program, func(_ context.Context, o *report.Options) error { got = o; return nil })
	err := clitest.Execute(t, c, "a", "b", "--domain", "a.example", "--csv", "--dns", "--sender", "sendgrid")
	if err != nil || len(got.Files) != 2 || got.Domain != "a.example" || !got.CSV || !got.DNS || len(got.Answers.Senders) != 1 || got.Now == nil {
		t.Errorf("%v, read as %+v", err, got)
	}
	if err := clitest.Execute(t, report.Command(clitest.New("").Program, report.Run)); cli.StatusOf(err) != cli.StatusUsage {
		t.Errorf("without a file: %v", err)
	}
}

// reportText is a report of one domain with one record.
func reportText(domain, id, ip string, pass bool) string {
	result := map[bool]string{true: "pass", false: "fail"}[pass]
	return fmt.Sprintf("<feedback><report_metadata><org_name>x</org_name><report_id>%s</report_id><date_range><begin>1700006400</begin><end>1700092799</end></date_range></report_metadata>"+
		"<policy_published><domain>%s</domain><p>none</p></policy_published><record><row><source_ip>%s</source_ip><count>5</count><policy_evaluated><disposition>none</disposition><dkim>%s</dkim><spf>%[4]s</spf></policy_evaluated></row>"+
		"<identifiers><header_from>%[2]s</header_from></identifiers><auth_results><dkim><domain>%[2]s</domain><result>%[4]s</result></dkim><spf><domain>%[2]s</domain><result>%[4]s</result></spf></auth_results></record></feedback>",
		id, domain, ip, result)
}

// The exit status is 0 where nothing is to fix, 1 where own mail fails, 2 where a named file holds no report, 3 where
// nothing is told of the domain. A broken file in a folder costs nothing.
func TestReportStatus(t *testing.T) {
	dir := t.TempDir()
	write := func(name, content string) string {
		name = filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		return name
	}
	good, bad := write("good.xml", reportText("a.example", "1", "192.0.2.1", true)), write("bad.xml", "<feedback><record>")
	fails := write("fails.xml", reportText("a.example", "2", "192.0.2.1", false)) // signed in the own name, and broken
	other := write("other.xml", reportText("b.example", "3", "192.0.2.1", true))
	write("folder/a.xml", reportText("a.example", "1", "192.0.2.1", true))
	write("folder/b.txt", "hello")
	write("worse/a.xml", "hello")
	empty := write("empty.xml", "<feedback><report_metadata><report_id>9</report_id></report_metadata><policy_published><domain>a.example</domain></policy_published></feedback>")
	for about, c := range map[string]struct {
		files  []string
		domain string
		want   cli.Status
		told   string
	}{
		"good":                         {[]string{good}, "", cli.StatusOK, "a.example\n1 report / 5 messages\n"},
		"good and bad":                 {[]string{good, bad}, "", cli.StatusUsage, "a.example\n1 report / 5 messages\n"},
		"a folder with one that is no": {[]string{filepath.Join(dir, "folder")}, "", cli.StatusOK, "b.txt: no DMARC report in it"},
		"a folder with none":           {[]string{filepath.Join(dir, "worse")}, "", cli.StatusUsage, "No DMARC report was found."},
		"own mail fails":               {[]string{good, fails}, "", cli.StatusFix, "192.0.2.1: the signature fails."},
		"a file that is not there":     {[]string{filepath.Join(dir, "gone")}, "", cli.StatusUsage, "gone: cannot be read: "},
		"nothing of the domain":        {[]string{good}, "c.example", cli.StatusUnknown, "The reports say nothing about c.example."},
		"one domain of two":            {[]string{good, other}, "B.example", cli.StatusOK, "b.example\n"},
		"two domains":                  {[]string{good, other}, "", cli.StatusOK, "\n\n\nb.example\n"},
		"no messages":                  {[]string{empty}, "", cli.StatusUnknown, "The reports contain no messages."},
		"no domain":                    {[]string{good}, "x y", cli.StatusUsage, ""},
	} {
		p := clitest.New("")
		o := reportOptions(t, p)
		o.Files, o.Domain = c.files, c.domain
		if got := cli.StatusOf(report.Run(t.Context(), o)); got != c.want || !strings.Contains(p.Told.String(), c.told) {
			t.Errorf("%s: status %d, want %d\n%s%s", about, got, c.want, &p.Told, &p.Noted)
		}
		if c.domain == "B.example" && strings.Contains(p.Told.String(), "a.example") {
			t.Errorf("%s: tells of another", about)
		}
	}
}

// Standard input is a file like any other.
func TestReportInput(t *testing.T) {
	p := clitest.New("")
	p.In = strings.NewReader(reportText("a.example", "1", "192.0.2.1", true))
	o := reportOptions(t, p)
	o.Files, o.JSON = []string{"-"}, true
	if err := report.Run(t.Context(), o); err != nil || !strings.HasPrefix(p.Told.String(), `{"schema":1,"domain":"a.example","policy":"none","reports":1,"messages":5,`) {
		t.Errorf("%v: %s", err, &p.Told)
	}
}

// A run that is cut off tells what was read.
func TestReportInterrupted(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	p := clitest.New("")
	o := reportOptions(t, p)
	o.Files = []string{filepath.Join(t.TempDir(), "x")}
	if got := cli.StatusOf(report.Run(ctx, o)); got != cli.StatusUnknown {
		t.Errorf("status %d", got)
	}
}

// DNS is only asked about a domain that is named, and then tells who the senders are and what policy stands there.
func TestReportDNS(t *testing.T) {
	name := filepath.Join(t.TempDir(), "r.xml")
	if err := os.WriteFile(name, []byte(strings.ReplaceAll(reportText("aozora.example", "1", "198.51.100.65", false), "<dkim><domain>aozora.example</domain><result>fail</result></dkim>", "")), 0o600); err != nil {
		t.Fatal(err)
	}
	run := func(domain string, dns bool) (cli.Status, string) {
		p := clitest.New("S8")
		o := reportOptions(t, p)
		o.World = world.Opener(p.Program)
		o.Files, o.Domain, o.DNS, o.JSON = []string{name}, domain, dns, true
		status := cli.StatusOf(report.Run(t.Context(), o))
		return status, p.Told.String()
	}
	if status, told := run("", true); status != cli.StatusUsage || told != "" {
		t.Errorf("--dns alone: %d %s", status, told)
	}
	if status, told := run("aozora.example", false); status != cli.StatusOK || !strings.Contains(told, `"service":"","count":5,`) || !strings.Contains(told, `"judgement":"foreign"`) {
		t.Errorf("nobody asked: %d %s", status, told)
	}
	status, told := run("aozora.example", true)
	if status != cli.StatusFix || !strings.Contains(told, `"service":"google-workspace","count":5,`) || !strings.Contains(told, `"judgement":"unaligned","ground":"spf-record"`) {
		t.Errorf("asked: %d %s", status, told)
	}
}

// reportEvil moves the cursor, sets the clipboard, turns the reading direction and is no UTF-8.
const reportEvil = "\x1b[2J\x1b]52;c;cm0gLXJm\x07\u202e\u200b\x9b31m\xff\r\b"

// Whatever stands in a report, and however its file is called, no byte that a terminal obeys reaches any output.
func TestReportNothingHostileGetsOut(t *testing.T) {
	bad := strings.NewReplacer(">x<", ">x"+reportEvil+"<", ">1<", ">1"+reportEvil+"<", "a.example", "a.example"+reportEvil, "192.0.2.1", "192.0.2.1"+reportEvil, ">fail<", ">fail"+reportEvil+"<", ">none<", ">none"+reportEvil+"<").
		Replace(reportText("a.example", "1", "192.0.2.1", false))
	dir := t.TempDir()
	files := []string{filepath.Join(dir, "a"+reportEvil), filepath.Join(dir, "b"+reportEvil)}
	for i, content := range []string{bad, "hello" + reportEvil} {
		if err := os.WriteFile(files[i], []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, form := range []string{"text", "json", "csv"} {
		p := clitest.New("")
		o := reportOptions(t, p)
		o.Files, o.JSON, o.CSV = append(files, "gone"+reportEvil), form == "json", form == "csv"
		_ = report.Run(t.Context(), o)
		if out := p.Told.String() + p.Noted.String(); !strings.Contains(out, "a.example") || snapshot.Printable(strings.NewReplacer("\n", "", "\t", "").Replace(out)) != strings.NewReplacer("\n", "", "\t", "").Replace(out) {
			t.Errorf("%s: %q", form, out)
		}
	}
}
