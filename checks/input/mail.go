package input

import (
	"context"
	_ "embed"
	"slices"
	"strings"
	"sync"

	"example.org/todoku/checks/bounce"
	"example.org/todoku/checks/internal/pattern"
	"example.org/todoku/checks/message"
	"example.org/todoku/checks/snapshot"
)

// maxMail is how many bytes at the beginning of a mail, where its headers are, are searched. As many are searched at
// its end, where a bounce may hold the returned mail.
const maxMail = 256 << 10

var (
	headerLine = pattern.New(`^([A-Za-z][A-Za-z0-9-]{1,60})[ \t]*:(?:[ \t]|$)`)
	replyCode  = pattern.New(`(?:^|[\s("'<#:])[45]\d\d[ -]#?[45]\.\d{1,3}\.\d{1,3}\b`)
	smtpReply  = pattern.New(`(?m)^\s*(?:<<<|>>>|550|554|553|552|551|421|450|451|452)[ -]`)
	spfDomain  = pattern.New(`(?i)\bSPF\s*\[([^\]\s]+)\]`)
	dmarcOf    = pattern.New(`(?i)unauthenticated e?mail from\s+(\S+)\s+is not accepted`)
	signedBy   = pattern.New(`(?i)(?:^|[;\s])d=([^;\s]+)`)
	headerFrom = pattern.New(`(?i)\bheader\.from=([^;\s)]+)`)
	mailFrom   = pattern.New(`(?i)\b(?:smtp\.mailfrom|envelope-from)=[<"]?([^;\s)>"]+)`)
	lastAt     = pattern.New(`[^\s<>",;:()@]+@([^\s<>",;:()@]+)`)
)

//go:embed bounce.txt
var bounceFile string

//go:embed labels.txt
var labelFile string

// labels are the names of header fields as mail programs show them in other languages.
var labels = sync.OnceValue(func() []string { return entries(labelFile) })

// sentence is how many letters of other scripts than Latin, in one word, are rather a sentence than a name.
const sentence = 8

// OpensMail reports whether a line begins a mail where lines are handed in one by one: it is a header field, the heading of
// a web mailer's page, or a sentence in a script that is written without blanks. Alone it may name a domain all the same:
// "From: info@example.jp" is an address with a word in front.
func OpensMail(line string) bool {
	line = strings.TrimSpace(fold(strings.TrimRight(strings.TrimSpace(line), "\u3002"))) // what ends a sentence
	name, _, field := strings.Cut(strings.ReplaceAll(line, "\t", ":"), ":")
	name = strings.ToLower(strings.TrimSpace(name))
	switch {
	case slices.Contains(labels(), name):
		return true
	case field && slices.Contains(mailNames, name):
		return true
	}
	other := strings.Count(strings.Map(func(r rune) rune {
		if r < 0x2e80 { // where the scripts of East Asia begin
			return -1
		}
		return '.'
	}, line), ".")
	return other >= sentence && !strings.ContainsAny(line, ".@ ")
}

var bounceWords = sync.OnceValue(func() []string { return entries(bounceFile) })

// speaksOfBounce reports whether a lower-case text has words of a bounce.
func speaksOfBounce(text string) bool {
	return slices.ContainsFunc(bounceWords(), func(w string) bool { return strings.Contains(text, w) })
}

// mailNames are the headers by which a mail is recognised; one of them is not enough, since "From: me" may be in any
// text.
var mailNames = []string{"from", "to", "subject", "date", "received", "return-path", "message-id", "mime-version", "content-type",
	"dkim-signature", "authentication-results", "delivered-to", "arc-seal", "arc-authentication-results", "received-spf",
	"reply-to", "x-received", "x-failed-recipients", "arc-message-signature", "cc", "sender", "list-id"}

// proofNames are headers that nobody types by hand.
var proofNames = []string{"received", "dkim-signature", "authentication-results", "arc-seal", "return-path", "message-id", "x-received",
	"arc-authentication-results", "received-spf", "arc-message-signature"}

type header struct{ name, value string }

// mail recognises a bounce, a header or a message. It determines only the kind and the domain concerned; other
// packages read the rest.
func mail(text string) (Input, bool) {
	if len(text) > 2*maxMail { // cut before anything is copied
		text = text[:maxMail] + "\n" + text[len(text)-maxMail:]
	}
	text = strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(text)
	text = strings.ToValidUTF8(text, "?")
	top, body := headers(text)
	known, proof := 0, 0
	for _, h := range top {
		if slices.Contains(mailNames, h.name) {
			known++
		}
		if slices.Contains(proofNames, h.name) {
			proof++
		}
	}
	isMail := proof > 0 || known > 1
	read := bounce.Read([]byte(text))
	var in Input
	if !isMail && read.Kind != bounce.Bounce && !bounced(text, top, isMail) { // as a web mailer's page shows it, perhaps
		return onPage(text)
	}
	switch {
	case read.Kind == bounce.Bounce && telling(read, text) || bounced(text, top, isMail):
		in.Kind = Bounce
	case isMail && strings.TrimSpace(body) == "":
		in.Kind = Header
	case isMail:
		in.Kind = Message
	default:
		return Input{}, false
	}
	list := candidates(text, top, in.Kind)
	if in.Kind == Bounce && read.Kind == bounce.Bounce {
		// Other domains in it may be anybody's: a customer's, the receiver's.
		if list = []string{read.Teaches().Domain}; read.Returned == nil || read.Returned.FromDomain == "" {
			list = append(froms(text), list...)
		}
	}
	who := Parties(read)
	if in.Kind != Bounce {
		who = partiesIn(text)
	}
	switch {
	case len(who) > 1: // the wizard asks which
		return in, true
	case len(who) == 1 && (who[0].Role != Writer || in.Kind != Bounce):
		list = []string{who[0].Domain}
	}
	for _, host := range list {
		if got, bad := domain(strings.TrimSuffix(fold(host), ".")); bad == nil {
			in.Domain, in.Unicode = got.Domain, got.Unicode
			break
		}
	}
	return in, true
}

// partiesIn returns PartiesOf a pasted mail; nil if it cannot be parsed.
func partiesIn(text string) []Party {
	m, err := message.ParsePaste(context.Background(), text)
	if err != nil {
		return nil
	}
	return PartiesOf(m)
}

// onPage recognises a mail behind other lines: those of the page on which a web mailer shows its source.
func onPage(text string) (Input, bool) {
	if !strings.Contains(text, "\n") {
		return Input{}, false
	}
	m, err := message.ParsePaste(context.Background(), text)
	if err != nil || m.Form == message.Nothing || len(m.Hops)+len(m.Signed)+len(m.Claims) == 0 {
		return Input{}, false
	}
	in := Input{Kind: Message}
	if m.Body == message.Absent {
		in.Kind = Header
	}
	if who := PartiesOf(m); len(who) == 1 {
		if got, bad := domain(who[0].Domain); bad == nil {
			in.Domain, in.Unicode = got.Domain, got.Unicode
		}
	}
	return in, true
}

// telling reports whether a bounce was recognised by more than a common phrase: by a code, or by known words about an
// address.
func telling(r bounce.Result, text string) bool {
	m := r.Main()
	if len(strings.Fields(text)) < 4 { // "DMARC <info@example.jp>" is an address with a name
		return false
	}
	return len(m.Codes()) > 0 || m.Basis == bounce.ByWords && m.Final != "" || r.Software != ""
}

// bounced reports whether a text is a bounce: a delivery report by its form, or a text that quotes an SMTP reply.
func bounced(text string, top []header, isMail bool) bool {
	for _, h := range top {
		switch h.name {
		case "from", "return-path":
			low := strings.ToLower(h.value)
			if strings.Contains(low, "mailer-daemon") || strings.Contains(low, "postmaster@") {
				return true
			}
		case "content-type":
			if strings.Contains(strings.ToLower(h.value), "multipart/report") {
				return true
			}
		case "x-failed-recipients", "final-recipient", "diagnostic-code", "reporting-mta":
			return true
		}
	}
	words := speaksOfBounce(strings.ToLower(text))
	if isMail {
		// An ordinary mail may speak of an error too, so both signs are required.
		return replyCode.MatchString(text) && words
	}
	return replyCode.MatchString(text) || words && (smtpReply.MatchString(text) || strings.Contains(text, "\n"))
}

// headers parses the header lines at the beginning, unfolded; body is the rest.
func headers(text string) (out []header, body string) {
	text = strings.TrimLeft(text, "\n ")
	if strings.HasPrefix(text, "From ") { // the separator of an mbox file
		_, text, _ = strings.Cut(text, "\n")
	}
	for text != "" {
		line, rest, _ := strings.Cut(text, "\n")
		switch m := headerLine.FindStringSubmatch(line); {
		case len(out) > 0 && (strings.HasPrefix(line, " ") || strings.HasPrefix(line, "\t")) && strings.TrimSpace(line) != "":
			out[len(out)-1].value += " " + strings.TrimSpace(line)
		case m != nil:
			out = append(out, header{strings.ToLower(m[1]), strings.TrimSpace(line[len(m[0]):])})
		default:
			return out, text
		}
		text = rest
	}
	return out, ""
}

// candidates returns the domains that a mail may be about, the likeliest first: the author's (From, in a bounce that of
// the returned mail), the envelope's, the signature's.
func candidates(text string, top []header, kind Kind) []string {
	var out []string
	add := func(list ...string) { out = append(out, list...) }
	if kind == Bounce {
		add(froms(text)...)
	}
	for _, h := range top {
		if h.name == "from" && !daemon(h.value) {
			add(hostOf(h.value))
		}
	}
	for _, re := range []*pattern.Pattern{dmarcOf, spfDomain, headerFrom} {
		add(hosts(re, text)...)
	}
	if kind == Bounce {
		for _, h := range top { // a bounce comes back to its sender
			if h.name == "to" || h.name == "delivered-to" {
				add(hostOf(h.value))
			}
		}
	}
	add(hosts(mailFrom, text)...)
	for _, h := range top {
		if h.name == "return-path" {
			add(hostOf(h.value))
		}
	}
	for _, h := range top {
		if h.name == "dkim-signature" {
			if m := signedBy.FindStringSubmatch(h.value); m != nil {
				add(m[1])
			}
		}
	}
	return slices.DeleteFunc(out, func(s string) bool { return s == "" || snapshot.Printable(s) != s })
}

var fromLine = pattern.New(`(?mi)^[> \t]*From[ \t]*:(.*(?:\n[ \t]+.*)?)$`)

// froms returns the From lines inside a bounce, the last first, since the returned mail is at the end.
func froms(text string) []string {
	var out []string
	for _, m := range fromLine.FindAllStringSubmatch(text, 256) {
		if !daemon(m[1]) {
			out = append(out, hostOf(m[1]))
		}
	}
	slices.Reverse(out)
	return out
}

func daemon(s string) bool {
	s = strings.ToLower(s)
	return strings.Contains(s, "mailer-daemon") || strings.Contains(s, "postmaster@") || strings.Contains(s, "mail delivery")
}

func hosts(re *pattern.Pattern, text string) []string {
	m := re.FindStringSubmatch(text)
	if m == nil {
		return nil
	}
	if i := strings.LastIndexByte(m[1], '@'); i >= 0 {
		return []string{m[1][i+1:]}
	}
	return []string{m[1]}
}

// hostOf returns the domain of the last address in a header's value: an address before it may be part of a deceptive
// display name.
func hostOf(v string) string {
	all := lastAt.FindAllStringSubmatch(v, 16)
	if len(all) == 0 {
		return ""
	}
	return strings.Trim(all[len(all)-1][1], ".'")
}
