package bounce

import (
	"slices"
	"strings"
	"unicode"

	"example.org/todoku/checks/internal/pattern"
)

// group holds the fields of one recipient in a delivery report (RFC 3464 section 2.3).
type group struct {
	final, original, action, status, remote, text string
	gap                                           bool // an empty line followed, so the next field may begin another group
}

// report is a delivery report: the fields of the report, and of each recipient.
type report struct {
	server string // Reporting-MTA
	from   string // the envelope sender, where a server tells it
	groups []group
}

// reportNames are the fields of a report. Unknown fields begin no group.
var reportNames = []string{"reporting-mta", "final-recipient", "original-recipient", "action", "status", "remote-mta", "diagnostic-code",
	"arrival-date", "last-attempt-date", "will-retry-until", "received-from-mta", "dsn-gateway", "original-envelope-id", "final-log-id",
	"x-actual-recipient", "x-postfix-queue-id", "x-postfix-sender", "x-display-name", "x-supplementary-info", "x-outbound-mta", "localized-recipient"}

var reportLine = pattern.New(`^\s{0,8}([A-Za-z][A-Za-z-]{2,40})\s*[:\x{ff1a}]\s*(.*)$`)

// readReport parses the fields of a report anywhere in a text: in the part made for them, or in a paste. A long value
// may continue on lines without indentation.
func readReport(text string) report {
	var r report
	var g group
	var last *string
	flush := func() {
		if g.final != "" || g.original != "" || g.status != "" || g.text != "" {
			r.groups = append(r.groups, g)
		}
		g, last = group{}, nil
	}
	for _, line := range limitLines(text) {
		m := reportLine.FindStringSubmatch(line)
		name := ""
		if m != nil {
			name = strings.ToLower(m[1])
		}
		switch {
		case strings.TrimSpace(line) == "":
			last, g.gap = nil, g != (group{})
		case slices.Contains(reportNames, name):
			if again(g, name) || g.gap && whole(g) || len(r.groups) > maxRecipients {
				flush()
			}
			g.gap = false
			last = r.put(&g, name, strings.TrimSpace(m[2]))
		case last != nil && name == "" && len(*last) < maxReply:
			*last += " " + strings.TrimSpace(line)
		default:
			last = nil
		}
	}
	flush()
	for i := range r.groups {
		r.groups[i].clean()
	}
	return r
}

// whole reports whether a group has all required fields.
func whole(g group) bool { return g.final != "" && (g.action != "" || g.status != "") }

// again reports whether a field begins the next recipient.
func again(g group, name string) bool {
	switch name {
	case "final-recipient":
		return g.final != "" || g.action != "" && g.status != "" && g.original != ""
	case "original-recipient":
		return g.original != "" || g.final != "" && g.action != "" && g.status != ""
	case "reporting-mta":
		return g.final != ""
	case "action":
		return g.action != "" && g.final != ""
	}
	return false
}

// put stores one field and returns where a continuation line belongs.
func (r *report) put(g *group, name, value string) *string {
	switch name {
	case "reporting-mta", "dsn-gateway":
		if r.server == "" {
			r.server = value
			return &r.server
		}
	case "x-postfix-sender":
		r.from = value
		return &r.from
	case "final-recipient":
		g.final = value
		return &g.final
	case "original-recipient":
		g.original = value
		return &g.original
	case "x-actual-recipient":
		if g.final == "" {
			g.final = value
			return &g.final
		}
	case "action":
		g.action = value
		return &g.action
	case "status":
		g.status = value
		return &g.status
	case "remote-mta":
		g.remote = value
		return &g.remote
	case "diagnostic-code":
		if g.text != "" {
			g.text += " "
		}
		g.text += value
		return &g.text
	}
	return nil
}

var (
	comment    = pattern.New(`\(([^)]{6,200})\)`)
	typed      = pattern.New(`^\s*([A-Za-z0-9-]+)\s*;\s*`)
	actionWord = pattern.New(`(?i)^(failed|delayed|delivered|relayed|expanded|failure)`)
)

// clean removes the types from the values ("rfc822;", "smtp;", "dns;").
func (g *group) clean() {
	g.final, g.original = addressOf(untyped(g.final)), addressOf(untyped(g.original))
	g.remote = hostName(untyped(g.remote))
	g.text = strings.TrimSpace(untyped(g.text))
	if !strings.ContainsFunc(g.text, unicode.IsLetter) { // the exit status of a program
		g.text = ""
	}
	if m := comment.FindStringSubmatch(g.status); m != nil && g.text == "" {
		g.text = m[1]
	}
	g.action = strings.ToLower(actionWord.FindString(g.action))
	if g.action == "failure" {
		g.action = "failed"
	}
	if m := statusForm.FindStringSubmatch(g.status); m != nil {
		g.status = m[1]
	} else {
		g.status = ""
	}
}

func untyped(s string) string { return typed.ReplaceAllString(s, "") }

// hostName returns the name in "mx.example.jp (192.0.2.1)", "[mx.example.jp]" and the like; "" for an address alone.
func hostName(s string) string {
	s = strings.TrimSpace(s)
	if i := strings.IndexAny(s, " ([;"); i > 0 {
		s = s[:i]
	}
	s = strings.ToLower(strings.Trim(s, "[]().<>"))
	if !strings.ContainsAny(s, "abcdefghijklmnopqrstuvwxyz") || strings.Contains(s, ":") {
		return ""
	}
	return s
}
