package document_test

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"

	"example.org/todoku/checks/catalog"
	"example.org/todoku/checks/report"
	"example.org/todoku/checks/report/reported"
	"example.org/todoku/i18n"
	"example.org/todoku/tui"
	"example.org/todoku/wizard/document"
	"example.org/todoku/wizard/words"
)

// reports makes so many daily reports of a domain: own mail, a service that does not align, a forwarding, a forger.
func reports(t *testing.T, days int) *report.Reading {
	t.Helper()
	record := func(ip string, n int, dkim, spf, key, sender, rawKey, rawSPF string) string {
		return fmt.Sprintf("<record><row><source_ip>%s</source_ip><count>%d</count><policy_evaluated><disposition>none</disposition><dkim>%s</dkim><spf>%s</spf></policy_evaluated></row>"+
			"<identifiers><header_from>a.example</header_from></identifiers><auth_results><dkim><domain>%s</domain><result>%s</result></dkim><spf><domain>%s</domain><result>%s</result></spf></auth_results></record>",
			ip, n, dkim, spf, key, rawKey, sender, rawSPF)
	}
	var files []report.File
	for d := range days {
		text := fmt.Sprintf("<feedback><report_metadata><org_name>=cmd|x</org_name><report_id>%d</report_id><date_range><begin>%d</begin><end>%d</end></date_range></report_metadata>"+
			"<policy_published><domain>a.example</domain><p>none</p></policy_published>", d, 1700006400+d*86400, 1700006400+d*86400+86399) +
			record("192.0.2.1", 20, "pass", "pass", "a.example", "a.example", "pass", "pass") +
			record("198.51.100.9", 4, "fail", "fail", "sendgrid.net", "bounces.sendgrid.net", "pass", "pass") +
			record("203.0.113.7", 2, "pass", "fail", "a.example", "a.example", "pass", "fail") +
			record("2001:db8:0:0::66", 30, "fail", "fail", "x.example", "x.example", "fail", "fail") + "</feedback>"
		files = append(files, report.File{Name: "day", Open: func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(text)), nil }})
	}
	files = append(files, report.File{Name: "b\x1bad", Open: func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader("hello")), nil }})
	return report.Read(t.Context(), files, report.Options{})
}

func judged(t *testing.T, all *report.Reading) (words.P, reported.Domain) {
	t.Helper()
	cat, err := catalog.Load()
	if err != nil {
		t.Fatal(err)
	}
	return words.P{Lang: i18n.EN, Catalog: cat}, reported.Of(all.Domains[0], reported.Known{Catalog: cat})
}

// The page says who sent what, with numbers beside the bars, and what to do; it fits a terminal.
func TestReportPage(t *testing.T) {
	all := reports(t, 30)
	w, r := judged(t, all)
	page := document.ReportPage(w, r, document.ReportForm{}, document.Layout{})
	for _, want := range []string{"a.example\n30 reports / 1680 messages\n", "2023-11-15 to 2023-12-14", "DMARC passes for 660 of 1680 messages (39.3 %).",
		"\n  Yours, passes              600  ################          35.7 %\n", "120  !!!                       7.1 %", "\n  Not yours                  900  !!!!!!!!!!!!!!!!!!!!!!!!  53.6 %\n",
		"\n  198.51.100.9 SendGrid  120  ", "DKIM fail, SPF fail", "\n  2001:db8::66 ", "\n  2023-12-14  56  #########!!!!!!!!!!!!!!!  22 pass, 34 fail\n",
		"  - SendGrid: set up DKIM for your own domain on its admin page, or a return path", "\n    Where: Settings > Sender Authentication",
		"Stay at p=none for now.\n  - Mail of your own fails: SendGrid.\n"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %q:\n%s", want, page)
		}
	}
	if rest := document.ReportRest(w, all, document.Layout{}); rest != "Not recognised as a report\n  - b\\x1bad: no DMARC report in it\n" {
		t.Errorf("%q", rest)
	}
	w.Lang = i18n.JA
	for _, width := range []int{60, 80, 120} {
		for l := range strings.Lines(document.ReportPage(w, r, document.ReportForm{}, document.Layout{Width: width, Wrap: tui.Wrap})) {
			if n := ansi.StringWidth(strings.TrimSuffix(l, "\n")); n > width {
				t.Errorf("%d cells at %d: %s", n, width, l)
			}
		}
	}
}

// A step that is safe is told with the record that makes it.
func TestReportStep(t *testing.T) {
	all := reports(t, 30)
	w, r := judged(t, all)
	r.Stage = report.Stage{Policy: "quarantine", Because: []report.Because{report.Clean, report.Lists}}
	r.Record = "v=DMARC1; p=none; pct=50; rua=mailto:x@a.example"
	page := document.ReportPage(w, r, document.ReportForm{}, document.Layout{})
	for _, want := range []string{"p=quarantine is safe now.", "In the TXT record of _dmarc.a.example, change p=none to p=quarantine", "    v=DMARC1; p=quarantine; rua=mailto:x@a.example\n", "Good to know:"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %q:\n%s", want, page)
		}
	}
	if r.Stage.Policy = "none"; r.Next() != "" {
		t.Errorf("a record where there is no step: %s", r.Next())
	}
}

// The JSON is the contract's; every number in it adds up.
func TestReportJSON(t *testing.T) {
	all := reports(t, 3)
	w, r := judged(t, all)
	raw, err := json.Marshal(document.ReportJSON(w, r, all))
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`{"schema":1,"domain":"a.example","policy":"none","reports":3,"messages":168,`,
		`{"ip":"198.51.100.9","service":"sendgrid","count":12,"dkim_aligned":false,"spf_aligned":false,"disposition":"none","judgement":"unaligned",`,
		`{"ip":"2001:db8::66","service":"","count":90,"dkim_aligned":false,"spf_aligned":false,"disposition":"none","judgement":"foreign",`,
		`"judgement":"forwarded"`, `"next_stage":"none","because":["unaligned","days"],"again_days":25,`, `"errors":[{"file":"b\u001bad","why":"no-report","text":"no DMARC report in it"}]`} {
		if !strings.Contains(string(raw), want) {
			t.Errorf("lacks %s:\n%s", want, raw)
		}
	}
	empty, err := json.Marshal(document.ReportEmpty(w, "b.example", all))
	if err != nil || !strings.Contains(string(empty), `"domain":"b.example","policy":"","reports":0,"messages":0,`) || !strings.Contains(string(empty), `"sources":[],`) {
		t.Errorf("%v: %s", err, empty)
	}
}

// The table has a row for each source, and nothing in it is a formula.
func TestReportCSV(t *testing.T) {
	all := reports(t, 2)
	_, r := judged(t, all)
	for _, evil := range []string{"=evil", "|evil", "%evil", "＝evil", "'evil"} { // Excel takes the full-width sign too
		r.Tally.Domain = evil
		text, err := document.ReportCSV([]reported.Domain{r})
		if err != nil {
			t.Fatal(err)
		}
		rows, err := csv.NewReader(strings.NewReader(text)).ReadAll()
		if err != nil || len(rows) != 5 {
			t.Fatalf("%v: %s", err, text)
		}
		if got := strings.Join(rows[1], ","); got != "'"+evil+",none,2001:db8::66,,60,false,false,none,foreign,2023-11-15,2023-11-16" {
			t.Errorf("%s", got)
		}
	}
}

func reportHTML(t *testing.T, w words.P, list []reported.Domain, all *report.Reading, program string) string {
	t.Helper()
	data, err := document.ReportHTML(w, list, all, program)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// The page for a browser holds the same numbers beside its bars, which are hidden from who listens; nothing foreign
// becomes a tag, and nothing is fetched from elsewhere.
func TestReportHTML(t *testing.T) {
	all := reports(t, 30)
	w, r := judged(t, all)
	text := reportHTML(t, w, []reported.Domain{r}, all, "todoku <1>")
	for _, want := range []string{"<html lang=\"en\">", "198.51.100.9 SendGrid<small>DKIM passes for sendgrid.net", "<td class=\"n\" role=\"cell\">600</td>", "<span class=\"fail\" style=\"width:max(2px,100.0%)\">",
		"aria-hidden=\"true\"", "Day by day", "<li>Mail of your own fails: SendGrid", "todoku &lt;1&gt;", "no DMARC report in it"} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in\n%s", want, text)
		}
	}
	_, body, _ := strings.Cut(text, "<body>")
	for _, bad := range []string{"<script src", "http://", "https://", "src=", "\x1b"} {
		if strings.Contains(body, bad) {
			t.Errorf("%q stands in it", bad)
		}
	}
	if none := reportHTML(t, w, nil, all, "x"); !strings.Contains(none, "No DMARC report was found.") {
		t.Error(none)
	}
}
