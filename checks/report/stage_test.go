package report

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"
)

// flow is one kind of mail that is sent every day.
type flow struct {
	ip    string
	count int // a day
	dkim  string
	spf   string
	// raw results, where they are not those with alignment
	key, sender string // domain of the signature and of the envelope; "" for the domain itself
	rawDKIM     string
	rawSPF      string
	disposition string
	reason      string
}

// month makes the reports of so many days, one a day.
func month(days int, policy string, flows ...flow) []File {
	var out []File
	for d := range days {
		out = append(out, dayReport(d, policy, flows...))
	}
	return out
}

func dayReport(day int, policy string, flows ...flow) File {
	or := func(a, b string) string {
		if a != "" {
			return a
		}
		return b
	}
	var records []string
	for _, f := range flows {
		reason := ""
		if f.reason != "" {
			kind, comment, _ := strings.Cut(f.reason, " ")
			reason = "<reason><type>" + kind + "</type><comment>" + comment + "</comment></reason>"
		}
		records = append(records, fmt.Sprintf("<record><row><source_ip>%s</source_ip><count>%d</count><policy_evaluated><disposition>%s</disposition><dkim>%s</dkim><spf>%s</spf>%s</policy_evaluated></row>"+
			"<identifiers><header_from>a.example</header_from></identifiers><auth_results><dkim><domain>%s</domain><result>%s</result></dkim><spf><domain>%s</domain><result>%s</result></spf></auth_results></record>",
			f.ip, f.count, or(f.disposition, "none"), f.dkim, f.spf, reason, or(f.key, "a.example"), or(f.rawDKIM, f.dkim), or(f.sender, "a.example"), or(f.rawSPF, f.spf)))
	}
	s := plainSample(records...)
	begin := 1700006400 + day*86400
	s.meta = fmt.Sprintf("<org_name>Receiver</org_name><report_id>day %d</report_id>", day)
	s.dates = fmt.Sprintf("<begin>%d</begin><end>%d</end>", begin, begin+86399)
	p, rest, _ := strings.Cut(policy, " ")
	s.policy = "<domain>a.example</domain><p>" + p + "</p>" + rest
	return textFile(fmt.Sprintf("day %d", day), s.String())
}

// What the mails of the tests are.
var (
	own      = flow{ip: "192.0.2.1", count: 10, dkim: "pass", spf: "pass"}
	bySPF    = flow{ip: "192.0.2.2", count: 10, dkim: "fail", rawDKIM: "none", spf: "pass"}
	byKey    = flow{ip: "192.0.2.3", count: 10, dkim: "pass", spf: "fail", sender: "bounce.sender.example", rawSPF: "pass"}
	shop     = flow{ip: "192.0.2.4", count: 2, dkim: "fail", spf: "fail", key: "sender.example", rawDKIM: "pass", sender: "bounce.sender.example", rawSPF: "pass"}
	form     = flow{ip: "192.0.2.1", count: 1, dkim: "fail", spf: "fail", rawDKIM: "none", sender: "www1.host.example", rawSPF: "pass"}
	forger   = flow{ip: "203.0.113.66", count: 500, dkim: "fail", spf: "fail", key: "forger.example", sender: "forger.example"}
	forward  = flow{ip: "198.51.100.7", count: 1, dkim: "pass", spf: "fail"}
	listPost = flow{ip: "198.51.100.8", count: 1, dkim: "fail", spf: "fail", sender: "lists.example", rawSPF: "pass", reason: "mailing_list"}
	arcPost  = flow{ip: "198.51.100.9", count: 1, dkim: "fail", spf: "fail", sender: "lists.example", rawSPF: "pass", reason: "local_policy arc=pass as.1=x"}
	punished = flow{ip: "192.0.2.1", count: 3, dkim: "pass", spf: "pass", disposition: "quarantine"}
)

// times is a flow with another count.
func (f flow) times(n int) flow {
	f.count = n
	return f
}

var catalogOfTest = func(_ netip.Addr, names []string) (string, bool) {
	if slices.ContainsFunc(names, func(n string) bool { return below(n, "sender.example") }) {
		return "sender", true
	}
	return "", false
}

// Every situation leads to the stage that is safe, or to none, with the reason.
func TestNext(t *testing.T) {
	broken := shop.times(20)
	broken.disposition = "reject"
	for about, c := range map[string]struct {
		files   []File
		know    Knowledge
		want    string
		because string
	}{
		"a month of good mail":                   {files: month(30, "none", own), want: "quarantine", because: "clean"},
		"four weeks are enough":                  {files: month(28, "none", own), want: "quarantine", because: "clean"},
		"a day less is not":                      {files: month(27, "none", own), want: "none", because: "days"},
		"three days":                             {files: month(3, "none", own.times(500)), want: "none", because: "days"},
		"one day, one mail":                      {files: month(1, "none", own.times(1)), want: "none", because: "days too-few"},
		"a month of hardly any":                  {files: month(30, "none", own.times(1)), want: "none", because: "too-few"},
		"forgers alone":                          {files: month(30, "none", forger), want: "none", because: "none-seen"},
		"forgers change nothing":                 {files: month(30, "none", own, forger), want: "quarantine", because: "clean"},
		"a shop system that does not align":      {files: month(30, "none", own, shop), want: "none", because: "unaligned"},
		"the same, and it is one in a thousand":  {files: month(30, "none", own.times(5000), shop), want: "none", because: "unaligned"},
		"a form on the own server":               {files: month(30, "none", own, form), want: "none", because: "unaligned"},
		"now and then one fails":                 {files: append(month(30, "none", own.times(100)), dayReport(30, "none", form.times(5))), want: "quarantine", because: "clean"},
		"a sender by its key alone":              {files: month(30, "none", own, byKey), want: "quarantine", because: "clean"},
		"forwarded, and the key passes":          {files: month(30, "none", own, forward), want: "quarantine", because: "clean"},
		"SPF alone may be held to quarantine":    {files: month(30, "none", bySPF), want: "quarantine", because: "clean spf-only"},
		"SPF alone is never held to reject":      {files: month(30, "quarantine", bySPF), want: "quarantine", because: "spf-only"},
		"one sender of two by SPF alone":         {files: month(30, "quarantine", own, bySPF), want: "quarantine", because: "spf-only"},
		"one of many by SPF alone, rarely":       {files: month(30, "quarantine", own.times(5000), bySPF.times(1)), want: "quarantine", because: "spf-only"},
		"a month at quarantine":                  {files: month(30, "quarantine", own), want: "reject", because: "clean no-list-seen"},
		"three months, but quarantine a week":    {files: append(month(90, "none", own), late(90, 7, "quarantine", own)...), want: "quarantine", because: "days"},
		"back to none since a week":              {files: append(month(60, "quarantine", own), late(60, 7, "none", own)...), want: "none", because: "days"},
		"list posts are few":                     {files: month(30, "none", own.times(1000), listPost), want: "quarantine", because: "clean list"},
		"list posts are many":                    {files: month(30, "none", own, listPost), want: "none", because: "list"},
		"list posts forbid reject":               {files: month(30, "quarantine", own.times(1000), listPost), want: "quarantine", because: "list"},
		"forwarded with ARC, often":              {files: month(30, "none", own, arcPost), want: "none", because: "forward"},
		"forwarded with ARC, rarely":             {files: month(30, "quarantine", own.times(1000), arcPost), want: "reject", because: "clean forward no-list-seen"},
		"a gap of two weeks":                     {files: append(month(15, "none", own), late(30, 15, "none", own)...), want: "none", because: "gap"},
		"a week of holidays":                     {files: append(month(15, "none", own), late(22, 15, "none", own)...), want: "quarantine", because: "clean"},
		"mail that passes is held back":          {files: month(30, "none", own, punished), want: "none", because: "contradiction"},
		"a part of the mail only":                {files: month(30, "quarantine <pct>10</pct>", own), want: "quarantine", because: "pct"},
		"pct of none says nothing":               {files: month(30, "none <pct>10</pct>", own), want: "quarantine", because: "clean"},
		"a policy as a test":                     {files: month(30, "quarantine <testing>y</testing>", own), want: "quarantine", because: "testing"},
		"the strictest":                          {files: month(30, "reject", own), want: "reject", because: "top"},
		"the strictest, and own mail is refused": {files: month(30, "reject", own, broken), want: "reject", because: "unaligned"},
		"a sender in use was never seen":         {files: month(30, "none", own), know: Knowledge{Senders: []string{"other"}}, want: "none", because: "unseen"},
		"a sender in use was seen":               {files: month(30, "none", own, byKey), know: Knowledge{Senders: []string{"sender"}}, want: "quarantine", because: "clean"},
		"the own server fails by SPF's word": {files: month(30, "none", own, forger), want: "none", because: "unaligned",
			know: Knowledge{Allowed: func(ip netip.Addr) bool { return ip == netip.MustParseAddr("203.0.113.66") }}},
		"DNS says another policy today": {files: month(30, "none", own), know: Knowledge{Seen: true, Published: "quarantine"}, want: "quarantine", because: "days"},
		"reports of last year": {files: month(30, "none", own), want: "quarantine", because: "clean old",
			know: Knowledge{Now: time.Unix(1700006400, 0).AddDate(1, 0, 0)}},
		"no policy given is none": {files: month(30, "", own), want: "quarantine", because: "clean"},
		"everything at once": {files: append(month(5, "none", own.times(1), shop, listPost), dayReport(20, "none", own.times(1), shop)), want: "none",
			because: "unaligned list days too-few gap"},
	} {
		t.Run(about, func(t *testing.T) {
			r := read(t, c.files...)
			if len(r.Domains) != 1 || len(r.Errors) > 0 {
				t.Fatal(told(r))
			}
			if c.know.Service == nil {
				c.know.Service = catalogOfTest
			}
			e := Weigh(r.Domains[0], Judge(r.Domains[0], c.know), c.know)
			got := Next(e)
			var because []string
			for _, b := range got.Because {
				because = append(because, string(b))
			}
			if got.Policy != c.want || strings.Join(because, " ") != c.because {
				t.Errorf("%s (%v), want %s (%s)\n%+v", got.Policy, because, c.want, c.because, e)
			}
			if slices.Contains(got.Because, FewDays) && got.Again != WantDays-e.Days {
				t.Errorf("again in %d days, seen %d", got.Again, e.Days)
			}
		})
	}
}

// late returns the reports of later days.
func late(from, days int, policy string, flows ...flow) []File {
	var out []File
	for d := range days {
		out = append(out, dayReport(from+d, policy, flows...))
	}
	return out
}

// No step is ever more than one, none is backwards, and none is made where something forbids it.
func TestNextNeverJumps(t *testing.T) {
	order := []string{"none", "quarantine", "reject"}
	n := 0
	for _, p := range order {
		for bits := range 1 << 12 {
			bit := func(i int) bool { return bits>>i&1 == 1 }
			pick := func(i int, a, b int64) int64 {
				if bit(i) {
					return b
				}
				return a
			}
			e := Evidence{Policy: p, Percent: int(pick(0, 100, 50)), Testing: bit(1), Days: int(pick(2, 30, 10)), Gap: int(pick(3, 0, 20)),
				Own: pick(4, 1000, 10), Passed: pick(4, 1000, 10), Lists: pick(5, 0, 100), Forwards: pick(6, 0, 100), SPFOnly: pick(7, 0, 1000),
				Punished: pick(8, 0, 500)}
			if bit(9) {
				e.Failing = []Group{{Name: "x", Failed: 5}}
			}
			if bit(10) {
				e.Unseen = []string{"x"}
			}
			if bit(11) {
				e.Own, e.Passed = 0, 0
			}
			s := Next(e)
			step := slices.Index(order, s.Policy) - slices.Index(order, p)
			if step < 0 || step > 1 || len(s.Because) == 0 || step == 1 != (s.Because[0] == Clean) {
				t.Fatalf("%+v: %+v", e, s)
			}
			if step == 1 {
				n++
				if bits&0b111100011100 != 0 || p == "quarantine" && bits&0b10100011 != 0 {
					t.Errorf("a step from %+v: %+v", e, s)
				}
			}
		}
	}
	if n == 0 {
		t.Error("no step is ever safe")
	}
}

// Whose a source is.
func TestJudge(t *testing.T) {
	allowed := func(ip netip.Addr) bool { return ip == netip.MustParseAddr("192.0.2.5") }
	own5 := forger
	own5.ip = "192.0.2.5"
	strict := flow{ip: "192.0.2.6", count: 1, dkim: "fail", spf: "fail", key: "mail.a.example", rawDKIM: "pass"}
	brokenKey := flow{ip: "198.51.100.20", count: 4, dkim: "fail", spf: "fail", sender: "lists.example", rawSPF: "pass"}
	brokenBoth := flow{ip: "198.51.100.21", count: 4, dkim: "fail", spf: "fail"}
	google := flow{ip: "198.51.100.22", count: 4, dkim: "pass", spf: "fail", sender: "fwd.example", rawSPF: "pass"}
	knownRelay := forward
	knownRelay.ip = "192.0.2.5"
	sibling := flow{ip: "192.0.2.1", count: 1, dkim: "fail", spf: "fail", rawDKIM: "none", sender: "x.invalid", rawSPF: "none"}
	relaySibling := sibling
	relaySibling.ip = google.ip
	passList := forward
	passList.reason = "mailing_list"
	passList.rawSPF, passList.sender = "pass", "lists.example"
	for about, c := range map[string]struct {
		flows []flow
		want  string // of the last one
		by    Ground
	}{
		"both pass":                           {[]flow{own}, "aligned", ByResult},
		"SPF alone":                           {[]flow{bySPF}, "aligned", ByResult},
		"the key alone, of a service":         {[]flow{byKey}, "aligned", ByResult},
		"the key alone, SPF of another":       {[]flow{google}, "aligned", ByResult},
		"the key alone, SPF fails":            {[]flow{forward}, "forwarded", ByKeyOnly},
		"that, from an allowed address":       {[]flow{knownRelay}, "aligned", ByResult},
		"that, and a reason":                  {[]flow{passList}, "forwarded", ByReason},
		"nothing of one's own":                {[]flow{forger}, "foreign", ByNothing},
		"allowed by the SPF record":           {[]flow{own5}, "unaligned", ByRecord},
		"a service in its own name":           {[]flow{shop}, "unaligned", ByService},
		"passes for a name below, strict":     {[]flow{strict}, "unaligned", ByStrict},
		"an address that else passes":         {[]flow{own, sibling}, "unaligned", BySibling},
		"one that passes by its key, sent on": {[]flow{google, relaySibling}, "foreign", ByNothing},
		"a list, by its reason":               {[]flow{listPost}, "forwarded", ByReason},
		"a list, by ARC":                      {[]flow{arcPost}, "forwarded", ByReason},
		"a list, without a reason":            {[]flow{brokenKey}, "forwarded", ByBrokenKey},
		"a broken key from nowhere":           {[]flow{brokenBoth}, "unaligned", ByOwnKey},
	} {
		t.Run(about, func(t *testing.T) {
			r := read(t, dayReport(0, "none <adkim>s</adkim>", c.flows...))
			d := r.Domains[0]
			list := Judge(d, Knowledge{Service: catalogOfTest, Allowed: allowed})
			last := c.flows[len(c.flows)-1]
			for _, j := range list {
				if j.IP.String() == last.ip && j.DKIM == (last.dkim == "pass") && j.SPF == (last.spf == "pass") {
					if string(j.Judgement) != c.want || j.Ground != c.by {
						t.Errorf("%s by %s, want %s by %s", j.Judgement, j.Ground, c.want, c.by)
					}
					return
				}
			}
			t.Errorf("no such source: %s", told(r))
		})
	}
}

// The old ramp goes in its steps, each as well founded as a step to another policy; without the wish it is never taken.
func TestRamp(t *testing.T) {
	for about, c := range map[string]struct {
		files   []File
		want    string
		percent int
	}{
		"from none":          {month(30, "none", own), "quarantine", 10},
		"from a tenth":       {month(30, "quarantine <pct>10</pct>", own), "quarantine", 50},
		"from an odd share":  {month(30, "quarantine <pct>25</pct>", own), "quarantine", 50},
		"to all":             {month(30, "quarantine <pct>50</pct>", own), "quarantine", 100},
		"from all":           {month(30, "quarantine", own), "reject", 10},
		"reject, in part":    {month(30, "reject <pct>10</pct>", own), "reject", 50},
		"too soon":           {month(7, "quarantine <pct>10</pct>", own), "quarantine", 0},
		"own mail fails":     {month(30, "quarantine <pct>10</pct>", own, shop), "quarantine", 0},
		"at the end":         {month(30, "reject", own), "reject", 0},
		"nothing to be done": {month(3, "none", own), "none", 0},
	} {
		d := read(t, c.files...).Domains[0]
		k := Knowledge{Service: catalogOfTest}
		got, percent := Ramp(Weigh(d, Judge(d, k), k))
		if got.Policy != c.want || percent != c.percent {
			t.Errorf("%s: p=%s for %d %%, want p=%s for %d %%", about, got.Policy, percent, c.want, c.percent)
		}
	}
}
