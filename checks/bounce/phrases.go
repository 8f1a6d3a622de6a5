package bounce

import (
	_ "embed" // for the table
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"
)

//go:embed phrases.tsv
var phrasesFile string

// row is one line of the table of phrases: a receiver's words, and what they mean.
type row struct {
	receiver string   // "" for any, "?" if the receiver must be unknown
	cause    Cause    //
	when     when     //
	phrases  []phrase // alternatives
	source   string   // where the meaning is documented
	date     string   // when that was read
	sure     string   // confirmed (the receiver's own page or the program's source), seen, memory
}

// when holds the conditions of a row, and what it says differently from its cause.
type when struct {
	stage Stage
	reply string // prefix of the reply code: "4", "550"
	codes []string
	weak  bool // only if nothing else in the reply, nor its code, says more
	own   bool // words that only this receiver uses, whoever passes them on
	fix   Fix
	job   Job
	step  Step
}

// phrase is a lower-case text split at its stars: the pieces must follow one another. A phrase that begins with a
// letter must begin at a word's beginning, and a single short word must also end at one's end.
type phrase struct {
	pieces []string
	begin  bool           // at the beginning of the text
	end    bool           // at the end of the text
	whole  bool           // a single short word
	form   *regexp.Regexp // replaces pieces if the phrase contains a domain name
	as     string         // as written in the table
}

// gap is the most that a star can match, in bytes.
const gap = 200

// rows returns the embedded table, parsed once. An error would be a defect of the program, which the tests find.
var rows = sync.OnceValue(func() []row {
	list, err := readRows(phrasesFile)
	if err != nil {
		panic(err)
	}
	return list
})

// readRows parses the table. A line that begins with @ gives source, date and confidence of the rows below it.
func readRows(text string) ([]row, error) {
	var out []row
	var source, date, sure string
	for i, cols := range table(text) {
		if strings.HasPrefix(cols[0], "@") && len(cols) == 3 {
			source, date, sure = cols[0][1:], cols[1], cols[2]
			continue
		}
		if len(cols) != 4 || source == "" {
			return nil, fmt.Errorf("phrases.tsv: row %d has %d columns", i+1, len(cols))
		}
		r := row{receiver: strings.TrimPrefix(cols[0], "-"), cause: Cause(cols[1]), source: source, date: date, sure: sure}
		var err error
		if r.when, err = readWhen(cols[2]); err != nil {
			return nil, fmt.Errorf("phrases.tsv: row %d: %w", i+1, err)
		}
		for _, p := range strings.Split(cols[3], "|") {
			p = strings.TrimSpace(p)
			if p == "" {
				return nil, fmt.Errorf("phrases.tsv: row %d has an empty phrase", i+1)
			}
			r.phrases = append(r.phrases, readPhrase(p))
		}
		out = append(out, r)
	}
	// A row for one receiver comes before rows for all.
	slices.SortStableFunc(out, func(a, b row) int { return rank(a) - rank(b) })
	return out, nil
}

func rank(r row) int {
	if r.receiver == "" {
		return 1
	}
	return 0
}

func readWhen(text string) (when, error) {
	var w when
	for _, f := range strings.Fields(strings.TrimPrefix(text, "-")) {
		name, value, _ := strings.Cut(f, "=")
		switch name {
		case "weak":
			w.weak = true
		case "own":
			w.own = true
		case "stage":
			w.stage = Stage(value)
		case "reply":
			w.reply = value
		case "code":
			w.codes = strings.Split(value, ",")
		case "fix":
			w.fix = Fix(value)
		case "job":
			w.job = Job(value)
		case "step":
			w.step = Step(value)
		default:
			return w, fmt.Errorf("unknown condition %q", f)
		}
	}
	return w, nil
}

func readPhrase(s string) phrase {
	p := phrase{as: s}
	s, p.begin = strings.CutPrefix(s, "^")
	s, p.end = strings.CutSuffix(s, "$")
	p.pieces = strings.Split(s, "*")
	p.whole = len(s) <= 5 && !strings.ContainsAny(s, " *")
	if strings.Contains(s, "{domain}") {
		form := strings.NewReplacer(`\{domain\}`, nameInPhrase, `\*`, `.{0,200}?`).Replace(regexp.QuoteMeta(s))
		p.form = regexp.MustCompile(form)
	}
	return p
}

// nameInPhrase replaces {domain}; for {ip} see plain.
const nameInPhrase = `(?:^|[\s<@])[a-z0-9-]+(?:\.[a-z0-9-]+)+`

// in reports whether a normalised text (see plain) contains the phrase.
func (p phrase) in(text string) bool {
	if p.form != nil {
		return p.form.MatchString(text)
	}
	first := p.pieces[0]
	for at := 0; ; at++ {
		i := strings.Index(text[at:], first)
		if i < 0 || p.begin && at+i > 0 {
			return false
		}
		at += i
		end, ok := p.from(text, at+len(first))
		ok = ok && !(at > 0 && first != "" && letter(text[at-1]) && letter(first[0]))
		ok = ok && !(p.end && end < len(text)) && !(p.whole && end < len(text) && letter(text[end]) && letter(text[end-1]))
		if ok {
			return true
		}
		if p.begin || at >= len(text) {
			return false
		}
	}
}

func letter(b byte) bool { return b >= 'a' && b <= 'z' }

// from looks for the remaining pieces, each at most gap bytes after the one before.
func (p phrase) from(text string, at int) (end int, ok bool) {
	for _, piece := range p.pieces[1:] {
		window := text[at:min(len(text), at+gap+len(piece))]
		i := strings.Index(window, piece)
		if i < 0 {
			return 0, false
		}
		at += i + len(piece)
	}
	return at, true
}

// asked is one text that is looked up in the table, with what is known about it.
type asked struct {
	raw           string // as received
	text          string // normalised by plain
	receiver      string
	known         bool // the receiver is known, whether or not it is in the table
	reply, status string
	stage         Stage
}

// find returns the first matching row, and which of its phrases the text contains.
func find(q asked, weak bool) (*row, phrase) {
	for i, r := range rows() {
		if r.when.weak != weak || !r.fits(q) {
			continue
		}
		for _, p := range r.phrases {
			if p.in(q.text) {
				return &rows()[i], p
			}
		}
	}
	return nil, phrase{}
}

// means reports whether the table has a row for a text, whoever wrote it.
func means(text string) bool {
	hit, _ := find(asked{text: text}, false)
	return hit != nil
}

func (r row) fits(q asked) bool {
	switch {
	case r.receiver == "?" && q.known,
		r.receiver != "" && r.receiver != "?" && r.receiver != q.receiver && !(r.when.own && q.receiver == ""),
		r.when.stage != "" && r.when.stage != q.stage,
		r.when.reply != "" && !strings.HasPrefix(q.reply, r.when.reply) && !(len(r.when.reply) == 1 && q.reply == "" && strings.HasPrefix(q.status, r.when.reply)),
		len(r.when.codes) > 0 && !slices.Contains(r.when.codes, q.status):
		return false
	}
	return true
}

// numbers maps status codes, without their class, that have one meaning wherever they come from (RFC 3463, RFC 7372).
// 7.1 and 7.0 can mean anything and 0.0 nothing, so they are left out, and so are those that Gmail uses differently.
var numbers = map[string]Cause{
	"1.1": NoSuchUser, "1.2": HostUnknown, "1.3": NoSuchUser, "1.6": Moved, "1.8": SenderDomain, "1.10": NoSuchUser,
	"2.1": MailboxDisabled, "2.2": MailboxFull, "2.3": TooBig, "3.4": TooBig, "4.2": HostDown, "4.4": HostUnknown,
	"4.6": Loop, "4.7": HostDown, "4.310": HostUnknown, "4.312": HostUnknown, "6.1": Malformed, "6.6": Malformed, "7.20": AuthDKIM,
	"7.21": AuthDKIM, "7.22": AuthDKIM, "7.23": AuthSPF, "7.25": PTR, "7.26": AuthSPFDKIM,
	// Codes that only Gmail and Microsoft use.
	"7.40": AuthDMARCMissing, "7.32": AuthAlignment, "7.515": AuthSPFDKIM, "7.509": AuthDMARC,
}

// byNumber returns the registered meaning of a status code. A temporary one says less: an unknown user or a disabled
// mailbox is often greylisting or a limit.
func byNumber(status, receiver string) Cause {
	class, rest, _ := strings.Cut(status, ".")
	if own := ownNumber(receiver, rest); own != "" {
		return own
	}
	if class == "4" && (strings.HasPrefix(rest, "1.") && rest != "1.8" || rest == "2.1") {
		return ""
	}
	if rest == "4.1" && class == "4" {
		return HostDown // Microsoft uses 5.4.1 differently
	}
	return numbers[rest]
}
