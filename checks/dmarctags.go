package checks

import (
	"cmp"
	"slices"
	"strings"

	"example.org/todoku/checks/dmarc"
	"example.org/todoku/checks/facts"
	"example.org/todoku/checks/snapshot"
)

// PolicyPieceArgs are the arguments of findings about pieces of the domain's own DMARC record.
type PolicyPieceArgs struct {
	Record  Record    `words:"-"`
	Piece   Pieces    // as written
	Problem PolicyTag // the first of their problems
}

// Pieces are parts of a record that are shown one after another.
type Pieces []string

// marks gathers the problems of some codes into one finding; nil where there is none.
func marks(in *facts.Facts, want func(p dmarc.Problem, tag string) bool) []Finding {
	p := in.Policy()
	if !p.Readable || !p.Own {
		return nil
	}
	var texts Pieces
	code := ""
	for _, x := range p.Record.Problems {
		text, tag := pieceOf(p.Record, x)
		if !want(x, tag) {
			continue
		}
		code = cmp.Or(code, x.Code)
		if text = strings.TrimSpace(text); text != "" && !slices.Contains(texts, text) {
			texts = append(texts, text)
		}
	}
	if code == "" {
		return nil
	}
	return one(Finding{Name: p.At, Args: PolicyPieceArgs{Record(p.Record.Raw), texts, PolicyTag(code)}, Evidence: policyEvidence(in)})
}

// policyEvidence is the answer that holds the DMARC record.
func policyEvidence(in *facts.Facts) []snapshot.Answer {
	return facts.Evidence(in.DNS.TXT(in.Policy().At))
}

// pieceOf gives the tag in which a problem of a record stands, as written, and the tag's name in small letters.
func pieceOf(r dmarc.Record, p dmarc.Problem) (text, name string) {
	for _, t := range r.Tags {
		if p.Start >= t.Start && p.End <= t.End {
			return r.Raw[t.Start:t.End], strings.ToLower(t.Name)
		}
	}
	return p.Text, ""
}

// DMARCTagCaseArgs are the arguments of dmarc-tag-case.
type DMARCTagCaseArgs struct {
	Record Record `words:"-"`
	Piece  Pieces // as written
}

var ruleDMARCTagCase = Rule{
	Code: DMARCTagCase, Severity: Harms, RFC: rfcDMARC + " section 4.7", Also: []string{rfcDKIM + " section 3.2"},
	After: after(),
	Args:  DMARCTagCaseArgs{},
	Judge: dmarcTagCase,
}

// dmarcTagCase: capitals that some receivers read and others do not. Where the policy itself is written so, those others
// see no policy.
func dmarcTagCase(in *facts.Facts) []Finding {
	out := marks(in, func(p dmarc.Problem, _ string) bool { return cased(p) })
	for i, f := range out {
		a := f.Args.(PolicyPieceArgs)
		out[i].Args = DMARCTagCaseArgs{a.Record, a.Piece}
		if !in.PolicyCased() {
			out[i].Severity = Advice
		}
	}
	return out
}

// cased reports whether a problem is one of capitals.
func cased(p dmarc.Problem) bool { return p.Code == dmarc.TagCase || p.Code == dmarc.ValueCase }

// The states of dmarc-pct.
var (
	PctRisk     = State{"risk", "risk"} // receivers that do not know pct apply the whole policy
	PctHarmless = State{"risk", "harmless"}
)

// DMARCPctArgs are the arguments of dmarc-pct.
type DMARCPctArgs struct {
	Percent Number
	Policy  Word
}

var ruleDMARCPct = Rule{
	Code: DMARCPct, Severity: Harms, RFC: rfcDMARC + " section 4.7",
	After:   after(),
	Aspects: []Aspect{{PctRisk, PctHarmless}},
	Args:    DMARCPctArgs{},
	Judge:   dmarcPct,
}

// dmarcPct: a share of the mail, which receivers of RFC 9989 do not know any more: they apply the policy to all.
func dmarcPct(in *facts.Facts) []Finding {
	p := in.Policy()
	if !p.Readable || !p.Own || p.Record.Percent == nil {
		return nil
	}
	f := Finding{Name: p.At, States: []State{PctRisk}, Evidence: policyEvidence(in),
		Args: DMARCPctArgs{Number(*p.Record.Percent), Word(cmp.Or(p.Record.Policy, "none"))}}
	if !p.PercentRisk() {
		f.Severity, f.States = Advice, []State{PctHarmless}
	}
	return one(f)
}

// What of a DMARC record does not do what it seems to, beside the problems of package dmarc.
const (
	tagTesting  = "testing"  // t=y
	tagRegistry = "registry" // psd=y, which is for registries
)

// anywhere are the problems that dmarc-untidy tells of report addresses too; their mistakes are for dmarc-report-broken.
var anywhere = []string{dmarc.SizeLimit, dmarc.Duplicate}

var ruleDMARCUntidy = Rule{
	Code: DMARCUntidy, Severity: Advice, RFC: rfcDMARC + " section 4.7",
	After: after(),
	Args:  PolicyPieceArgs{},
	Judge: dmarcUntidy,
}

// dmarcUntidy: what receivers pass over, or what does not do what it seems to: bad values, unknown and doubled tags,
// relics of the old standard, t=y, and psd=y, which is for registries.
func dmarcUntidy(in *facts.Facts) []Finding {
	plain := []string{dmarc.BadValue, dmarc.UnknownTag, dmarc.Duplicate, dmarc.BadTag, dmarc.BadSeparator,
		dmarc.SizeLimit, dmarc.Typographic, dmarc.FullWidth, dmarc.Quotes}
	out := marks(in, func(p dmarc.Problem, tag string) bool {
		return !p.Fatal && slices.Contains(plain, p.Code) && (slices.Contains(anywhere, p.Code) || tag != "rua" && tag != "ruf" && !mailto(p.Text))
	})
	p := in.Policy()
	if !p.Readable || !p.Own {
		return nil
	}
	odd := func(problem, piece string) {
		out = append(out, Finding{Name: p.At, Args: PolicyPieceArgs{Record(p.Record.Raw), Pieces{piece}, PolicyTag(problem)}, Evidence: policyEvidence(in)})
	}
	if p.Record.Testing && p.Record.Policy != "none" && p.Record.Policy != "" {
		odd(tagTesting, "t=y")
	}
	if p.Record.PSD == "y" {
		odd(tagRegistry, "psd=y")
	}
	return out
}

// mailto reports whether a piece is a report address that a semicolon cut off its list.
func mailto(piece string) bool {
	return strings.HasPrefix(strings.ToLower(strings.TrimLeft(piece, ", ")), "mailto")
}

// DMARCBlanksArgs are the arguments of dmarc-blanks.
type DMARCBlanksArgs struct {
	Record Record `words:"-"`
	Piece  Pieces // as written
	Meant  Text   // the record without them
}

var ruleDMARCBlanks = Rule{
	Code: DMARCBlanks, Severity: Advice, RFC: rfcDMARC + " section 4.7",
	After: after(),
	Args:  DMARCBlanksArgs{},
	Judge: dmarcBlanks,
}

// dmarcBlanks: blanks around an equals sign, which the grammar allows and not every receiver reads.
func dmarcBlanks(in *facts.Facts) []Finding {
	out := marks(in, func(p dmarc.Problem, _ string) bool { return p.Code == dmarc.Blanks })
	for i, f := range out {
		var tags []string
		for _, t := range in.Policy().Record.Tags {
			tags = append(tags, t.Name+"="+t.Value)
		}
		a := f.Args.(PolicyPieceArgs)
		out[i].Args = DMARCBlanksArgs{a.Record, a.Piece, Text(strings.Join(tags, "; "))}
	}
	return out
}

// The states of dmarc-stray.
var (
	StrayReports = State{"stray", "reports"} // it names addresses for reports, which get nothing
	StrayText    = State{"stray", "text"}
)

// DMARCStrayArgs are the arguments of dmarc-stray.
type DMARCStrayArgs struct {
	Piece   Text
	Address Names // those that get no reports, with StrayReports
}

var ruleDMARCStray = Rule{
	Code: DMARCStray, Severity: Advice, RFC: rfcDMARC + " section 4.10",
	After:   after(DMARCMultiple, RecordWrongType),
	Aspects: []Aspect{{StrayReports, StrayText}},
	Args:    DMARCStrayArgs{},
	Judge:   dmarcStray,
}

// dmarcStray: a text at the policy's name that is no policy and was not meant as a whole one. Receivers pass it over, so
// that what it says holds nowhere.
func dmarcStray(in *facts.Facts) []Finding {
	a := in.DNS.TXT(in.PolicyName())
	if !a.Known() || a.Cut() || len(a.Chain) > 0 || in.Anywhere(a) {
		return nil
	}
	var out []Finding
	for _, v := range a.Data() {
		if dmarc.Is(v) || dmarc.Resembles(v) {
			continue
		}
		f := Finding{Name: a.Name, States: []State{StrayText}, Args: DMARCStrayArgs{Piece: Text(v)}, Evidence: facts.Evidence(a)}
		if piece, ok := dmarc.Stray(v); ok {
			var to Names
			for _, r := range slices.Concat(piece.Reports, piece.Failures) {
				if r.Address != "" {
					to = append(to, r.Address)
				}
			}
			if len(to) > 0 {
				f.States, f.Args = []State{StrayReports}, DMARCStrayArgs{Text(v), to}
			}
		}
		out = append(out, f)
	}
	return out
}

// The states of dmarc-alignment: what is left of a service's mail under strict alignment.
var (
	AlignFails  = State{"left", "fails"}  // neither SPF nor DKIM counts
	AlignUnseen = State{"left", "unseen"} // only a key could count, and none was seen
	AlignByKey  = State{"left", "key"}    // only its key counts
	AlignBySPF  = State{"left", "spf"}    // only SPF counts
)

// alignStates are the states by what is left.
var alignStates = map[string]State{facts.LeftNothing: AlignFails, facts.LeftUnseen: AlignUnseen, facts.LeftKey: AlignByKey, facts.LeftSPF: AlignBySPF}

// DMARCAlignmentArgs are the arguments of dmarc-alignment.
type DMARCAlignmentArgs struct {
	Service Service
	Below   Name // the name that it sends and signs for
	Tags    Text // as they make it strict
	Policy  Word
	Domain  Name
}

var ruleDMARCAlignment = Rule{
	Code: DMARCAlignment, Severity: Harms, RFC: rfcDMARC + " section 4.4",
	After:   after(),
	Aspects: []Aspect{{AlignFails, AlignUnseen, AlignByKey, AlignBySPF}},
	Args:    DMARCAlignmentArgs{},
	Judge:   dmarcAlignment,
}

// dmarcAlignment: the record asks for the very name of the domain, while a service in use comes back to, or signs for, a name
// below it.
func dmarcAlignment(in *facts.Facts) []Finding {
	p := in.Policy()
	var out []Finding
	for _, m := range in.Misaligned() {
		var tags []string
		if p.Record.DKIMAlign == "s" {
			tags = append(tags, "adkim=s")
		}
		if p.Record.SPFAlign == "s" {
			tags = append(tags, "aspf=s")
		}
		f := Finding{Name: p.At, States: []State{alignStates[m.Left]}, Evidence: append(policyEvidence(in), m.Seen...),
			Args: DMARCAlignmentArgs{Service(m.Service.ID), Name(m.At), Text(strings.Join(tags, " ")), Word(p.Applied), Name(in.Owner.Domain)}}
		if m.Left != facts.LeftNothing {
			f.Severity = Advice
		}
		out = append(out, f)
	}
	return out
}
