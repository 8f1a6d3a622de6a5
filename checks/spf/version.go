package spf

import (
	"strings"

	"example.org/todoku/checks/internal/pattern"
)

// senderID begins Sender ID records (RFC 4406), which are not misspelt SPF records.
const senderID = "spf2.0/"

var (
	// firstWord matches the word in place of the version, up to a space, a qualifier or the name of a term.
	firstWord = pattern.New(`^[ ,;.]*([^ ,;]*?[^ ,;=:+?~-])[;:,.]*(?: |$|[+?~-]*(?:include:|ip[46]:|redirect=|exists:|mx[: ]|a[: ]|[+?~-]all))`)
	// certainTerm matches terms that hardly occur outside SPF records.
	certainTerm = pattern.New(`(?:^|[ +?~,;-])(?:include:|ip[46]:|exists:|redirect=|a:|mx:)|[+?~-]all(?:$|[ .;,])`)
	// likelyTerm matches short terms that other texts may have too.
	likelyTerm = pattern.New(`(?:^|[ +?~-])(?:a|mx|all)(?:$| )`)
)

// otherVersions are words that people write for the version and that are more than one slip away from it.
var otherVersions = map[string]bool{
	"spf": true, "spf1": true, "spfv1": true, "spf=v1": true, "spf=1": true, "spf:v1": true, "spf:1": true, "spf1.0": true, "spf-1": true,
	"version=spf1": true, "ver=spf1": true, "spf=spf1": true, "spf=v=spf1": true, "v=spfv1": true,
}

// misspelt finds a first word that was meant to be the version ("v=spf2", "v=pf1") and returns its end; text is in lower
// case. One slip is enough if an SPF term or nothing follows; with two, the term must be one that other texts do not
// have.
func misspelt(text string) (end int, ok bool) {
	m := firstWord.FindStringSubmatchIndex(text)
	if m == nil || m[3]-m[2] > 20 || strings.HasPrefix(text[m[2]:], version) || strings.HasPrefix(text[m[2]:], senderID) {
		return 0, false
	}
	word, rest := text[m[2]:m[3]], text[m[3]:]
	if w, cut := strings.CutSuffix(word, ".0"); cut {
		word = w
	}
	certain := certainTerm.MatchString(rest)
	slips := distance(word, version)
	switch {
	case !strings.ContainsAny(word, "sp"), !certain && (otherVersions[word] || slips > 1):
		return 0, false
	case !certain && strings.Trim(rest, " .;:,") != "" && !likelyTerm.MatchString(rest):
		return 0, false
	case !otherVersions[word] && slips > 2:
		return 0, false
	}
	end = m[3]
	for end < len(text) && strings.IndexByte(";:,.", text[end]) >= 0 {
		end++
	}
	return end, true
}

// isVersion reports whether a word among the terms is another version tag, correctly spelt or not.
func isVersion(word string) bool {
	word = strings.TrimSuffix(lower(word), ".0")
	return word == version || strings.HasPrefix(word, "v=") && distance(word, version) <= 1
}

// distance returns the number of letters to insert, delete, replace or swap with a neighbour to turn a into b
// (Damerau-Levenshtein). It is meant for short words.
func distance(a, b string) int {
	rows := make([][]int, len(a)+1)
	for i := range rows {
		rows[i] = make([]int, len(b)+1)
		rows[i][0] = i
	}
	for j := range rows[0] {
		rows[0][j] = j
	}
	for i := 1; i <= len(a); i++ {
		for j := 1; j <= len(b); j++ {
			other := 1
			if a[i-1] == b[j-1] {
				other = 0
			}
			rows[i][j] = min(rows[i-1][j]+1, rows[i][j-1]+1, rows[i-1][j-1]+other)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				rows[i][j] = min(rows[i][j], rows[i-2][j-2]+1)
			}
		}
	}
	return rows[len(a)][len(b)]
}
