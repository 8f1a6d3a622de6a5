package document

import (
	"slices"
	"strings"

	"example.org/todoku/checks"
	"example.org/todoku/checks/plan"
	"example.org/todoku/checks/snapshot"
	"example.org/todoku/wizard/words"
)

// The machine formats write the plan's records for other tools: a spreadsheet, a name server, and tools that keep DNS
// as code. All that is not a record (why, what is deleted, what is missing) is written as comments.

// fallbackTTL is the TTL in seconds of a record for which the plan names none.
const fallbackTTL = 3600

// A step is one change of the plan with its words, numbered as in the summary.
type step struct {
	plan.Change
	n    int
	word words.Change
	why  []string // the causes of this record: code and words
}

// whole reports whether there is a record to write: its value is complete, and it is to be made by hand.
func (s step) whole() bool { return s.Action != plan.Remove && !s.Switch && s.Value != "" }

// ttl returns the record's TTL in seconds, never zero.
func (s step) ttl() uint32 {
	if s.TTL == 0 {
		return fallbackTTL
	}
	return s.TTL
}

// stepsOf returns the changes of the plan in order.
func stepsOf(in Input) []step {
	var out []step
	p := in.words()
	list := p.Changes(in.Plan, in.Panel(), in.Zone(), in.Answers)
	for i, c := range in.Plan.Changes {
		s := step{Change: c, n: i + 1, word: list[i]}
		for _, f := range in.Findings {
			if slices.Contains(c.Because, f.Code) && serves(f, c) {
				s.why = append(s.why, string(f.Code)+": "+p.Finding(f).What)
			}
		}
		out = append(out, s)
	}
	return out
}

// serves reports whether a finding may be a reason for a change, which it is not if the two are about different
// services.
func serves(f checks.Finding, c plan.Change) bool {
	service := argsOf(f)["service"]
	return service == "" || c.Service == "" || service == c.Service || f.Name == c.Name
}

// A set is the record set of a name and type once the plan is published. Some tools write whole sets, which replace all
// records that exist.
type set struct {
	name  string
	typ   snapshot.Type
	ttl   uint32
	made  []string // by the plan
	kept  []string // exist already and stay
	gone  []string // to be deleted or replaced
	known bool     // the existing records were seen; otherwise kept may be incomplete
	there bool     // the set exists already
	steps []step   // the changes that lead to it
}

// values returns all values of the set, those of the plan first.
func (s set) values() []string { return slices.Concat(s.made, s.kept) }

// setsOf returns the sets that the plan touches, in its order. A change without a complete value touches none.
func setsOf(in Input, list []step) []set {
	var out []set
	for _, s := range list {
		if !s.whole() && s.Action != plan.Remove {
			continue
		}
		i := slices.IndexFunc(out, func(x set) bool { return x.name == s.Name && x.typ == s.Type })
		if i < 0 {
			out, i = append(out, set{name: s.Name, typ: s.Type}), len(out)
		}
		x := &out[i]
		x.steps, x.gone = append(x.steps, s), append(x.gone, s.Old...)
		if s.whole() {
			x.made = append(x.made, s.Value)
			x.ttl = s.ttl() // a set has one TTL (RFC 2181 section 5.2)
		}
	}
	for i := range out {
		out[i].stand(in)
	}
	return out
}

// stand fills in the records that exist at the set's name, as the authoritative servers say.
func (s *set) stand(in Input) {
	if in.DNS == nil {
		return
	}
	key := snapshot.Key{Name: strings.ToLower(s.name), Type: s.typ, Via: snapshot.Authority}
	now, asked := in.DNS.Find(key)
	s.known = asked && now.Known() && !now.Cut()
	then, _ := in.DNS.With(in.Plan.Edits()).Find(key)
	for _, r := range then.Records {
		v := r.Value(s.typ)
		if slices.ContainsFunc(s.values(), func(m string) bool { return sameRecord(s.typ, m, v) }) {
			continue // a set holds no duplicates (RFC 2181 section 5)
		}
		if s.ttl == 0 {
			s.ttl = r.TTL
		}
		s.kept = append(s.kept, v)
	}
	if s.ttl == 0 {
		s.ttl = fallbackTTL
	}
	// Records at the target of an alias, or from a wildcard, are not a set of this name: none of them stays, and a change
	// does not replace them.
	s.there = s.known && (len(s.kept) > 0 || slices.ContainsFunc(now.Records, func(r snapshot.Record) bool {
		return len(now.Chain) == 0 && (slices.Contains(s.gone, r.Data) || slices.Contains(s.gone, r.Value(s.typ)))
	}))
}

// sameRecord reports whether two values are the same record: host names are compared without case and final dot.
func sameRecord(t snapshot.Type, a, b string) bool {
	if t == snapshot.TXT {
		return a == b
	}
	return strings.EqualFold(strings.TrimSuffix(a, "."), strings.TrimSuffix(b, "."))
}

// exchange splits an MX value; one without a preference gets the usual 10.
func exchange(value string) (preference, host string) {
	pref, host, ok := strings.Cut(strings.TrimSpace(value), " ")
	if !ok {
		return "10", pref
	}
	return pref, strings.TrimSpace(host)
}

// below returns the part of a name below the zone, "" for the zone itself; ok is false for a name outside it.
func below(name, zone string) (rest string, ok bool) {
	if strings.EqualFold(name, zone) {
		return "", true
	}
	if at := len(name) - len(zone) - 1; at > 0 && name[at] == '.' && strings.EqualFold(name[at+1:], zone) {
		return name[:at], true
	}
	return "", false
}

// A fragment is a file of a machine format while it is written: records, and comments.
type fragment struct {
	strings.Builder
	in     Input
	p      words.P
	mark   string              // begins a comment
	indent string              // before each line
	value  func(string) string // formats a TXT value
}

func newFragment(in Input, mark string, value func(string) string) *fragment {
	return &fragment{in: in, p: in.words(), mark: mark, value: value}
}

// t returns a text of formats.toml.
func (s *fragment) t(id string, args ...string) string { return s.p.T("formats."+id, args...) }

// line writes a line as it is.
func (s *fragment) line(text string) { s.WriteString(s.indent + text + "\n") }

// say writes a comment of one line, even if the text has line breaks.
func (s *fragment) say(text string) {
	s.line(strings.TrimRight(s.mark+" "+snapshot.Printable(strings.ReplaceAll(text, "\n", " ")), " "))
}

// head says in comments what the file is, and what to do with it.
func (s *fragment) head(format string, list []step) {
	s.say(s.t("head", "domain", s.in.domain(), "program", s.in.Program, "date", s.in.Now.Format(dateForm)))
	if s.in.Practice != "" {
		s.say(s.p.T("document.practice", "story", s.in.Practice))
	}
	for _, l := range strings.Split(strings.TrimSpace(s.p.T("formats.use."+format, "zone", s.in.Zone())), "\n") {
		s.say(l)
	}
	if len(list) == 0 {
		s.say(s.t("nothing"))
	}
	if len(s.in.Plan.Left)+len(s.in.Plan.Ways)+len(s.in.Plan.Detours) > 0 {
		s.say(s.t("left", "domain", s.in.Answers.Domain))
	}
}

// tell says in comments what a change is for, what it replaces and deletes, and what is missing.
func (s *fragment) tell(x step) {
	s.say(s.t("step", "n", itoa(x.n), "title", x.word.Title))
	for _, why := range x.why {
		s.say(s.t("because", "text", why))
	}
	for i, old := range x.Old {
		id := "removes"
		if i == 0 && x.Action == plan.Replace {
			id = "replaces"
		}
		s.say(s.t(id, "record", s.record(x.Name, x.Type, old)))
	}
	switch {
	case x.Switch:
		s.say(s.t("switch"))
	case !x.whole() && x.Action != plan.Remove:
		s.say(s.t("missing", "text", x.word.Ask))
	}
	if x.word.Gate != "" {
		s.say(x.word.Gate)
	}
}

// record returns a record for use in a comment.
func (s *fragment) record(name string, t snapshot.Type, value string) string {
	if t == snapshot.TXT || t == snapshot.SPF {
		value = s.value(value)
	}
	return name + " " + string(t) + " " + value
}
