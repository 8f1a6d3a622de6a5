package plan

import (
	"slices"
	"strconv"
	"strings"

	"example.org/todoku/checks/facts"
	"example.org/todoku/checks/owner"
	"example.org/todoku/checks/snapshot"
	"example.org/todoku/checks/spf"
)

// forwarded reports whether somebody else forwards the mail to its readers. It then comes from a server that the SPF
// record cannot cover, and -all makes receivers reject it.
func forwarded(in *facts.Facts) bool {
	return in.Owner.Route == owner.Forward && in.Owner.Forward.Mine != owner.Mine
}

// hardFail reports whether a text is an SPF record with -all.
func hardFail(record string) bool {
	_, ok := refusal(record)
	return spf.Is(record) && ok
}

// refusal returns a record's -all; false if there is none.
func refusal(record string) (spf.Term, bool) {
	terms := spf.Parse(record).Terms
	i := slices.IndexFunc(terms, func(t spf.Term) bool { return t.Name == "all" && t.Qualifier == '-' })
	if i < 0 {
		return spf.Term{}, false
	}
	return terms[i], true
}

// closeRecord turns -all into ~all where the mail is forwarded, and otherwise notes that it stays.
func closeRecord(in *facts.Facts, record string) (string, []Note) {
	t, ok := refusal(record)
	switch {
	case !ok:
		return record, nil
	case forwarded(in):
		return record[:t.Start] + "~all" + record[t.End:], []Note{{Code: NoteAllSoftened, Args: map[string]string{"term": t.Text}}}
	}
	return record, []Note{{Code: NoteAllKept, Args: map[string]string{"term": t.Text}}}
}

// Limits of DNS answers over UDP: without EDNS (RFC 1035 section 4.2.1), and without fragmentation (DNS flag day 2020).
const (
	plainAnswer = 512
	largeAnswer = 1232
)

// roomNotes returns a warning if the new record makes the TXT answer exceed one of the limits.
func roomNotes(in *facts.Facts, old []string, value string) []Note {
	a := in.DNS.TXT(in.Owner.Domain)
	before := answerBytes(in.Owner.Domain, a.Data())
	rest := slices.DeleteFunc(a.Data(), func(v string) bool { return slices.Contains(old, v) })
	after := answerBytes(in.Owner.Domain, append(rest, value))
	for _, limit := range []int{largeAnswer, plainAnswer} {
		if after > limit && before <= limit {
			return []Note{{Code: NoteAnswerLarge, Args: map[string]string{"bytes": strconv.Itoa(after), "limit": strconv.Itoa(limit)}}}
		}
	}
	return nil
}

// answerBytes returns the size of the answer to a TXT query: header, question, a compressed owner name for each record,
// the strings with their lengths, and the EDNS OPT record.
func answerBytes(name string, records []string) int {
	n := 12 + len(strings.TrimSuffix(name, ".")) + 2 + 4 + 11
	for _, r := range records {
		n += 12
		for _, s := range snapshot.Split255(r) {
			n += 1 + len(s)
		}
	}
	return n
}
