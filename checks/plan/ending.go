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

// forwarded reports whether the mail reaches its readers by a forward that the owner does not run: then it comes from a
// server that the record cannot name, and receivers refuse a hard fail by name.
func forwarded(in *facts.Facts) bool {
	return in.Owner.Route == owner.Forward && in.Owner.Forward.Mine != "mine"
}

// hardFail reports whether an SPF record ends in -all.
func hardFail(record string) bool {
	_, ok := refusal(record)
	return spf.Is(record) && ok
}

// refusal is a record's -all.
func refusal(record string) (spf.Term, bool) {
	terms := spf.Parse(record).Terms
	i := slices.IndexFunc(terms, func(t spf.Term) bool { return t.Name == "all" && t.Qualifier == '-' })
	if i < 0 {
		return spf.Term{}, false
	}
	return terms[i], true
}

// closeRecord settles how the record ends: -all stays where the owner has it, and becomes ~all where the mail is forwarded.
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

// Sizes of DNS answers over UDP: what every resolver takes (RFC 1035 section 4.2.1), and what is sent in one packet
// today (DNS flag day 2020).
const (
	plainAnswer = 512
	largeAnswer = 1232
)

// roomNotes warns where the new record makes the answer too large for one packet, with whatever else stands at the name.
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

// answerBytes is the size of the answer to a TXT question: header, question, one compressed owner name a record, the
// strings with their lengths, and the OPT record of EDNS.
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
