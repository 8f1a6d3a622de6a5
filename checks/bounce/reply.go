package bounce

import (
	"strings"
	"unicode"

	"golang.org/x/text/width"

	"example.org/todoku/checks/internal/pattern"
)

// Limits of the texts in which phrases are looked for.
const (
	maxReply  = 8 << 10
	maxNotice = 96 << 10
)

var (
	// statusForm matches an enhanced status code (RFC 3463) that is not part of an IP address or version.
	statusForm = pattern.New(`(?:^|[^\d.])([245]\.\d{1,3}\.\d{1,3})(?:\.?[^\d.]|\.?$)`)
	// replyForm matches an SMTP reply code where one can be: before a status code, or at the beginning of a line or
	// quotation.
	replyForm = pattern.New(`(?m)(?:^|[\s"'<>(:;#=,\x{300c}])([245][0-57]\d)(?:[- ;:,]*(?:#|\()?[ ]?([245]\.\d{1,3}\.\d{1,3})\b|[- :,;](?:\S|$)|["')]|$)`)
	// codes matches what is between the words of a reply of several lines; it is removed before phrases are looked for.
	codes = pattern.New(`(?:^|[\s"'<(#])[245][0-57]\d(?:[- ;:,]{0,2}[#(]?[245]\.\d{1,3}\.\d{1,3}\)?|-)(?:[\s:;,-]|$)`)
	// paired matches a reply code with its status code.
	paired = pattern.New(`\b[245][0-57]\d[- ;:,]{0,2}[#(]?[245]\.\d{1,3}\.\d{1,3}\b`)
	bare   = pattern.New(`(?:^|\s)[245]\.\d{1,3}\.\d{1,3}(?:[\s:;,]|$)`)
	// anyIP matches an IP address in any brackets; phrases write it as {ip}.
	anyIP = pattern.New(`[\[(<]?(?:ipv6:)?(?:\b\d{1,3}(?:\.\d{1,3}){3}\b|\b[0-9a-f]{1,4}(?::[0-9a-f]{0,4}){2,7}(?:\d{1,3}(?:\.\d{1,3}){3})?|::[0-9a-f:]+)(?:\s+\d+)?[\])>]?`)
	// wrapped matches what some gateways put before the reply that they pass on.
	wrapped = pattern.New(`(?i)\b[45]\.\d\.\d - [a-z /]{4,40}(?: error)? ([245]\d\d)`)
	lead    = pattern.New(`^(?:[\s"'<(;#-]|diagnostic-code\s?:|smtp\s?[;:]|[245][0-57]\d(?:[\s:;,-]|$))+`)
)

// codesIn returns the first reply code in a text, and the status code that belongs to it: one next to that reply code, here
// or where it is repeated, or one elsewhere that is next to none.
func codesIn(text string) (reply, status string) {
	for _, m := range replyForm.FindAllStringSubmatch(text, 8) {
		if reply == "" && strings.HasPrefix(m[1], "2") && m[2] == "" {
			continue // a number with another meaning
		}
		if reply == "" || reply == m[1] && status == "" {
			reply, status = m[1], m[2]
		}
	}
	if status == "" {
		if m := statusForm.FindStringSubmatch(paired.ReplaceAllString(text, " ")); m != nil {
			status = m[1]
		}
	}
	return reply, status
}

// plain normalises a text for phrases: one line, lower case, plain quotation marks and letters, single blanks, none
// between Japanese letters, without the codes that a reply repeats in each line.
func plain(text string) string {
	text = width.Fold.String(text)
	text = strings.ToLower(strings.NewReplacer("\u2019", "'", "\u2018", "'", "\u201c", `"`, "\u201d", `"`, "=\n", "", "<<<", " ").Replace(text))
	text = strings.Join(strings.Fields(text), " ")
	text = wrapped.ReplaceAllString(text, "$1")
	for range 2 { // adjacent matches share a blank
		text = codes.ReplaceAllString(text, " ")
		text = bare.ReplaceAllString(text, " ")
	}
	text = strings.Join(strings.Fields(text), " ")
	if strings.ContainsAny(text, "0123456789") {
		text = anyIP.ReplaceAllString(text, "{ip}")
	}
	return unspaced(lead.ReplaceAllString(text, ""))
}

// unspaced removes blanks between two Japanese letters, left by wrapped lines.
func unspaced(s string) string {
	if !strings.ContainsFunc(s, wide) {
		return s
	}
	runes := []rune(s)
	out := runes[:0]
	for i, r := range runes {
		if r == ' ' && i > 0 && i+1 < len(runes) && wide(runes[i-1]) && wide(runes[i+1]) {
			continue
		}
		out = append(out, r)
	}
	return string(out)
}

func wide(r rune) bool {
	return unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana) || r == '\u30fc' || r >= '\u3001' && r <= '\u300f'
}

// stages are words that identify the refused command, the surest first. Those of a transcript come last, since it may
// show several commands.
var stages = []struct {
	stage Stage
	words *pattern.Pattern
}{
	{AtRcpt, pattern.New(`(?i)(?:in reply to|after|during|in response to|response to|rejected at)\s+(?:the\s+)?(?:pipelined\s+)?rcpt|\[rcpt_to\]|does not like recipient`)},
	{AtData, pattern.New(`(?i)(?:in reply to|after|during|in response to|response to)\s+(?:the\s+)?(?:end\s+of\s+)?(?:pipelined\s+)?(?:data|message)|after i sent the message|end of data|\[(?:eom|data)\]|failed after`)},
	{AtMail, pattern.New(`(?i)(?:in reply to|after|during|in response to|response to)\s+(?:the\s+)?(?:pipelined\s+)?(?:mail\b)|\[mail_?from\]|but sender was rejected`)},
	{AtHelo, pattern.New(`(?i)(?:in reply to|after|during|in response to|response to)\s+(?:the\s+)?(?:helo|ehlo)|but my name was rejected`)},
	{AtConnect, pattern.New(`(?i)(?:in reply to|after|during|response to)\s+(?:the\s+)?(?:initial|connect|greeting)|but greeting failed|refused to talk to me|but connection died`)},
	{AtRcpt, pattern.New(`(?i)>>>\s*rcpt to[^\n]*\n(?:<<< 2[^\n]*\n)*\s*<<<\s*[45]`)},
	{AtMail, pattern.New(`(?i)>>>\s*mail from[^\n]*\n(?:<<< 2[^\n]*\n)*\s*<<<\s*[45]`)},
	{AtData, pattern.New(`(?i)>>>\s*(?:data|\.)[^\n]*\n(?:<<< [23][^\n]*\n)*\s*<<<\s*[45]`)},
}

// stageOf returns the command at which a text says that the mail was refused.
func stageOf(text string) Stage {
	joined := strings.Join(strings.Fields(text), " ")
	for i, s := range stages {
		where := joined
		if i >= len(stages)-3 {
			where = text
		}
		if s.words.MatchString(where) {
			return s.stage
		}
	}
	return ""
}

// hostForms are the ways in which bounces name the server that replied.
var hostForms = []*pattern.Pattern{
	pattern.New(`(?i)\bhost\s+([a-z0-9][a-z0-9.-]+\.[a-z0-9-]+)\s*(?:\[[0-9a-f.:]+\])?[^\n]{0,90}?(?:said|refused|:)`),
	pattern.New(`(?i)while talking to\s+\[?([a-z0-9][a-z0-9.-]+\.[a-z0-9-]+)`),
	pattern.New(`(?i)by the server for the recipient domain\s+\S+\s+by\s+([a-z0-9][a-z0-9.-]+\.[a-z0-9-]+)`),
	pattern.New(`(?i)\b(?:remote-mta|remote server|remote host|remote mta)\s*:?\s*(?:dns;)?\s*<?([a-z0-9][a-z0-9.-]+\.[a-z]{2,})`),
	pattern.New(`(?i)\brelay=([a-z0-9][a-z0-9.-]+\.[a-z]{2,})`),
	pattern.New(`(?im)^\s*([a-z0-9][a-z0-9-]*(?:\.[a-z0-9-]+)+)\s*(?:\[[0-9a-f.:]+\]|\([0-9a-f.:]+\))\s*(?:said|:|does not like|failed after|rejected)`),
	pattern.New(`(?i)<([a-z0-9][a-z0-9.-]+\.[a-z]{2,})\s+#[45]\.`),
}

// lineForm is the index of the form that must be at the beginning of a line.
const lineForm = 5

// hostOf returns the server that a text says the reply came from.
func hostOf(text string) string {
	joined := strings.Join(strings.Fields(text), " ")
	for i, re := range hostForms {
		where := joined
		if i == lineForm {
			where = text
		}
		if m := re.FindStringSubmatch(where); m != nil {
			return strings.ToLower(strings.Trim(m[1], "."))
		}
	}
	if m := serverForm().FindStringSubmatch(joined); m != nil {
		return strings.ToLower(m[1])
	}
	return ""
}

// serverForm matches a host name after a word for a server.
var serverForm = lazily(func() string { return anyOf("server") + `\s*[\x{300c}(:]?\s*((?i)[a-z0-9][a-z0-9.-]+\.[a-z]{2,})` })
