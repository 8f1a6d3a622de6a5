package checks

import (
	"slices"
	"strings"
	"sync"

	"todoku/checks/input"
	"todoku/checks/snapshot"
	"todoku/checks/spf"
)

// grave orders severities, gravest first.
var grave = map[Severity]int{Blocks: 0, Harms: 1, Unknown: 2, Advice: 3, Fine: 4}

// Diagnose runs every rule and orders what they say: gravest first, then in the table's order (which runs from
// cause to symptom). A finding whose cause was found too stays in the list, with Under naming the cause.
func Diagnose(in In) []Finding {
	in = in.WithSeen()
	in.once = newReadings(in)
	var out []Finding
	found := map[Code]bool{}
	for _, r := range table {
		in.Found = out
		for _, f := range r.Judge(in) {
			f.Code = r.Code
			if f.Severity == "" {
				f.Severity = r.Severity
			}
			if f.Name == "" {
				f.Name = in.Answers.Domain
			}
			for _, cause := range r.After {
				if found[cause] && (!slices.Contains(local, cause) || hides(out, cause, f)) {
					f.Under = cause
					break
				}
			}
			out = append(out, f)
		}
		found[r.Code] = found[r.Code] || slices.ContainsFunc(out, func(f Finding) bool { return f.Code == r.Code && f.Severity != Fine })
	}
	slices.SortStableFunc(out, func(a, b Finding) int { return grave[a.Severity] - grave[b.Severity] })
	return out
}

// readings are what a dozen rules read alike: the tree below the SPF record, and the keys. Each is read when a rule first
// wants it; no rule changes it.
type readings struct {
	tree func() (spf.Tree, bool)
	keys func() []keyAt
	good func() []string
}

func newReadings(in In) *readings {
	r := &readings{
		tree: sync.OnceValues(func() (spf.Tree, bool) { return readTree(in) }),
		keys: sync.OnceValue(func() []keyAt { return readKeys(in) }),
	}
	r.good = sync.OnceValue(func() []string { return sound(r.keys()) })
	return r
}

// Symptoms are the findings that a cause hides: of a cause that hides by name, those of that name.
func Symptoms(all []Finding, cause Finding) []Finding {
	return slices.DeleteFunc(slices.Clone(all), func(f Finding) bool {
		return f.Under != cause.Code || slices.Contains(local, cause.Code) && !cause.concerns(f)
	})
}

// concerns reports whether another finding is about the same name, about a record that was meant for it, or about the lack
// of what this one found at servers that nobody asks.
func (f Finding) concerns(o Finding) bool {
	if slices.Contains(astray, f.Code) {
		topic, _, _ := strings.Cut(string(o.Code), "-")
		return f.holds(strings.ToUpper(topic))
	}
	return f.Name == o.Name || f.Args["meant"] == o.Name
}

// astray are the findings of records at servers that nobody asks, or not any more.
var astray = []Code{NSElsewhere, NSMoving}

// holds reports whether such a record is of a kind ("SPF"; "": of any), and lacking where it belongs.
func (f Finding) holds(kind string) bool {
	lacking := f.Args["state"] == "there" || f.Args["state"] == "lost"
	return lacking && (kind == "" || slices.Contains(strings.Split(f.Args["records"], ", "), kind))
}

// Unasked reports whether the finding saw mail records at servers that nobody asks, or not any more, while they are
// lacking where everybody does. They are in its evidence.
func (f Finding) Unasked() bool { return slices.Contains(astray, f.Code) && f.holds("") }

// hides reports whether a cause was found that concerns the finding.
func hides(found []Finding, cause Code, f Finding) bool {
	return slices.ContainsFunc(found, func(c Finding) bool { return c.Code == cause && c.concerns(f) })
}

// Causes are the findings that no other hides.
func Causes(all []Finding) []Finding {
	return slices.DeleteFunc(slices.Clone(all), func(f Finding) bool { return f.Under != "" })
}

// Unheard lists the questions that got no answer and of which no finding speaks: where the zone cannot be reached, every
// question about it fails for that one reason, and what a finding says of a server need not be said again.
func Unheard(in In, found []Finding) []snapshot.Answer {
	zone := input.Registrable(in.Answers.Domain)
	lost := slices.ContainsFunc(found, func(f Finding) bool { return slices.Contains(deaf, f.Code) })
	indoors := slices.ContainsFunc(found, func(f Finding) bool { return f.Code == NSAddress || f.Code == SplitView })
	told := func(a snapshot.Answer) bool {
		return slices.ContainsFunc(found, func(f Finding) bool {
			server := a.Via == snapshot.Server && strings.HasPrefix(string(f.Code), "ns-")
			return slices.ContainsFunc(f.Evidence, func(e snapshot.Answer) bool {
				return e.Key == a.Key && f.Code == DNSSECBogus || server && e.Via == snapshot.Server && e.Key.At == a.Key.At
			})
		})
	}
	return slices.DeleteFunc(in.DNS.Failures(), func(a snapshot.Answer) bool {
		return lost && snapshot.Below(a.Name, zone) || indoors && a.Reason == snapshot.Private || told(a)
	})
}

// VerdictOf sums findings up: fix where something blocks or harms, unknown where something that matters could not be
// seen or nothing was seen at all, else ok.
func VerdictOf(all []Finding) Verdict {
	if len(all) == 0 {
		return VerdictUnknown // nothing was seen: that is not the same as nothing wrong
	}
	v := VerdictOK
	for _, f := range all {
		switch f.Severity {
		case Blocks, Harms:
			return VerdictFix
		case Unknown:
			v = VerdictUnknown
		}
	}
	return v
}

// one is the common case of a rule with a single thing to say.
func one(f Finding) []Finding { return []Finding{f} }

// evidence keeps what was really asked, each answer once.
func evidence(answers ...snapshot.Answer) []snapshot.Answer {
	var out []snapshot.Answer
	for _, a := range answers {
		if a.Status != snapshot.Unasked && !slices.ContainsFunc(out, func(b snapshot.Answer) bool { return a.Key == b.Key }) {
			out = append(out, a)
		}
	}
	return out
}
