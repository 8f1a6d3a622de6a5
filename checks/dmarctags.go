package checks

import (
	"slices"
	"strconv"
	"strings"

	"todoku/checks/dmarc"
)

// pieceOf gives the tag in which a problem of a record stands, as written, and the tag's name in small letters.
func pieceOf(r dmarc.Record, p dmarc.Problem) (text, name string) {
	for _, t := range r.Tags {
		if p.Start >= t.Start && p.End <= t.End {
			return r.Raw[t.Start:t.End], strings.ToLower(t.Name)
		}
	}
	return p.Text, ""
}

// ownRecord is the readable record at the domain's own name: what its owner can change.
func ownRecord(in In) (string, dmarc.Record, bool) {
	at, r, ok := usable(in)
	return at, r, ok && at == "_dmarc."+in.Answers.Domain
}

// marks gathers the problems of some codes into one finding; nil where there is none.
func marks(in In, want func(p dmarc.Problem, tag string) bool) []Finding {
	at, r, ok := ownRecord(in)
	if !ok {
		return nil
	}
	var texts []string
	code := ""
	for _, p := range r.Problems {
		text, tag := pieceOf(r, p)
		if !want(p, tag) {
			continue
		}
		if code == "" {
			code = p.Code
		}
		if text = strings.TrimSpace(text); text != "" && !slices.Contains(texts, text) {
			texts = append(texts, text)
		}
	}
	if code == "" {
		return nil
	}
	return one(Finding{Name: at, Args: Args{"record": r.Raw, "piece": strings.Join(texts, "; "), "problem": code}, Evidence: evidence(in.DNS.TXT(at))})
}

// policyTags are those that the policy hangs on.
var policyTags = []string{"v", "p", "sp", "np"}

// dmarcTagCase: capitals that some receivers read and others do not. Where the policy itself is written so, those others
// see no policy.
func dmarcTagCase(in In) []Finding {
	cased := func(p dmarc.Problem) bool { return p.Code == dmarc.TagCase || p.Code == dmarc.ValueCase }
	out := marks(in, func(p dmarc.Problem, _ string) bool { return cased(p) })
	if len(out) > 0 && len(marks(in, func(p dmarc.Problem, tag string) bool {
		return cased(p) && (slices.Contains(policyTags, tag) || p.Start == 0)
	})) == 0 {
		out[0].Severity = Advice
	}
	return out
}

// dmarcPct: a share of the mail, which receivers of RFC 9989 do not know any more: they apply the policy to all.
func dmarcPct(in In) []Finding {
	at, r, ok := ownRecord(in)
	if !ok || r.Percent == nil {
		return nil
	}
	f := Finding{Name: at, Args: Args{"percent": strconv.Itoa(*r.Percent), "policy": or(r.Policy, "none"), "risk": "yes"}, Evidence: evidence(in.DNS.TXT(at))}
	if *r.Percent == 100 || r.Policy == "none" || r.Policy == "" {
		f.Severity, f.Args["risk"] = Advice, "no"
	}
	return one(f)
}

// dmarcUntidy: what receivers pass over, or what does not do what it seems to: bad values, unknown and doubled tags,
// relics of the old standard, t=y, and psd=y, which is for registries.
func dmarcUntidy(in In) []Finding {
	plain := []string{dmarc.BadValue, dmarc.UnknownTag, dmarc.Duplicate, dmarc.BadTag, dmarc.BadSeparator,
		dmarc.SizeLimit, dmarc.Typographic, dmarc.FullWidth, dmarc.Quotes}
	out := marks(in, func(p dmarc.Problem, tag string) bool {
		return !p.Fatal && slices.Contains(plain, p.Code) && (p.Code == dmarc.SizeLimit || tag != "rua" && tag != "ruf" && !mailto(p.Text))
	})
	at, r, ok := ownRecord(in)
	if !ok {
		return nil
	}
	odd := func(problem, piece string) {
		out = append(out, Finding{Name: at, Args: Args{"record": r.Raw, "piece": piece, "problem": problem}, Evidence: evidence(in.DNS.TXT(at))})
	}
	if r.Testing && r.Policy != "none" && r.Policy != "" {
		odd("testing", "t=y")
	}
	if r.PSD == "y" {
		odd("registry", "psd=y")
	}
	return out
}

// mailto reports whether a piece is a report address that a semicolon cut off its list.
func mailto(piece string) bool {
	return strings.HasPrefix(strings.ToLower(strings.TrimLeft(piece, ", ")), "mailto")
}
