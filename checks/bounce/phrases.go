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
	receiver string   // "" for any, "?" where the receiver is not known
	cause    Cause    //
	when     when     //
	phrases  []phrase // one of them is enough
	source   string   // where the meaning is told
	date     string   // when that was read
	sure     string   // confirmed (the receiver's own page or the program's source), seen, memory
}

// when are the conditions of a row, and what it says otherwise than its cause.
type when struct {
	stage Stage
	reply string // beginning of the reply code: "4", "550"
	codes []string
	weak  bool // only where nothing else in the reply, nor its number, tells more
	own   bool // the receiver's very own words, whoever hands them on
	fix   Fix
	job   Job
	step  Step
}

// phrase is a text in lower case cut at its stars: the pieces stand one behind the other. Words are not cut: a phrase that
// begins with a letter begins a word, and one of a single short word ends one too.
type phrase struct {
	pieces []string
	begin  bool           // at the beginning of the text
	end    bool           // and at its end
	whole  bool           // a short word
	form   *regexp.Regexp // in place of pieces, where a domain name is meant
	as     string         // as it stands in the table
}

// gap is how much may stand in place of a star, in bytes.
const gap = 200

// rows reads the embedded table once. It cannot fail but by a defect of the program, which the tests find.
var rows = sync.OnceValue(func() []row {
	list, err := readRows(phrasesFile)
	if err != nil {
		panic(err)
	}
	return list
})

// readRows decodes the table. A line that begins with @ says source, date and confidence of the rows below it.
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
	// What one receiver means by its words goes before what everybody means by them.
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

// nameInPhrase is what stands for {domain}; for {ip} see plain.
const nameInPhrase = `(?:^|[\s<@])[a-z0-9-]+(?:\.[a-z0-9-]+)+`

// in reports whether a text, made ready by plain, has the phrase.
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

// from looks for the further pieces, each within a gap of the one before.
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

// asked is one text that is looked up in the table, with what is known of it.
type asked struct {
	raw           string // as it came
	text          string // made ready by plain
	receiver      string
	known         bool // it is known who the receiver is, be it in the table or not
	reply, status string
	stage         Stage
}

// find gives the first row that fits, and which of its phrases the text has.
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

// means reports whether the table knows a text's words, whoever wrote them.
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

// numbers are the status codes that mean one thing wherever they come from (RFC 3463, RFC 7372), without their class. 7.1
// and 7.0 mean anything and 0.0 nothing: they are not among them, nor are those of which Gmail makes something else.
var numbers = map[string]Cause{
	"1.1": NoSuchUser, "1.2": HostUnknown, "1.3": NoSuchUser, "1.6": Moved, "1.8": SenderDomain, "1.10": NoSuchUser,
	"2.1": MailboxDisabled, "2.2": MailboxFull, "2.3": TooBig, "3.4": TooBig, "4.2": HostDown, "4.4": HostUnknown,
	"4.6": Loop, "4.7": HostDown, "4.310": HostUnknown, "4.312": HostUnknown, "6.1": Malformed, "6.6": Malformed, "7.20": AuthDKIM,
	"7.21": AuthDKIM, "7.22": AuthDKIM, "7.23": AuthSPF, "7.25": PTR, "7.26": AuthSPFDKIM,
	// What Gmail and Microsoft alone use.
	"7.40": AuthDMARCMissing, "7.32": AuthAlignment, "7.515": AuthSPFDKIM, "7.509": AuthDMARC,
}

// byNumber is the registered meaning of a status code. A temporary one says less: an unknown user or a stopped mailbox is
// often greylisting, or a limit.
func byNumber(status, receiver string) Cause {
	class, rest, _ := strings.Cut(status, ".")
	if own := ownNumber(receiver, rest); own != "" {
		return own
	}
	if class == "4" && (strings.HasPrefix(rest, "1.") && rest != "1.8" || rest == "2.1") {
		return ""
	}
	if rest == "4.1" && class == "4" {
		return HostDown // for 5.4.1 Microsoft has a meaning of its own
	}
	return numbers[rest]
}
