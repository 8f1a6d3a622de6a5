package dmarc

import (
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/width"

	"example.org/todoku/checks/internal/lately"
	"example.org/todoku/checks/internal/taglist"
)

// Codes of a Problem.
const (
	BadVersion   = "bad-version"   // v=DMARC1 is not at the very beginning
	NoPolicy     = "no-policy"     // p is missing: receivers apply none, and Gmail counts it as an error
	BadPolicy    = "bad-policy"    // p, sp or np has an undefined value
	BadValue     = "bad-value"     // another tag has an undefined value
	TagCase      = "tag-case"      // P=none: some receivers read it, some do not
	ValueCase    = "value-case"    // p=None: the same
	NoMailto     = "no-mailto"     // a report address without mailto:
	BadAddress   = "bad-address"   // a report address that is not valid
	BadSeparator = "bad-separator" // a comma, colon or space where a semicolon or an equals sign belongs
	Typographic  = "typographic"   // curly quotes and the like, from a word processor or a web page
	FullWidth    = "full-width"    // full-width characters of a Japanese input method
	Quotes       = "quotes"        // quotes as part of the value
	Historic     = "historic"      // pct, rf, ri: removed by RFC 9989
	SizeLimit    = "size-limit"    // "!10m" after a report address: removed by RFC 9989
	EmptyTag     = taglist.EmptyTag
	BadTag       = "bad-tag" // a part that is not tag=value
	Duplicate    = taglist.Duplicate
	UnknownTag   = "unknown-tag" // ignored by everybody
	Blanks       = "blanks"      // around an equals sign: allowed (RFC 9989 section 4.7), but some receivers cannot read it
)

// Parse parses a record. It never fails: Problems lists the mistakes. Names and values are accepted in any case, as many
// receivers do, and reported if the case is wrong.
func Parse(txt string) Record {
	r, known := parsed.Get(txt)
	if !known {
		r = parse(txt)
		parsed.Put(txt, r)
	}
	r.Reports, r.Failures, r.Tags, r.Problems = slices.Clone(r.Reports), slices.Clone(r.Failures), slices.Clone(r.Tags), slices.Clone(r.Problems)
	if r.Percent != nil {
		percent := *r.Percent
		r.Percent = &percent
	}
	return r
}

// parsed caches the records that were parsed last, since many rules parse the same policy. Every caller gets slices of its
// own.
var parsed lately.Memory[Record]

func parse(txt string) Record {
	p := parser{Record: Record{Raw: txt}}
	p.letters()
	p.version()
	said := len(p.Problems)
	tags, faults := taglist.Parse(p.text)
	for _, f := range faults {
		p.fault(f)
	}
	for i, t := range tags {
		p.Tags = append(p.Tags, Tag{t.Name, t.Value, t.Start, t.End})
		if t.Value != "" && t.ValueStart-t.Start != len(t.Name)+1 {
			p.add(Blanks, p.text[t.Start:t.End], t.Start, t.End, t.Name+"="+t.Value, false)
		}
		if i == 0 && strings.EqualFold(t.Name, "v") {
			continue
		}
		if first(tags, t.Name) != i {
			continue // reported as a duplicate; the first one counts
		}
		p.tag(t)
	}
	p.policy()
	for i := range p.Problems[said:] {
		f := &p.Problems[said+i]
		f.Start, f.End = p.pos[f.Start], p.pos[f.End]
	}
	for i := range p.Tags {
		p.Tags[i].Start, p.Tags[i].End = p.pos[p.Tags[i].Start], p.pos[p.Tags[i].End]
	}
	p.spare()
	return p.Record
}

// spare makes wrong characters non-fatal if they only affect a tag that the policy does not depend on.
func (p *parser) spare() {
	for i, f := range p.Problems {
		if f.Code != Typographic && f.Code != FullWidth && f.Code != Quotes || f.Fix == ";" || f.Fix == "=" {
			continue
		}
		for _, t := range p.Tags {
			name := strings.ToLower(t.Name)
			if f.Start >= t.Start && f.End <= t.End && name != "v" && name != "p" && name != "sp" && name != "np" {
				p.Problems[i].Fatal = false
			}
		}
	}
}

// parser is one run of Parse.
type parser struct {
	Record
	text      string    // Raw with look-alike characters replaced by ASCII
	pos       []int     // offset in Raw of each byte of text, and of its end
	badLevels []Problem // unreadable p, sp and np
}

func (p *parser) add(code, text string, start, end int, fix string, fatal bool) {
	p.Problems = append(p.Problems, Problem{code, text, start, end, fix, fatal})
}

// letters reports characters that a record cannot contain, and sets text with plain ones instead.
func (p *parser) letters() {
	text := make([]byte, 0, len(p.Raw))
	for i, r := range p.Raw {
		end := i + 1
		fix, code := string(r), ""
		switch {
		case r == '"' || r == '\\':
			fix, code = "", Quotes
		case r == utf8.RuneError || r >= 0x80:
			_, n := utf8.DecodeRuneInString(p.Raw[i:])
			end = i + n
			fix, code = plain(p.Raw[i:end]), Typographic
			if width.LookupRune(r).Folded() != 0 {
				code = FullWidth
			}
			if len(fix) > 1 || fix == `"` {
				fix = "" // a character without a plain form
			}
		}
		if code != "" {
			p.add(code, p.Raw[i:end], i, end, fix, true)
		}
		if fix != "" {
			text = append(text, fix[0])
			p.pos = append(p.pos, i)
		}
	}
	p.text, p.pos = string(text), append(p.pos, len(p.Raw))
}

// version reports a missing or wrong version (RFC 9989 section 4.7); see Is.
func (p *parser) version() {
	if Is(p.Raw) {
		if p.Raw[0] == 'V' {
			p.add(TagCase, "V", 0, 1, "v", false)
		}
		return
	}
	head, _, _ := strings.Cut(p.Raw, ";")
	p.add(BadVersion, head, 0, len(head), "v=DMARC1", true)
}

// fault reports a syntax error of the tag list.
func (p *parser) fault(f taglist.Fault) {
	switch f.Code {
	case taglist.EmptyTag:
		p.add(EmptyTag, ";", f.Start, min(f.End+1, len(p.text)), "", false)
	case taglist.Duplicate:
		p.add(Duplicate, p.text[f.Start:f.End], f.Start, f.End, "", false)
	case taglist.NoEquals:
		name, value, colon := strings.Cut(f.Text, ":")
		switch {
		case colon && strings.EqualFold(strings.TrimSpace(name), "mailto"):
			// A second report address after a semicolon.
			p.add(BadSeparator, f.Text, f.Start, f.End, ","+f.Text, false)
		case colon && known(strings.ToLower(strings.TrimSpace(name))):
			fix := strings.ToLower(strings.TrimSpace(name)) + "=" + strings.TrimSpace(value)
			p.add(BadSeparator, f.Text, f.Start, f.End, fix, false)
		default:
			p.add(BadTag, p.text[f.Start:f.End], f.Start, f.End, "", false)
		}
	default:
		p.add(BadTag, p.text[f.Start:f.End], f.Start, f.End, "", false)
	}
}

// first returns the index of the first tag with this name in any case, or -1.
func first(tags []taglist.Tag, name string) int {
	for i, t := range tags {
		if strings.EqualFold(t.Name, name) {
			return i
		}
	}
	return -1
}

// words are the allowed values of the tags that take one of a few words (RFC 9989 section 4.7).
var words = map[string][]string{
	"p": {"none", "quarantine", "reject"}, "sp": {"none", "quarantine", "reject"}, "np": {"none", "quarantine", "reject"},
	"adkim": {"r", "s"}, "aspf": {"r", "s"}, "t": {"y", "n"}, "psd": {"y", "n", "u"},
}

// known reports whether name, in lower case, is a tag of RFC 9989 or RFC 7489.
func known(name string) bool {
	switch name {
	case "v", "rua", "ruf", "fo", "pct", "rf", "ri":
		return true
	}
	return words[name] != nil
}

// tag reads one tag.
func (p *parser) tag(t taglist.Tag) {
	name := strings.ToLower(t.Name)
	if name != t.Name && known(name) {
		p.add(TagCase, t.Name, t.Start, t.Start+len(t.Name), name, false)
	}
	switch name {
	case "rua":
		p.Reports = p.uris(t)
	case "ruf":
		p.Failures = p.uris(t)
	case "fo":
		for _, o := range strings.Split(t.Value, ":") {
			if o = strings.ToLower(strings.TrimSpace(o)); o != "0" && o != "1" && o != "d" && o != "s" {
				p.add(BadValue, o, t.Start, t.End, "", false)
			}
		}
	case "pct", "rf", "ri":
		p.add(Historic, p.text[t.Start:t.End], t.Start, t.End, "", false)
		if name == "pct" {
			if n, err := strconv.Atoi(t.Value); err == nil && n >= 0 && n <= 100 {
				p.Percent = &n
			} else {
				p.add(BadValue, t.Value, t.ValueStart, t.End, "", false)
			}
		}
	default:
		if words[name] == nil {
			p.add(UnknownTag, t.Name, t.Start, t.End, "", false)
			return
		}
		p.word(name, t)
	}
}

// word reads a tag that takes one of a few words.
func (p *parser) word(name string, t taglist.Tag) {
	v := strings.ToLower(t.Value)
	ok := false
	for _, w := range words[name] {
		ok = ok || w == v
	}
	if !ok {
		p.wrongWord(name, t)
		return
	}
	if v != t.Value {
		p.add(ValueCase, t.Value, t.ValueStart, t.End, v, false)
	}
	switch name {
	case "p":
		p.Policy = v
	case "sp":
		p.Sub = v
	case "np":
		p.NonExist = v
	case "adkim":
		p.DKIMAlign = v
	case "aspf":
		p.SPFAlign = v
	case "t":
		p.Testing = v == "y"
	case "psd":
		p.PSD = v
	}
}

// wrongWord reports an undefined value.
func (p *parser) wrongWord(name string, t taglist.Tag) {
	// "none p=…" or "none, rua=…": the separator is wrong, so the value contains the next tag.
	if i := strings.IndexAny(t.Value, ", \t"); i > 0 && strings.Contains(t.Value[i:], "=") {
		p.add(BadSeparator, p.text[t.Start:t.End], t.Start, t.End, "", true)
		return
	}
	switch name {
	case "p", "sp", "np":
		p.badLevels = append(p.badLevels, Problem{BadPolicy, t.Value, t.ValueStart, t.End, "", false})
	default:
		p.add(BadValue, t.Value, t.ValueStart, t.End, "", false)
	}
}

// policy judges p, sp and np together: if one is unreadable, none applies if there is a report address, else the record
// is ignored (RFC 9989 section 4.7).
func (p *parser) policy() {
	reachable := false
	for _, r := range p.Reports {
		reachable = reachable || r.Address != "" && strings.HasPrefix(strings.ToLower(r.URI), mailto)
	}
	for _, b := range p.badLevels {
		b.Fatal = !reachable
		p.Problems = append(p.Problems, b)
	}
	if len(p.badLevels) > 0 {
		return
	}
	if p.Policy == "" {
		p.add(NoPolicy, "", len(p.text), len(p.text), "p=none", false)
	}
}
