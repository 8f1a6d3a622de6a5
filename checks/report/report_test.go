package report

import (
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// a report is made of its parts, so that a test shows what it changes.
type sample struct {
	head, root, meta, dates, policy string
	records                         []string
}

func plainSample(records ...string) sample {
	return sample{head: `<?xml version="1.0"?>`, root: "feedback",
		meta:  "<org_name>Receiver</org_name><email>x@receiver.example</email><report_id>r1</report_id>",
		dates: "<begin>1700006400</begin><end>1700092799</end>", policy: "<domain>a.example</domain><p>none</p>", records: records}
}

func (s sample) String() string {
	return s.head + "<" + s.root + "><report_metadata>" + s.meta + "<date_range>" + s.dates + "</date_range></report_metadata><policy_published>" + s.policy +
		"</policy_published>" + strings.Join(s.records, "") + "</" + strings.Fields(s.root)[0] + ">"
}

// record is a plain record.
func record(ip string, count int, disposition, dkim, spf string) string {
	return fmt.Sprintf("<record><row><source_ip>%s</source_ip><count>%d</count><policy_evaluated><disposition>%s</disposition><dkim>%s</dkim><spf>%s</spf></policy_evaluated></row>"+
		"<identifiers><header_from>a.example</header_from></identifiers>"+
		"<auth_results><dkim><domain>a.example</domain><result>%[4]s</result></dkim><spf><domain>a.example</domain><result>%[5]s</result></spf></auth_results></record>",
		ip, count, disposition, dkim, spf)
}

// read reads files with one worker.
func read(t *testing.T, files ...File) *Reading {
	t.Helper()
	r := Read(t.Context(), files, Options{Workers: 1})
	if r.Files != len(files) || r.Stopped {
		t.Errorf("read %d of %d files", r.Files, len(files))
	}
	return r
}

// told tells a reading in one line: domain: reports, messages (passed), sources; then errors and oddities.
func told(r *Reading) string {
	var out []string
	for _, d := range r.Domains {
		line := fmt.Sprintf("%s: %d reports, %d messages, %d pass;", d.Domain, d.Reports, d.Messages, d.Passed)
		for _, s := range d.Sources {
			line += fmt.Sprintf(" %s %d %s%s", s.IP, s.Count, mark(s.DKIM), mark(s.SPF))
		}
		var codes []string
		for _, o := range d.Oddities {
			codes = append(codes, string(o.Code))
		}
		slices.Sort(codes)
		if len(codes) > 0 {
			line += " (" + strings.Join(codes, " ") + ")"
		}
		out = append(out, line)
	}
	for _, e := range r.Errors {
		out = append(out, "error "+string(e.Why))
	}
	for _, f := range r.Failures {
		out = append(out, "failure of "+f.Domain)
	}
	for _, x := range r.TLS {
		out = append(out, "tls by "+x.Org)
	}
	return strings.Join(out, "; ")
}

func mark(pass bool) string {
	if pass {
		return "+"
	}
	return "-"
}

// The sample of an article contradicts itself; it is read with the article's own lines in it and without them.
func TestArticle(t *testing.T) {
	text, err := os.ReadFile("testdata/article.xml")
	if err != nil {
		t.Fatal(err)
	}
	const sums = "example.com: 1 reports, 155 messages, 150 pass; 203.0.113.10 150 +- 192.0.2.20 5 -- (disposition-stricter disposition-unexplained"
	if got := told(read(t, fileOf("a", text))); got != sums+" stray-text)" {
		t.Errorf("with its lines: %s", got)
	}
	r := read(t, fileOf("a", regexp.MustCompile("(?m)^//.*\n").ReplaceAll(text, nil)))
	if got := told(r); got != sums+")" {
		t.Errorf("without them: %s", got)
	}
	for _, o := range r.Domains[0].Oddities {
		if o.Code == PunishedPass && (o.IP.String() != "203.0.113.10" || o.Messages != 150 || o.Got != "quarantine" || o.File != "a") {
			t.Errorf("the contradiction is told as %+v", o)
		}
	}
}

// What stands in the reports of the world, and how it is read.
func TestDirt(t *testing.T) {
	row := record("192.0.2.1", 3, "none", "pass", "fail")
	base := plainSample(row).String()
	const sums = "a.example: 1 reports, 3 messages, 3 pass; 192.0.2.1 3 +-"
	change := func(old, with string) string {
		if !strings.Contains(base, old) {
			t.Fatalf("nothing to change: %s", old)
		}
		return strings.ReplaceAll(base, old, with)
	}
	for about, c := range map[string]struct{ text, want string }{
		"plain":              {base, sums},
		"spaces and lines":   {strings.ReplaceAll(base, "<", " \r\n\t<"), sums},
		"text before it":     {"Dear postmaster,\nhere it is:\n" + base, sums},
		"in a long page":     {strings.Repeat("1 < 2 & x <b>y\n", 1000) + base, sums},
		"text after it":      {base + "\n-- \nbye", sums},
		"old namespace":      {change("<feedback>", `<feedback xmlns="http://dmarc.org/dmarc-xml/0.1">`), sums},
		"new namespace":      {change("<feedback>", `<feedback xmlns="urn:ietf:params:xml:ns:dmarc-2.0">`), sums},
		"prefix":             {strings.NewReplacer("<feedback>", "<d:feedback xmlns:d='x'>", "</feedback>", "</d:feedback>").Replace(base), sums},
		"in a wrapper":       {change("<feedback>", "<reports><feedback>") + "</reports>", sums},
		"names in capitals":  {strings.NewReplacer("source_ip", "SOURCE_IP", "count", "Count", "header_from", "headerFrom").Replace(base), sums},
		"values in capitals": {strings.NewReplacer("pass", "PASS", "none", "None", "a.example", "A.EXAMPLE.").Replace(base), sums},
		"misspelt":           {change("source_ip", "soruce_ip"), sums + " (field-misspelt)"},
		"misspelt holder":    {change("policy_evaluated", "policy_evalated"), sums + " (field-misspelt)"},
		"old draft":          {change("identifiers", "identities"), sums},
		"no row":             {strings.NewReplacer("<row>", "", "</row>", "").Replace(base), sums},
		"no identifiers":     {change("<identifiers><header_from>a.example</header_from></identifiers>", ""), sums},
		"tag left open":      {change("</count>", ""), sums},
		"record left open":   {plainSample(strings.TrimSuffix(row, "</record>"), row).String(), "a.example: 1 reports, 6 messages, 6 pass; 192.0.2.1 6 +-"},
		"ends crossed":       {change("</policy_evaluated></row>", "</row></policy_evaluated>"), sums},
		"bare ampersand":     {change("Receiver", "Smith & Sons & Co"), sums},
		"bare less-than":     {change("Receiver", "a < b"), sums},
		"cdata":              {change(">3<", "><![CDATA[3]]><"), sums},
		"comments":           {change(">3<", "><!-- <count>9</count> -->3<!-- > --><"), sums},
		"number of entity":   {change(">3<", ">&#x33;<"), sums},
		"empty elements":     {change("<p>none</p>", "<p>none</p><sp/><fo></fo>"), sums},
		"attributes":         {change("<count>", `<count unit="a>b" x='>'>`), sums},
		"unknown elements":   {change("<row>", "<extension><count>7</count><source_ip>9.9.9.9</source_ip></extension><row>"), sums},
		"wrong bytes":        {change("Receiver", "Caf\xe9 GmbH"), sums},
		"no evaluation":      {change("<policy_evaluated><disposition>none</disposition><dkim>pass</dkim><spf>fail</spf></policy_evaluated>", ""), sums + " (evaluation-missing)"},
		"no disposition":     {change("<disposition>none</disposition>", "<disposition></disposition>"), sums + " (disposition-unreadable)"},
		"no policy":          {change("<p>none</p>", ""), sums + " (policy-missing)"},
		"no organisation":    {change("<org_name>Receiver</org_name>", ""), sums + " (organisation-missing)"},
		"no identifier":      {change("<report_id>r1</report_id>", ""), sums + " (id-missing)"},
		"no dates":           {change("<begin>1700006400</begin><end>1700092799</end>", ""), sums + " (range-missing)"},
		"begin after end":    {change("<begin>1700006400</begin><end>1700092799</end>", "<begin>1700092799</begin><end>1700006400</end>"), sums + " (begin-after-end)"},
		"a year":             {change("<end>1700092799</end>", "<end>1731542400</end>"), sums + " (range-long)"},
		"dates in words":     {change("<begin>1700006400</begin><end>1700092799</end>", "<begin>2023-11-15T00:00:00Z</begin><end>2023-11-15 23:59:59</end>"), sums},
		"milliseconds":       {change("<begin>1700006400</begin><end>1700092799</end>", "<begin>1700006400000</begin><end>1700092799.5</end>"), sums},
		"count with commas":  {change(">3<", ">3,000<"), "a.example: 1 reports, 3000 messages, 3000 pass; 192.0.2.1 3000 +-"},
		"huge count":         {change(">3<", ">99999999999999999999<"), fmt.Sprintf("a.example: 1 reports, %d messages, %[1]d pass; 192.0.2.1 %[1]d +- (count-huge)", int64(maxCount))},
		"count of words":     {change(">3<", ">many<"), "a.example: 1 reports, 0 messages, 0 pass; 192.0.2.1 0 +- (count-unreadable)"},
		"negative count":     {change(">3<", ">-3<"), "a.example: 1 reports, 0 messages, 0 pass; 192.0.2.1 0 +- (count-unreadable)"},
		"ipv6 long":          {change("192.0.2.1", "2001:0DB8:0000:0000:0000:0000:0000:0001"), "a.example: 1 reports, 3 messages, 3 pass; 2001:db8::1 3 +-"},
		"ipv6 in brackets":   {change("192.0.2.1", "[2001:db8::1]"), "a.example: 1 reports, 3 messages, 3 pass; 2001:db8::1 3 +-"},
		"ipv4-mapped":        {change("192.0.2.1", "::ffff:192.0.2.1"), sums},
		"no address":         {change("192.0.2.1", "unknown"), "a.example: 1 reports, 3 messages, 3 pass; invalid IP 3 +- (address-unreadable)"},
		"no root's end":      {strings.TrimSuffix(base, "</feedback>"), sums + " (cut-off)"},
		"pass without key":   {change("<dkim><domain>a.example</domain><result>pass</result></dkim>", ""), sums + " (pass-without-result)"},
		"pass of another":    {change("<dkim><domain>a.example</domain>", "<dkim><domain>b.example</domain>"), sums + " (pass-without-result)"},
		"fail against it":    {change("<domain>a.example</domain><result>fail</result></spf>", "<domain>mail.a.example</domain><scope>mfrom</scope><result>pass</result></spf>"), sums + " (fail-against-result)"},
		"strict is no fault": {strings.ReplaceAll(change("<domain>a.example</domain><result>fail</result></spf>", "<domain>mail.a.example</domain><result>pass</result></spf>"), "<p>none</p>", "<p>none</p><aspf>s</aspf>"), sums},
		"helo is no sender":  {change("<domain>a.example</domain><result>fail</result></spf>", "<domain>a.example</domain><scope>helo</scope><result>pass</result></spf>"), sums},
		"from elsewhere":     {change("<header_from>a.example", "<header_from>b.example"), sums + " (from-outside-domain pass-without-result)"},
		"part policy":        {change("<p>none</p>", "<p>reject</p><pct>20</pct>"), sums + " (pct)"},
		"test policy":        {change("<p>none</p>", "<p>reject</p><testing>y</testing>"), sums + " (testing)"},
		"several reports":    {base + strings.ReplaceAll(base, "r1", "r2"), "a.example: 2 reports, 6 messages, 6 pass; 192.0.2.1 6 +-"},
		"two of one record": {plainSample(row, row, record("192.0.2.1", 2, "none", "fail", "fail")).String(),
			"a.example: 1 reports, 8 messages, 6 pass; 192.0.2.1 6 +- 192.0.2.1 2 --"},
		"no domain":        {change("<domain>a.example</domain><p>none</p>", "<p>none</p>"), sums},
		"not a report":     {"<html><body><p>Log in</p></body></html>", "error no-report"},
		"cut in a record":  {base[:len(base)-120], "error truncated"},
		"cut in a tag":     {base[:strings.Index(base, "<count>")+4], "error truncated"},
		"hollow":           {"<feedback><policy_published><domain>a.example</domain></policy_published></feedback>", "error incomplete"},
		"without a domain": {"<feedback><report_metadata><report_id>1</report_id></report_metadata></feedback>", "error no-domain"},
		"nothing":          {"", "error empty"},
		"blanks":           {" \n\n", "error empty"},
		"words":            {"Hello, how are you?", "error no-report"},
	} {
		t.Run(about, func(t *testing.T) {
			if got := told(read(t, textFile("f", c.text))); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
}

// A report in RFC 9990's form, with what it adds.
func TestRFC9990(t *testing.T) {
	s := plainSample(record("192.0.2.1", 3, "pass", "pass", "pass"),
		strings.Replace(record("192.0.2.2", 1, "none", "fail", "fail"), "</policy_evaluated>", "<reason><type>policy_test_mode</type><comment>t=y</comment></reason></policy_evaluated>", 1))
	s.root = `feedback xmlns="urn:ietf:params:xml:ns:dmarc-2.0"`
	s.meta += "<generator>test 1.0</generator>"
	s.policy = "<domain>a.example</domain><discovery_method>treewalk</discovery_method><p>reject</p><sp>quarantine</sp><np>reject</np><testing>y</testing>"
	r := read(t, textFile("f", s.String()))
	if got := told(r); got != "a.example: 1 reports, 4 messages, 3 pass; 192.0.2.1 3 ++ 192.0.2.2 1 -- (testing)" {
		t.Error(got)
	}
	d := r.Domains[0]
	if p := d.Policy; p.P != "reject" || p.SP != "quarantine" || p.NP != "reject" || !p.Testing || p.Discovery != "treewalk" || p.Percent != -1 {
		t.Errorf("policy read as %+v", p)
	}
	if d.Sources[0].Disposition() != DispPass || d.Sources[1].Reasons[TestMode] != 1 {
		t.Errorf("read as %+v", d.Sources)
	}
}

// Domains in other letters are compared in ASCII.
func TestDomain(t *testing.T) {
	for text, want := range map[string]string{"Example.JP.": "example.jp", "info@Example.jp": "example.jp", "<x@b.example>": "b.example",
		"\u65e5\u672c\u8a9e.jp": "xn--wgv71a119e.jp", "a..b": "a..b", "": ""} {
		if got := readDomain([]byte(text)); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

func TestNear(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want bool
	}{{"count", "count", false}, {"cuont", "count", true}, {"coun", "count", true}, {"counts", "count", true}, {"kount", "count", true},
		{"xcounts", "count", false}, {"conut", "count", true}, {"", "a", true}, {"ab", "ba", true}, {"abc", "cba", false}} {
		if near(c.a, c.b) != c.want || near(c.b, c.a) != c.want {
			t.Errorf("%s, %s: not %v", c.a, c.b, c.want)
		}
	}
}
