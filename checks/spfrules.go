package checks

import (
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"todoku/checks/owner"
	"todoku/checks/reading"
	"todoku/checks/snapshot"
	"todoku/checks/spf"
)

// spfSeverity: Gmail asks a small sender for SPF or DKIM, so a broken SPF alone refuses nothing where a good key stands.
func spfSeverity(in In) Severity {
	if len(Keys(in)) > 0 {
		return Harms
	}
	return Blocks
}

// tree reads the domain's own record with all that it includes; ok is false unless there is exactly one.
func tree(in In) (spf.Tree, bool) {
	if in.once != nil {
		return in.once.tree()
	}
	return readTree(in)
}

func readTree(in In) (spf.Tree, bool) {
	recs, _ := reading.SPFRecords(in.DNS, in.Answers.Domain)
	if len(recs) != 1 {
		return spf.Tree{}, false
	}
	return spf.Walk(reading.SPF(in.DNS), in.Answers.Domain, ""), true
}

// nodes lists the tree's nodes, root first.
func nodes(n spf.Node) []spf.Node {
	out := []spf.Node{n}
	for _, c := range n.Children {
		out = append(out, nodes(c)...)
	}
	return out
}

// spfUnknown: the record itself, or a part of its tree, could not be seen.
func spfUnknown(in In) []Finding {
	a := in.DNS.TXT(in.Answers.Domain)
	if a.Status == snapshot.Failed {
		return one(Finding{Args: Args{"reason": string(a.Reason)}, Evidence: evidence(a)})
	}
	t, ok := tree(in)
	if !ok {
		return nil
	}
	var out []Finding
	for _, n := range nodes(t.Root) {
		if n.Why == "failed" {
			a := in.DNS.TXT(n.Domain)
			out = append(out, Finding{Name: n.Domain, Args: Args{"reason": string(a.Reason)}, Evidence: evidence(a)})
		}
	}
	return out
}

func spfMultiple(in In) []Finding {
	recs, known := reading.SPFRecords(in.DNS, in.Answers.Domain)
	if !known || len(recs) < 2 {
		return nil
	}
	return one(Finding{Severity: spfSeverity(in), Args: Args{"count": strconv.Itoa(len(recs))}, Evidence: evidence(in.DNS.TXT(in.Answers.Domain))})
}

// letters are the mistakes that copying from a web page makes: they look right.
var letters = []string{"typographic", "control-char", "quotes"}

// marked makes a finding of each record that has mistakes of a kind.
func marked(in In, want func(spf.Problem) bool) []Finding {
	a := in.DNS.TXT(in.Answers.Domain)
	var out []Finding
	for _, v := range a.Data() {
		if !spf.Is(v) {
			continue
		}
		var found []spf.Problem
		for _, p := range spf.Parse(v).Problems {
			if want(p) {
				found = append(found, p)
			}
		}
		if len(found) > 0 {
			out = append(out, Finding{Args: Args{"record": v, "piece": pieces(found), "problem": found[0].Code}, Problems: found, Evidence: evidence(a)})
		}
	}
	return out
}

// pieces lists what is wrong, as written.
func pieces(found []spf.Problem) string {
	var out []string
	for _, p := range found {
		if text := strings.TrimSpace(p.Text); text != "" && !slices.Contains(out, text) {
			out = append(out, text)
		}
	}
	return strings.Join(out, " ")
}

// severe sets the severity of what a receiver cannot read.
func severe(in In, list []Finding) []Finding {
	for i, f := range list {
		if slices.ContainsFunc(f.Problems, func(p spf.Problem) bool { return p.Fatal }) {
			list[i].Severity = spfSeverity(in)
		}
	}
	return list
}

// spfSyntax: a receiver cannot read the record, or does not even take it for one. A text that only resembles a record
// does no harm beside a real one: receivers pass it over.
func spfSyntax(in In) []Finding {
	out := marked(in, func(p spf.Problem) bool {
		return p.Fatal && p.Code != "placeholder" && !slices.Contains(letters, p.Code)
	})
	return severe(in, append(out, unread(in, func(p spf.Problem) bool { return !copied(p) })...))
}

// unread makes a finding of each text that was meant to be the record and is none, where there is no real one.
func unread(in In, want func(spf.Problem) bool) []Finding {
	a := in.DNS.TXT(in.Answers.Domain)
	if slices.ContainsFunc(a.Data(), spf.Is) {
		return nil
	}
	var out []Finding
	for _, v := range a.Data() {
		if !spf.Resembles(v) {
			continue
		}
		fatal := slices.DeleteFunc(spf.Parse(v).Problems, func(p spf.Problem) bool { return !p.Fatal || !want(p) })
		if len(fatal) > 0 {
			out = append(out, Finding{Args: Args{"record": v, "piece": pieces(fatal), "problem": "not-a-record"}, Problems: fatal, Evidence: evidence(a)})
		}
	}
	return out
}

// copied reports whether letters that only look like the right ones are all that is wrong: those around the version too.
func copied(p spf.Problem) bool {
	odd := func(r rune) bool { return r >= 0x80 || r < ' ' || r == '"' || r == '\'' || r == '\\' }
	return slices.Contains(letters, p.Code) || p.Code == "version" && strings.ContainsFunc(p.Text, odd)
}

// spfTypographic: letters that only look like the right ones.
func spfTypographic(in In) []Finding {
	out := marked(in, func(p spf.Problem) bool { return p.Fatal && slices.Contains(letters, p.Code) })
	return severe(in, append(out, unread(in, copied)...))
}

// spfPlaceholder: an example's stand-in was left where the owner's own value belongs.
func spfPlaceholder(in In) []Finding {
	return severe(in, marked(in, func(p spf.Problem) bool { return p.Code == "placeholder" }))
}

// spfIneffective: receivers read the record without complaint, but a term in it counts for nothing.
func spfIneffective(in In) []Finding {
	return marked(in, func(p spf.Problem) bool { return p.Grave() && p.Code != "placeholder" && p.Code != "pass-all" })
}

func spfPtr(in In) []Finding {
	return marked(in, func(p spf.Problem) bool { return p.Code == "ptr" })
}

// untidy does no harm that the owner would notice.
var untidy = []string{"duplicate", "covered", "trailing-dot", "private-address", "broad-range", "neutral-all", "unknown-modifier", "double-version",
	"too-long", "redirect-ignored", "odd-domain"}

func spfUntidy(in In) []Finding {
	return marked(in, func(p spf.Problem) bool { return !p.Fatal && slices.Contains(untidy, p.Code) })
}

func spfMissing(in In) []Finding {
	recs, known := reading.SPFRecords(in.DNS, in.Answers.Domain)
	if !known || len(recs) > 0 || SendsNothing(in) {
		return nil
	}
	sender := "known"
	if len(Terms(in)) == 0 {
		sender = owner.Unknown
	}
	return one(Finding{Severity: spfSeverity(in), Args: Args{"domain": in.Answers.Domain, "sender": sender}, Evidence: evidence(in.DNS.TXT(in.Answers.Domain))})
}

// SendsNothing reports whether a null MX says that the domain takes no mail (RFC 7505), or its SPF that it sends none, and
// nobody said that it does.
func SendsNothing(in In) bool {
	if len(in.Answers.Hosts) > 0 || len(in.Answers.Senders) > 0 || len(in.Answers.IPs) > 0 {
		return false
	}
	recs, _ := reading.SPFRecords(in.DNS, in.Answers.Domain)
	return NullMX(in) || len(recs) == 1 && strings.EqualFold(strings.Join(strings.Fields(recs[0]), " "), "v=spf1 -all")
}

func spfTooManyLookups(in In) []Finding {
	t, ok := tree(in)
	if !ok {
		return nil
	}
	for _, n := range nodes(t.Root) { // more than 10 servers behind one mx end in permerror too
		if n.Why == "mx-limit" {
			return one(Finding{Severity: spfSeverity(in), Name: n.Domain, Args: Args{"count": strconv.Itoa(len(in.DNS.Get(n.Domain, snapshot.MX).Records)),
				"limit": strconv.Itoa(spf.MaxLookups)}, Evidence: evidence(in.DNS.Get(n.Domain, snapshot.MX))})
		}
	}
	if t.Lookups <= spf.MaxLookups {
		return nil
	}
	return one(Finding{Severity: spfSeverity(in), Args: Args{"count": strconv.Itoa(t.Lookups), "limit": strconv.Itoa(spf.MaxLookups)}, Evidence: evidence(in.DNS.TXT(in.Answers.Domain))})
}

func spfVoidLookups(in In) []Finding {
	t, ok := tree(in)
	if !ok || t.Voids <= spf.MaxVoids {
		return nil
	}
	return one(Finding{Args: Args{"count": strconv.Itoa(t.Voids), "limit": strconv.Itoa(spf.MaxVoids)}, Evidence: evidence(in.DNS.TXT(in.Answers.Domain))})
}

// Lacking is a service whose mail the record does not let pass.
type Lacking struct {
	Service string
	Terms   []string // that would let it pass
	Unknown bool     // a look-up that would decide it failed
}

// Lacks lists the services in use that the record does not cover. Nothing is said where there is not exactly one record.
func Lacks(in In) []Lacking {
	t, ok := tree(in)
	if !ok {
		return nil
	}
	var out []Lacking
	for _, term := range Terms(in) {
		if term.Text == "" || term.Usual {
			continue
		}
		covered, known := Covered(in.DNS, t, in.Answers.Domain, term.Text)
		if covered {
			continue
		}
		i := slices.IndexFunc(out, func(l Lacking) bool { return l.Service == term.Service })
		if i < 0 {
			out = append(out, Lacking{Service: term.Service})
			i = len(out) - 1
		}
		out[i].Terms = append(out[i].Terms, term.Text)
		out[i].Unknown = out[i].Unknown || !known
	}
	return out
}

func spfSenderMissing(in In) []Finding {
	var out []Finding
	for _, l := range Lacks(in) {
		if l.Unknown {
			continue // spf-unknown or spf-host-unknown says so
		}
		f := Finding{
			Severity: spfSeverity(in), Args: Args{"service": l.Service, "terms": strings.Join(l.Terms, " ")},
			Evidence: evidence(in.DNS.TXT(in.Answers.Domain)),
		}
		out = append(out, f)
	}
	return out
}

func spfPassAll(in In) []Finding {
	if t, ok := allTerm(in); ok && t.Qualifier == '+' {
		out := marked(in, func(p spf.Problem) bool { return p.Code == "pass-all" })
		for _, f := range out {
			f.Args["term"] = t.Text
		}
		return out
	}
	t, ok := tree(in)
	if !ok {
		return nil
	}
	data := proposed{reading.SPF(in.DNS), in.Answers.Domain, t.Root.Record, new(bool)}
	passed, term := 0, ""
	for _, ip := range strangers {
		v := spf.Evaluate(data, spf.Request{IP: netip.MustParseAddr(ip), MailFrom: "x@" + in.Answers.Domain, HELO: "x.invalid"})
		if v.Result == spf.Pass {
			passed, term = passed+1, v.Term
		}
	}
	if passed < 2 {
		return nil
	}
	return one(Finding{Args: Args{"term": term}, Evidence: evidence(in.DNS.TXT(in.Answers.Domain))})
}

// strangers are addresses far from one another: nobody's record has a reason to let several of them pass.
var strangers = []string{"1.2.3.4", "77.77.77.77", "130.130.130.130", "180.180.180.180", "222.222.222.222"}

// spfNoAll: neither all nor redirect ends the record, so strangers are neither refused nor marked.
func spfNoAll(in In) []Finding {
	if _, ok := tree(in); !ok {
		return nil
	}
	return marked(in, func(p spf.Problem) bool { return p.Code == "no-all" })
}

func allTerm(in In) (spf.Term, bool) {
	t, ok := tree(in)
	if !ok {
		return spf.Term{}, false
	}
	i := slices.IndexFunc(t.Root.Parsed.Terms, func(t spf.Term) bool { return t.Name == "all" })
	if i < 0 {
		return spf.Term{}, false
	}
	return t.Root.Parsed.Terms[i], true
}

// refusesAll reports whether the record ends in -all, for which receivers refuse forwarded mail by name.
func refusesAll(in In) bool {
	t, ok := allTerm(in)
	return ok && t.Qualifier == '-'
}

// spfHostUnknown: there is a record, but who sends is neither said nor shown, and it does not let the mail server pass
// that receives (which mostly sends too). DNS cannot show more, so it is advice to say who sends.
func spfHostUnknown(in In) []Finding {
	recs, known := reading.SPFRecords(in.DNS, in.Answers.Domain)
	if !known || len(recs) != 1 || SendsNothing(in) {
		return nil
	}
	unsure := slices.ContainsFunc(Lacks(in), func(l Lacking) bool { return l.Unknown })
	if !unsure && (len(Terms(in)) > 0 || len(Services(in)) > 0) {
		return nil
	}
	if t, _ := tree(in); !unsure && coversMX(in, t) {
		return nil
	}
	return one(Finding{Args: Args{"record": recs[0]}, Evidence: evidence(in.DNS.TXT(in.Answers.Domain))})
}

// coversMX reports whether every known address of a mail server in the MX records passes.
func coversMX(in In, t spf.Tree) bool {
	seen := false
	for _, mx := range in.DNS.Get(in.Answers.Domain, snapshot.MX).Data() {
		for _, a := range in.DNS.Get(mx, snapshot.A).Data() {
			ip, err := netip.ParseAddr(a)
			if err != nil || !slices.ContainsFunc(t.Networks, func(n netip.Prefix) bool { return n.Contains(ip) }) {
				return false
			}
			seen = true
		}
	}
	return seen
}

// SPFPasses reports whether there is one readable record within its limits that covers every service in use.
func SPFPasses(in In) bool {
	t, ok := tree(in)
	if !ok || t.Lookups > spf.MaxLookups || t.Voids > spf.MaxVoids || len(Lacks(in)) > 0 {
		return false
	}
	for _, rule := range []func(In) []Finding{spfUnknown, spfSyntax, spfTypographic, spfPlaceholder, spfIneffective, spfIncludeDead, spfLoop, spfHostUnknown,
		spfTooManyLookups, spfPassAll} {
		if len(rule(in)) > 0 {
			return false
		}
	}
	return true
}

func spfOK(in In) []Finding {
	if !SPFPasses(in) || hiddenByAlias(in) || len(spfAsk(in)) > 0 {
		return nil
	}
	t, _ := tree(in)
	return one(Finding{
		Args:     Args{"record": t.Root.Record, "lookups": strconv.Itoa(t.Lookups), "limit": strconv.Itoa(spf.MaxLookups)},
		Evidence: evidence(in.DNS.TXT(in.Answers.Domain)),
	})
}
