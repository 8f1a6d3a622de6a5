package bounce

import (
	"slices"
	"strings"
	"sync"

	"example.org/todoku/checks/internal/pattern"
)

// notice is the text of a bounce without the returned mail.
type notice struct {
	text     string
	lines    []string
	lower    []string // the lines in lower case
	fields   []bool   // which lines are fields of a report
	returned string   // the returned mail, if it is in the same text
}

// readNotice cuts a text where the returned mail begins.
func readNotice(text string) notice {
	lines := limitLines(text)
	cut := len(lines)
	rest := cut
	for i, line := range lines {
		if begins(strings.ToLower(strings.TrimSpace(line)), signReturned) && i > 0 && headerBelow(lines[i+1:]) {
			cut, rest = i, i+1
			break
		}
		if headerAt(lines, i) {
			cut, rest = i, i
			break
		}
	}
	n := notice{returned: strings.TrimLeft(strings.Join(lines[rest:], "\n"), "\n")}
	size := 0
	for _, line := range lines[:cut] {
		if size += len(line) + 1; size > maxNotice {
			break
		}
		n.lines, n.lower = append(n.lines, line), append(n.lower, strings.ToLower(line))
		n.fields = append(n.fields, slices.Contains(reportNames, fieldName(line)))
	}
	n.text = strings.Join(n.lines, "\n")
	return n
}

// headerBelow reports whether a mail's header begins within the next lines.
func headerBelow(lines []string) bool {
	for i := range min(len(lines), 12) {
		if fieldName(lines[i]) != "" && slices.Contains(mailNames, fieldName(lines[i])) {
			return true
		}
	}
	return false
}

func fieldName(line string) string {
	m := fieldLine.FindStringSubmatch(strings.TrimLeft(line, "> \t"))
	if m == nil {
		return ""
	}
	return strings.ToLower(m[1])
}

// headerAt reports whether a mail's header begins at a line: three usual fields, one of which nobody types, or a
// subject and an author.
func headerAt(lines []string, at int) bool {
	first := fieldName(lines[at])
	if !slices.Contains(mailNames, first) || slices.Contains(reportNames, first) {
		return false
	}
	seen := map[string]bool{}
	for i := at; i < len(lines) && i < at+60; i++ {
		line := lines[i]
		if strings.TrimSpace(line) == "" {
			break
		}
		if name := fieldName(line); name != "" {
			seen[name] = true
		} else if !strings.HasPrefix(line, " ") && !strings.HasPrefix(line, "\t") && i == at+1 {
			break
		}
	}
	known, proof := 0, 0
	for name := range seen {
		if slices.Contains(mailNames, name) {
			known++
		}
		if slices.Contains(proofNames, name) {
			proof++
		}
	}
	return known >= 3 && (proof > 0 || seen["subject"] && seen["from"]) || known >= 2 && proof >= 2
}

// entry is one recipient named in a bounce's text, and what is said about it.
type entry struct {
	address, original string
	text              string
	quoted            bool // from a "To:" that is quoted from the mail
	coded             bool // from a line that begins with a reply code
}

var (
	// alone is an address on a line of its own, in any brackets, or after a label.
	alone = pattern.New(`^[\s<"'*\[(\x{30fb}\x{25cf}\x{25a0}\x{25c6}-]*(` + mailbox + `)[>"'\])]*\s*(?:\(([^)]{0,120})\)|<mailto:[^>]*>|\[[^\]]{0,80}\])?\s*[:,;]?$`)
	// withText is an address followed by its reason: Postfix, Yahoo and others.
	withText = pattern.New(`^\s*<?(` + mailbox + `)>?\s*(?:\((expanded from|generated from|ultimately generated from)?:?\s*([^)]{0,160})\))?\s*(?:[:;,]|\.\.\.|\s-\s|\s\[)\s*(\S.*)$`)
	// angled is an address in angle brackets and a reason, without a colon between.
	angled = pattern.New(`^\s*<(` + mailbox + `)>\s+(\S.*)$`)
	// faulted is Zoho's form: the address and what is wrong with it, without a separator.
	faulted = pattern.New(`^\s*(` + mailbox + `)\s+((?:Invalid Address|ERROR_CODE)\b.*)$`)
	// coded is Sendmail's transcript line: code, address, result.
	coded = pattern.New(`^\s*[45][0-57]\d[ -](?:[45]\.\d{1,3}\.\d{1,3}\s+)?<?(` + mailbox + `)>?\s*(?:\.\.\.|:)\s*(\S.*)$`)
	// labelled is an address after a label that says whose it is.
	labelled = pattern.New(`^[\s*\x{30fb}\x{25cf}\x{25a0}\x{25c6}-]*([^:<>@\n]{2,60}?)\s*:\s*(?:[^<>@]{0,60}<)?["']?(` + mailbox + `)["']?>?[\s,.]*$`)
	// onDate is the form of old Exchange: 'address' on a date.
	onDate = lazily(func() string { return `^\s*['"]?(` + mailbox + `)['"]?\s+` + anyOf("on") + `[\s:]` })
	// namedForm is the form of Exchange for a person: Name (address) or Name<mailto:address>.
	namedForm = pattern.New(`^[^<>@:]{0,80}[<(](?:mailto:|SMTP:)?(` + mailbox + `)[>)]\s*(?::|<mailto:[^>]*>)?\s*$`)
)

// ofSender matches the beginning of a reply that quotes the sender's address.
var ofSender = pattern.New(`(?i)^(?:sender|domain of sender|mail from|return path|from address)`)

// afterSender is the same for words after the address.
var afterSender = pattern.New(`(?i)^["'>]*\s*(?:\.\.\.|:)?\s*(?:sender|domain of sender)`)

// beforeSender is the same for words before the address: the receiver has asked the sender's server about it.
var beforeSender = pattern.New(`(?i)\bverif(?:ication|y) failed for\s*["'<(]*$`)

// toLabels matches labels of a recipient's address; other words before a colon are not such labels.
var toLabels = lazily(func() string { return `(?i)^to$|` + anyOf("to") })

// fromLabels matches labels of addresses that are not failed recipients.
var fromLabels = lazily(func() string { return `(?i)` + anyOf("from") })

// entries returns the recipients in the text of a bounce, each with the lines below it up to the next.
func (n notice) entries() []entry {
	var out []entry
	var body []string
	flush := func() {
		if len(out) > 0 && len(body) > 0 {
			last := &out[len(out)-1]
			last.text = strings.TrimSpace(last.text + "\n" + strings.Join(body, "\n"))
		}
		body = nil
	}
	for _, line := range n.lines {
		if e, ok := entryOf(line); ok && len(out) < maxRecipients {
			flush()
			out = append(out, e)
			continue
		}
		if len(body) < 40 && !(len(out) > 0 && out[len(out)-1].coded) {
			body = append(body, line)
		}
		if len(out) > 0 && out[len(out)-1].original == "" {
			out[len(out)-1].original = expanded(line)
		}
	}
	flush()
	return out
}

var expandedForm = pattern.New(`(?i)\((?:expanded from|generated from|ultimately generated from)[:\s]+<?(` + mailbox + `)>?\)`)

// expanded returns the original address that a line names for an alias.
func expanded(line string) string {
	if m := expandedForm.FindStringSubmatch(line); m != nil {
		return m[1]
	}
	return ""
}

// entryOf parses the beginning of an entry.
func entryOf(line string) (entry, bool) {
	if !strings.Contains(line, "@") || len(line) > 500 {
		return entry{}, false
	}
	if m := alone.FindStringSubmatch(line); m != nil {
		return entry{address: unstuck(m[1]), original: expanded(line), text: bracketed(line)}, true
	}
	if m := withText.FindStringSubmatch(line); m != nil {
		if ofSender.MatchString(m[4]) {
			return entry{}, false
		}
		return entry{address: unstuck(m[1]), original: expanded(line), text: m[4]}, true
	}
	if m := coded.FindStringSubmatch(line); m != nil && !ofSender.MatchString(m[2]) {
		return entry{address: unstuck(m[1]), text: strings.TrimSpace(line), coded: true}, true
	}
	if m := faulted.FindStringSubmatch(line); m != nil {
		return entry{address: unstuck(m[1]), text: m[2]}, true
	}
	if m := angled.FindStringSubmatch(line); m != nil {
		return entry{address: unstuck(m[1]), original: expanded(line), text: m[2]}, true
	}
	if m := onDate().FindStringSubmatch(line); m != nil {
		return entry{address: unstuck(m[1])}, true
	}
	if m := labelled.FindStringSubmatch(line); m != nil && toLabels().MatchString(m[1]) && !fromLabels().MatchString(m[1]) {
		return entry{address: unstuck(m[2]), quoted: strings.EqualFold(strings.TrimSpace(m[1]), "to")}, true
	}
	if m := namedForm.FindStringSubmatchIndex(line); m != nil && !beforeSender.MatchString(line[:m[2]]) {
		return entry{address: unstuck(line[m[2]:m[3]])}, true
	}
	return entry{}, false
}

var inBrackets = pattern.New(`\[([^\]@]{4,80})\]\s*$`)

// bracketed returns the reason that some servers put in brackets after an address.
func bracketed(line string) string {
	if m := inBrackets.FindStringSubmatch(line); m != nil {
		return m[1]
	}
	return ""
}

// sentences are the ways in which a bounce names a recipient within a sentence.
var sentences = sync.OnceValue(func() []*pattern.Pattern {
	return []*pattern.Pattern{
		pattern.New(`(?i)\bto=<?(` + mailbox + `)>?`),
		pattern.New(`(?i)rcpt to:\s*<(` + mailbox + `)>`),
		pattern.New(`(?i)(?:delivered|delivery|deliver|message|mail|e-mail|email|sent)(?:\s+\S+){0,4}?\s+(?:to|for)\s+(?:the\s+)?(?:recipient\s+|address\s+|user\s+)?["'<]*(` + mailbox + `)`),
		pattern.New(`(` + mailbox + `)["'>]*\s*` + anyOf("titled") + `?\s*` + anyOf("towards")),
		pattern.New(anyOf("addressee") + `[^@\n]{0,20}?[\s\x{300c}<(]*(` + mailbox + `)`),
		pattern.New(`(?im)^\D{0,30}[45]\d\d[ -][^\n]{0,200}?[<\s(](` + mailbox + `)`),
		pattern.New(`(?i)(?:unknown user|user unknown|account|mailbox|recipient|user|address)[:\s(<"]+(` + mailbox + `)`),
		pattern.New(`<?(` + mailbox + `)>?\s*(?:\.\.\.|:)?\s*(?i:user unknown|unknown user|does not exist|is disabled|is full)`),
		pattern.New(`\((?:<|mailto:)?(` + mailbox + `)>?\)`),
	}
})

// named returns the recipients that the bounce names within sentences.
func (n notice) named() []entry {
	joined := n.text
	for _, re := range sentences() {
		var out []entry
		for _, at := range re.FindAllStringSubmatchIndex(joined, maxRecipients) {
			a := strings.TrimSuffix(unstuck(joined[at[2]:at[3]]), ".")
			sender := afterSender.MatchString(joined[at[3]:]) || beforeSender.MatchString(joined[max(0, at[2]-40):at[2]])
			if !sender && !slices.ContainsFunc(out, func(e entry) bool { return same(e.address, a) }) {
				out = append(out, entry{address: a})
			}
		}
		if len(out) > 0 {
			return out
		}
	}
	return nil
}

// replies returns the lines of a bounce that hold a server's reply, with its continuation lines.
func (n notice) replies() string {
	var out []string
	in := false
	for _, line := range n.lines {
		t := strings.TrimSpace(line)
		switch {
		case strings.HasPrefix(t, "<<<"):
			out, in = append(out, strings.TrimSpace(t[3:])), true
		case strings.HasPrefix(t, ">>>"), t == "":
			in = false
		case replyStart().MatchString(t):
			out, in = append(out, t), true
		case in:
			out = append(out, t)
		}
		if len(out) > 400 {
			break
		}
	}
	return strings.Join(out, "\n")
}

var replyStart = lazily(func() string {
	return `(?i)^(?:smtp[;:]\s*)?["'<(#]{0,2}[245][0-57]\d[ #;:-]|` + anyOf("answer") + `\s*:|remote (?:host|server) (?:said|returned)|said:`
})

// about returns the transcript lines about an address: the command and the reply.
func (n notice) about(address string) string {
	key := strings.ToLower(address)
	if key == "" {
		return ""
	}
	var out []string
	in := false
	for i, line := range n.lines {
		t := strings.TrimSpace(line)
		switch {
		case n.fields[i]:
			in = false
		case strings.Contains(n.lower[i], key):
			in = true
			out = append(out, t)
		case in && (strings.HasPrefix(t, "<<<") || strings.HasPrefix(line, " ") && t != ""):
			out = append(out, t)
		default:
			in = false
		}
		if len(out) > 100 {
			break
		}
	}
	return strings.Join(out, "\n")
}
