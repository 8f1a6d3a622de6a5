package bounce

import (
	_ "embed" // for the table
	"fmt"
	"regexp"
	"strings"
	"sync"
)

//go:embed signs.tsv
var signsFile string

// sign is words by which a bounce is recognised.
type sign struct {
	meaning  string
	software string
	words    phrase
	line     bool           // must be at the beginning of a line
	host     *regexp.Regexp // finds the host that wrote the bounce
}

// The meanings of signs.
const (
	signBounce    = "bounce"
	signDelay     = "delay"
	signExpired   = "expired"
	signSuccess   = "success"
	signReturned  = "returned"
	signSubject   = "subject"
	signAuto      = "autoreply"
	signAutoBody  = "autobody"
	signComplaint = "complaint"
	signRemote    = "remote"
)

// signs returns the embedded table by meaning, parsed once. An error would be a defect of the program, which the tests
// find.
var signs = sync.OnceValue(func() map[string][]sign {
	list, err := readSigns(signsFile)
	if err != nil {
		panic(err)
	}
	return list
})

func readSigns(text string) (map[string][]sign, error) {
	out := map[string][]sign{}
	for i, cols := range table(text) {
		if len(cols) != 3 {
			return nil, fmt.Errorf("signs.tsv: row %d has %d columns", i+1, len(cols))
		}
		s := sign{meaning: cols[0], software: strings.TrimPrefix(cols[1], "-")}
		before, _, hosted := strings.Cut(cols[2], "{host}")
		if hosted {
			form := strings.ReplaceAll(regexp.QuoteMeta(before), `\*`, `[^\n]{0,80}?`)
			s.host = regexp.MustCompile(`(?i)` + form + `\s*([a-z0-9][a-z0-9.-]*[a-z0-9])`)
		}
		before, s.line = strings.CutPrefix(strings.TrimSpace(before), "^")
		s.words = readPhrase(before)
		out[s.meaning] = append(out[s.meaning], s)
	}
	return out, nil
}

// anyOf returns the words of a meaning as regular expression alternatives. They are in the table since some are
// Japanese.
func anyOf(meaning string) string {
	var out []string
	for _, s := range signs()[meaning] {
		out = append(out, regexp.QuoteMeta(s.words.as))
	}
	return "(?:" + strings.Join(out, "|") + ")"
}

// lazily compiles an expression on first use.
func lazily(form func() string) func() *regexp.Regexp {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(form()) })
}

// signIn returns the first sign of a meaning in a normalised text (see plain).
func signIn(text, meaning string) *sign {
	for i, s := range signs()[meaning] {
		if s.words.in(text) {
			return &signs()[meaning][i]
		}
	}
	return nil
}

// begins reports whether a lower-case line has the words of a sign of that meaning where they belong.
func begins(line, meaning string) bool {
	for _, s := range signs()[meaning] {
		p := s.words
		p.begin = s.line
		if p.in(line) {
			return true
		}
	}
	return false
}

// writer returns the software and the host that wrote a bounce, as far as its words tell.
func writer(text string) (software, host string) {
	ready := plain(text)
	for _, s := range signs()[signBounce] {
		if s.software == "" || !s.words.in(ready) {
			continue
		}
		if software == "" {
			software = s.software
		}
		if s.host != nil && host == "" {
			if m := s.host.FindStringSubmatch(text); m != nil {
				host = strings.ToLower(strings.Trim(m[1], "."))
			}
		}
	}
	return software, host
}
