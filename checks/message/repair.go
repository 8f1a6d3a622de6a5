package message

import (
	"encoding/base64"
	"mime"
	"strings"

	"example.org/todoku/checks/internal/pattern"
	"example.org/todoku/checks/snapshot"
)

// repair is a set of header changes, undone to see whether the signature is then valid.
type repair struct {
	swap   map[int]string // field index → previous value; "" if the field was absent
	change Change
}

// maxTrials is the largest number of attempts for one signature, and maxTrialText the longest header for which they are
// made.
const (
	maxTrials    = 200
	maxTrialText = 64 << 10
)

// repaired returns the changes after whose undoing the signature is valid, among those that lists and filters usually
// make; nil if none explains the failure.
func (m *Message) repaired(s Signature, k key) []Change {
	if len(m.signedText(s, nil)) > maxTrialText {
		return nil
	}
	want := k.signedDigest(s.value)
	fits := func(swap map[int]string) bool {
		sum := m.signedHash(s, swap)
		if want != nil {
			return equal(sum, want)
		}
		return k.fits(sum, s.value)
	}
	singles := m.guesses(s)
	for _, g := range singles {
		if fits(g.swap) {
			return []Change{g.change}
		}
	}
	for i, a := range singles {
		for j := i + 1; j < len(singles) && i*len(singles)+j < maxTrials; j++ {
			b := singles[j]
			both := map[int]string{}
			for f, raw := range b.swap {
				both[f] = raw
			}
			for f, raw := range a.swap {
				both[f] = raw
			}
			if len(both) == len(a.swap)+len(b.swap) && fits(both) {
				return []Change{a.change, b.change}
			}
		}
	}
	return nil
}

var (
	subjectTag  = pattern.New(`^(?i)((?:re|fwd?|aw):[ \t]*)?((?:[\[({<][^\])}>]{1,60}[\])}>]|\*{2,}[^*]{1,30}\*{2,}|[^\s:]{1,20}:)[ \t]*)`)
	encodedHead = pattern.New(`(?i)^=\?([^?*]+)(?:\*[^?]*)?\?([bq])\?([^?]*)\?=[ \t]*`)
)

// guesses returns what may have been done to each signed field.
func (m *Message) guesses(s Signature) []repair {
	var out []repair
	add := func(field int, was string, c Change) {
		out = append(out, repair{map[int]string{field: was}, c})
	}
	for _, i := range m.index["subject"] {
		if !s.signs("subject") {
			break
		}
		for _, u := range untagged(m.Header[i].Value) {
			c := Change{Kind: SubjectTagged, Header: "Subject", Text: snapshot.Printable(clip(strings.TrimSpace(u.tag), 80))}
			add(i, m.Header[i].Name+": "+u.was+"\r\n", c)
		}
	}
	for _, i := range m.index["from"] {
		for _, key := range []string{"x-original-from", "original-from", "x-mailfrom-original", "reply-to"} {
			if was := m.first(key); was != "" {
				add(i, m.Header[i].Name+": "+was+"\r\n", Change{Kind: FromRewritten, Header: "From", Text: snapshot.Printable(clip(decoded(was), 120))})
			}
		}
	}
	done := map[string]bool{}
	for _, name := range s.Headers {
		k := strings.ToLower(name)
		if done[k] || k == "from" {
			continue
		}
		done[k] = true
		for _, i := range m.index[k] {
			add(i, "", Change{Kind: HeaderAdded, Header: m.Header[i].Name})
		}
	}
	return append(out, m.copied(s)...)
}

// copied compares the header with z=, in which the signer may record the fields (RFC 6376 section 3.5).
func (m *Message) copied(s Signature) []repair {
	var out []repair
	used := map[string]int{}
	for _, item := range strings.Split(squeeze(s.tags["z"]), "|") {
		name, value, ok := strings.Cut(item, ":")
		k := strings.ToLower(name)
		at := m.index[k]
		n := len(at) - 1 - used[k]
		used[k]++
		if !ok || n < 0 || len(out) > 50 {
			continue
		}
		was := strings.TrimSpace(dequote(value))
		if f := m.Header[at[n]]; relaxedField(f.Raw) != relaxedField(f.Name+": "+was+"\r\n") {
			c := Change{Kind: HeaderReplaced, Header: f.Name, Text: snapshot.Printable(clip(decoded(was), 120))}
			out = append(out, repair{map[int]string{at[n]: f.Name + ": " + was + "\r\n"}, c})
		}
	}
	return out
}

// dequote decodes the quoted-printable of DKIM (RFC 6376 section 2.11).
func dequote(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '=' && i+2 < len(s) {
			hi, ok1 := hex(s[i+1])
			lo, ok2 := hex(s[i+2])
			if ok1 && ok2 {
				b.WriteByte(hi<<4 | lo)
				i += 2
				continue
			}
		}
		b.WriteByte(s[i])
	}
	return b.String()
}

func hex(c byte) (byte, bool) {
	switch {
	case c >= '0' && c <= '9':
		return c - '0', true
	case c|0x20 >= 'a' && c|0x20 <= 'f':
		return c | 0x20 - 'a' + 10, true
	}
	return 0, false
}

// subject is a possible previous value of a subject, and the tag that was added.
type subject struct{ was, tag string }

// untagged returns guesses: the tag is plain text, the first of several encoded words, or part of the first one.
func untagged(value string) []subject {
	var out []subject
	if m := subjectTag.FindStringSubmatch(value); m != nil {
		rest := value[len(m[0]):]
		out = append(out, subject{m[1] + rest, m[2]})
		if m[1] != "" {
			out = append(out, subject{rest, m[0]})
		}
	}
	if m := encodedHead.FindStringSubmatch(value); m != nil {
		rest := value[len(m[0]):]
		if rest != "" {
			out = append(out, subject{rest, decoded(strings.TrimSpace(m[0]))})
		}
		if s, ok := retagged(m[1], m[2], m[3], rest); ok {
			out = append(out, s)
		}
	}
	return out
}

// retagged removes a tag from the first encoded word. The signature can only be valid if the word was encoded in the
// same way before.
func retagged(charset, how, text, rest string) (subject, bool) {
	data, err := base64.StdEncoding.DecodeString(text)
	tag := subjectTag.FindString(string(data))
	if !strings.EqualFold(how, "b") || err != nil || tag == "" {
		return subject{}, false
	}
	word := "=?" + charset + "?" + how + "?" + base64.StdEncoding.EncodeToString(data[len(tag):]) + "?="
	return subject{strings.TrimSpace(word + " " + rest), tag}, true
}

// decoded decodes encoded words (RFC 2047) as far as possible.
func decoded(s string) string {
	d := mime.WordDecoder{CharsetReader: charsetReader}
	if out, err := d.DecodeHeader(s); err == nil {
		return out
	}
	return s
}
