package input

import (
	_ "embed"
	"strings"
	"sync"

	"golang.org/x/net/publicsuffix"
)

//go:embed freemail.txt
var freeMailFile string

//go:embed hostnames.txt
var hostNameFile string

// entries returns the lines of a data file without comments.
func entries(file string) (out []string) {
	for l := range strings.Lines(file) {
		if l = strings.TrimSpace(l); l != "" && l[0] != '#' {
			out = append(out, l)
		}
	}
	return out
}

var freeMail = sync.OnceValue(func() map[string]bool {
	m := map[string]bool{}
	for _, d := range entries(freeMailFile) {
		m[d] = true
	}
	return m
})

// machines maps first labels of host names; true if they are used in mail addresses too.
var machines = sync.OnceValue(func() map[string]bool {
	m := map[string]bool{}
	for _, l := range entries(hostNameFile) {
		label, rest, _ := strings.Cut(l, " ")
		m[label] = strings.TrimSpace(rest) == "?"
	}
	return m
})

// machine reports whether a label is one of a host name (known), and whether mail addresses use it too (kept).
func machine(label string) (kept, known bool) {
	label = strings.ToLower(label)
	if kept, known = machines()[strings.TrimRight(label, "0123456789")+"#"]; !known {
		kept, known = machines()[label]
	}
	return kept, known
}

// FreeMail reports whether a domain is, or is below, one of a free mail service, mobile carrier or access provider:
// whoever has an address there cannot change its records.
func FreeMail(domain string) bool {
	for domain != "" {
		if freeMail()[domain] {
			return true
		}
		_, domain, _ = strings.Cut(domain, ".")
	}
	return false
}

// Own is Recognise for the owner's own domain, as in the first box: a web or mail server's name is replaced by the
// domain above it that mail uses (Notes says so), and a domain that belongs to a mail service is a Problem.
func Own(text string) (Input, *Problem) {
	in, bad := Recognise(text)
	if bad != nil {
		if d := bad.Args["domain"]; bad.Code == PrivateSuffix && FreeMail(d) {
			bad = &Problem{Code: FreeMailDomain, Args: map[string]string{"domain": d}}
		}
		return Input{}, bad
	}
	switch in.Kind {
	case Bounce, Header, Message:
		if FreeMail(in.Domain) {
			in.Domain, in.Unicode = "", ""
		}
		return in, nil
	}
	if FreeMail(in.Domain) {
		return Input{}, &Problem{Code: FreeMailDomain, Args: map[string]string{"domain": show(in.Domain)}}
	}
	in.Unlisted = !listed(in.Domain)
	if in.Kind == Address { // what follows the "@" is the mail domain
		return in, nil
	}
	in.host()
	return in, nil
}

// host drops the server's name, or sets the domain above it.
func (in *Input) host() {
	typed := in.Domain
	for Registrable(in.Domain) != in.Domain {
		first, rest, _ := strings.Cut(in.Domain, ".")
		kept, known := machine(first)
		if !known || kept {
			if known || in.Kind == URL {
				in.Above = Registrable(in.Domain)
			}
			return
		}
		_, uni, _ := strings.Cut(in.Unicode, ".")
		in.Dropped, in.Domain, in.Unicode = typed, rest, uni
	}
}

// listed reports whether the name ends in a top-level domain that exists, or in one reserved for examples and local
// use (RFC 2606, RFC 6761, RFC 6762).
func listed(ascii string) bool {
	suffix, icann := publicsuffix.PublicSuffix(ascii)
	return icann || strings.Contains(suffix, ".") || reserved[suffix]
}

var reserved = map[string]bool{"example": true, "test": true, "invalid": true, "localhost": true, "local": true, "internal": true}

// Note explains what was read from the text. It is not a Problem.
type Note struct {
	Code string            // also the ID of its words in i18n/*/intake.toml
	Args map[string]string // printable
}

// Notes returns what to tell the user before anything else is asked: which name is used instead of the typed one, and
// what looks odd about it.
func (in Input) Notes() (out []Note) {
	if in.Dropped != "" {
		out = append(out, Note{HostDropped, map[string]string{"text": show(in.Dropped), "domain": show(in.Domain)}})
	}
	if in.Above != "" {
		out = append(out, Note{HostKept, map[string]string{"domain": show(in.Domain), "above": show(in.Above)}})
	}
	if in.Unlisted {
		out = append(out, Note{OddSuffix, map[string]string{"suffix": show(in.Domain[strings.LastIndexByte(in.Domain, '.')+1:]), "domain": show(in.Domain)}})
	}
	return out
}
