package checks

import (
	"cmp"
	"slices"
	"strings"

	"example.org/todoku/checks/dmarc"
	"example.org/todoku/checks/facts"
	"example.org/todoku/checks/reading"
	"example.org/todoku/checks/snapshot"
)

// PolicyPieceArgs are the arguments of findings about parts of the domain's own DMARC record.
type PolicyPieceArgs struct {
	Record  Record    `words:"-"`
	Piece   Pieces    // as written
	Problem PolicyTag // the first of their problems
}

// Pieces are parts of a record, joined with "; " when shown.
type Pieces []string

// policyProblems returns one finding for all problems of the domain's own DMARC record that want accepts, or nil if there are
// none.
func policyProblems(in *facts.Facts, want func(p dmarc.Problem, tag string) bool) []Finding {
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

// policyEvidence returns the answer that holds the DMARC record.
func policyEvidence(in *facts.Facts) []snapshot.Answer {
	return facts.Evidence(in.DNS.TXT(in.Policy().At))
}

// pieceOf returns the tag in which a problem lies, as written, and the tag's name in lower case. If no tag contains it,
// the text is the problem's own and the name is "".
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

// dmarcTagCase finds upper-case letters that some receivers accept and others do not. It is advice unless the policy
// itself is affected.
func dmarcTagCase(in *facts.Facts) []Finding {
	out := policyProblems(in, func(p dmarc.Problem, _ string) bool { return aboutCase(p) })
	for i, f := range out {
		a := f.Args.(PolicyPieceArgs)
		out[i].Args = DMARCTagCaseArgs{a.Record, a.Piece}
		if !in.PolicyCased() {
			out[i].Severity = Advice
		}
	}
	return out
}

// aboutCase reports whether a problem is about upper case.
func aboutCase(p dmarc.Problem) bool { return p.Code == dmarc.TagCase || p.Code == dmarc.ValueCase }

// The states of dmarc-pct: whether ignoring pct changes what happens to mail.
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

// dmarcPct finds pct=, which RFC 9989 removed: receivers that follow it apply the policy to all mail.
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

// Problems of a DMARC record beyond those of package dmarc: tags that do not do what they seem to.
const (
	tagTesting  = "testing"  // t=y
	tagRegistry = "registry" // psd=y, which only registries of public suffixes may set
)

// inReportsToo are the problems that dmarc-untidy reports inside report addresses too; other mistakes there are
// dmarc-report-broken.
var inReportsToo = []string{dmarc.SizeLimit, dmarc.Duplicate, dmarc.BadValue}

var ruleDMARCUntidy = Rule{
	Code: DMARCUntidy, Severity: Advice, RFC: rfcDMARC + " section 4.7",
	After: after(),
	Args:  PolicyPieceArgs{},
	Judge: dmarcUntidy,
}

// dmarcUntidy finds parts of the record that receivers ignore or that do not do what they seem to: bad values, unknown
// and duplicate tags, relics of RFC 7489, t=y and psd=y.
func dmarcUntidy(in *facts.Facts) []Finding {
	plain := []string{dmarc.BadValue, dmarc.UnknownTag, dmarc.Duplicate, dmarc.BadTag, dmarc.BadSeparator,
		dmarc.SizeLimit, dmarc.Typographic, dmarc.FullWidth, dmarc.Quotes}
	out := policyProblems(in, func(p dmarc.Problem, tag string) bool {
		return !p.Fatal && slices.Contains(plain, p.Code) && (slices.Contains(inReportsToo, p.Code) || tag != "rua" && tag != "ruf" && !mailto(p.Text))
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

// mailto reports whether a piece is a report address that a stray semicolon cut off from its list.
func mailto(piece string) bool {
	return strings.HasPrefix(strings.ToLower(strings.TrimLeft(piece, ", ")), "mailto")
}

// DMARCBlanksArgs are the arguments of dmarc-blanks.
type DMARCBlanksArgs struct {
	Record Record `words:"-"`
	Piece  Pieces // as written
	Meant  Text   // the record without the blanks
}

var ruleDMARCBlanks = Rule{
	Code: DMARCBlanks, Severity: Advice, RFC: rfcDMARC + " section 4.7",
	After: after(),
	Args:  DMARCBlanksArgs{},
	Judge: dmarcBlanks,
}

// dmarcBlanks finds blanks around an equals sign, which the grammar allows and some receivers do not read.
func dmarcBlanks(in *facts.Facts) []Finding {
	out := policyProblems(in, func(p dmarc.Problem, _ string) bool { return p.Code == dmarc.Blanks })
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

// The states of dmarc-stray: whether the text names addresses for reports.
var (
	StrayReports = State{"stray", "reports"} // it names addresses for reports, which get nothing
	StrayText    = State{"stray", "text"}
	StrayPlace   = State{"stray", "place"} // it is a record of another kind, whose name is known
)

// DMARCStrayArgs are the arguments of dmarc-stray.
type DMARCStrayArgs struct {
	Piece   Text
	Address Names // the addresses that get no reports, with StrayReports
	Place   Name  // where the text belongs, with StrayPlace
}

var ruleDMARCStray = Rule{
	Code: DMARCStray, Severity: Advice, RFC: rfcDMARC + " section 4.10",
	After:   after(DMARCMultiple, RecordWrongType),
	Aspects: []Aspect{{StrayReports, StrayText, StrayPlace}},
	Args:    DMARCStrayArgs{},
	Judge:   dmarcStray,
}

// dmarcStray finds TXT records at the DMARC name that are not policies and were not meant as whole ones. Receivers ignore
// them. The note of a program that keeps the zone has to stay, so it is not told.
func dmarcStray(in *facts.Facts) []Finding {
	a := in.DNS.TXT(in.PolicyName())
	if !a.Known() || a.Cut() || len(a.Chain) > 0 || in.FromWildcard(a) {
		return nil
	}
	var out []Finding
	for _, v := range a.Data() {
		if dmarc.Is(v) || dmarc.Resembles(v) || reading.Registry(v) {
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
				f.States, f.Args = []State{StrayReports}, DMARCStrayArgs{Piece: Text(v), Address: to}
			}
		}
		for version, label := range otherVersions {
			if len(v) >= len(version) && strings.EqualFold(v[:len(version)], version) {
				f.States, f.Args = []State{StrayPlace}, DMARCStrayArgs{Piece: Text(v), Place: Name(label + in.Owner.Domain)}
			}
		}
		out = append(out, f)
	}
	return out
}

// otherVersions are how TXT records of other kinds begin, and the labels of their names: TLS reports (RFC 8460 section 3),
// MTA-STS (RFC 8461 section 3.1), and BIMI.
var otherVersions = map[string]string{"v=TLSRPTv1": "_smtp._tls.", "v=STSv1": "_mta-sts.", "v=BIMI1": "default._bimi."}

// The states of dmarc-alignment: which identifiers of a service's mail still align in strict mode.
var (
	AlignFails  = State{"left", "fails"}  // neither SPF nor DKIM aligns
	AlignUnseen = State{"left", "unseen"} // only DKIM could align, and no key was seen
	AlignByKey  = State{"left", "key"}    // only DKIM aligns
	AlignBySPF  = State{"left", "spf"}    // only SPF aligns
)

// alignStates maps the Left constants of package facts to states.
var alignStates = map[string]State{facts.LeftNothing: AlignFails, facts.LeftUnseen: AlignUnseen, facts.LeftKey: AlignByKey, facts.LeftSPF: AlignBySPF}

// DMARCAlignmentArgs are the arguments of dmarc-alignment.
type DMARCAlignmentArgs struct {
	Service Service
	Below   Name // the subdomain that it sends and signs for
	Tags    Text // the tags that set strict alignment
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

// dmarcAlignment finds services in use that send or sign for a subdomain while the policy demands strict alignment (RFC
// 9989 section 4.4).
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
