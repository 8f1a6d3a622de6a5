package facts

import (
	"slices"
	"strconv"
	"strings"

	"example.org/todoku/checks/catalog"
	"example.org/todoku/checks/dkim"
	"example.org/todoku/checks/dmarc"
	"example.org/todoku/checks/dnsname"
	"example.org/todoku/checks/reading"
	"example.org/todoku/checks/snapshot"
	"example.org/todoku/checks/spf"
)

// InUse reports whether a domain has records that somebody made for mail, or whether that is not known.
func (f *Facts) InUse() bool {
	mx := f.DNS.Get(f.Owner.Domain, snapshot.MX)
	recs, known := reading.SPFRecords(f.DNS, f.Owner.Domain)
	refuses := len(recs) == 1 && strings.Join(strings.Fields(strings.ToLower(recs[0])), " ") == "v=spf1 -all"
	return !mx.Known() || !known || len(recs) > 0 && !refuses || len(recs) == 0 && len(mx.Records) > 0 && !f.NullMX()
}

// MailQuestions are the questions, put to single servers, whose answers decide what becomes of mail.
func (f *Facts) MailQuestions() []snapshot.Key {
	var out []snapshot.Key
	for _, a := range f.DNS.Answers {
		k := snapshot.Key{Name: a.Name, Type: a.Type}
		if a.Via == snapshot.Server && (a.Type == snapshot.TXT || a.Type == snapshot.MX) && !slices.Contains(out, k) {
			out = append(out, k)
		}
	}
	return out
}

// Heard is one server's answer to one of them; known is false where it was not asked or did not answer.
func (f *Facts) Heard(host string, k snapshot.Key) (a snapshot.Answer, known bool) {
	k.Via, k.At = snapshot.Server, host
	a, _ = f.DNS.Find(k)
	return a, a.Known()
}

// MailData are the values of an answer that mail depends on: an SPF or DMARC record, a key, a mail server.
func MailData(a snapshot.Answer) []string {
	if len(a.Chain) > 0 {
		return []string{"-> " + a.Chain[0].Target}
	}
	var out []string
	for _, r := range a.Records {
		if a.Type == snapshot.MX || spf.Is(r.Data) || dmarc.Is(r.Data) || dnsname.IsKey(a.Name) && dkim.Is(r.Data) {
			out = append(out, strconv.Itoa(int(r.Pref))+" "+r.Data)
		}
	}
	slices.Sort(out)
	return out
}

// Differences lists the pairs of answers, the first server's and the second's, in which mail fares differently.
func (f *Facts) Differences(one, two string) (pairs [][2]snapshot.Answer) {
	for _, k := range f.MailQuestions() {
		a, known := f.Heard(one, k)
		b, too := f.Heard(two, k)
		if known && too && !slices.Equal(MailData(a), MailData(b)) {
			pairs = append(pairs, [2]snapshot.Answer{a, b})
		}
	}
	return pairs
}

// LostIn are those of the pairs in which the first server has what the second has nothing of.
func LostIn(pairs [][2]snapshot.Answer) (out []snapshot.Answer) {
	for _, p := range pairs {
		if len(MailData(p[0])) > 0 && len(MailData(p[1])) == 0 {
			out = append(out, p[0])
		}
	}
	return out
}

// RecordKind is a kind of record that mail hangs on.
type RecordKind string

// The kinds of record.
const (
	SPF   RecordKind = "SPF"
	DKIM  RecordKind = "DKIM"
	DMARC RecordKind = "DMARC"
	MX    RecordKind = "MX"
)

// Kinds are the kinds of record that the answers are about, each once, in the order of the constants.
func Kinds(answers []snapshot.Answer) []RecordKind {
	had := map[RecordKind]bool{}
	for _, a := range answers {
		had[KindOf(a.Name, a.Type)] = true
	}
	return slices.DeleteFunc([]RecordKind{SPF, DKIM, DMARC, MX}, func(k RecordKind) bool { return !had[k] })
}

// KindOf is the kind of record that belongs at a name; a TXT is taken for SPF where its name says nothing else.
func KindOf(name string, t snapshot.Type) RecordKind {
	switch {
	case t == snapshot.MX:
		return MX
	case dnsname.IsPolicy(name):
		return DMARC
	case dnsname.IsKey(name):
		return DKIM
	}
	return SPF
}

// CopyState is what is known of a zone at servers that nobody asks.
type CopyState string

// What is known of it.
const (
	CopyThere   CopyState = "there"   // mail records that the real zone lacks, or has otherwise
	CopySame    CopyState = "same"    // the same mail records as the real zone
	CopyEmpty   CopyState = "empty"   // the zone, without mail records
	CopyNothing CopyState = "nothing" // not even the zone
	CopyUnnamed CopyState = "unnamed" // not known: the servers' names differ by customer
	CopySilent  CopyState = "silent"  // not known: no answer
)

// Copy is what stands at the name servers of a panel that does not serve the zone.
type Copy struct {
	State    CopyState
	Records  []RecordKind // those of CopyThere or CopySame
	Evidence []snapshot.Answer
}

// CopyAt is what stands at a panel's own name servers.
func (f *Facts) CopyAt(p catalog.Panel) Copy {
	if len(p.Servers()) == 0 {
		return Copy{State: CopyUnnamed}
	}
	zone, _ := f.DNS.Zone()
	c := Copy{State: CopySilent}
	for _, a := range f.DNS.Answers {
		if a.Via != snapshot.Server || a.Name != zone || a.Type != snapshot.SOA || !p.Serves(a.Key.At) {
			continue
		}
		switch {
		case a.Status == snapshot.OK:
			return f.copyBeside(a)
		case a.Known(), a.Reason == snapshot.Refused, a.Reason == snapshot.NotAuth:
			c.State, c.Evidence = CopyNothing, Evidence(a)
		}
	}
	return c
}

// copyBeside compares the zone at another panel's server, which gave the SOA, with the real one.
func (f *Facts) copyBeside(soa snapshot.Answer) Copy {
	var lost, all []snapshot.Answer
	known := false
	for _, k := range f.MailQuestions() {
		a, ok := f.Heard(soa.Key.At, k)
		inCharge := f.DNS.Get(k.Name, k.Type)
		if !ok || !inCharge.Known() {
			continue
		}
		known = true
		if len(MailData(a)) == 0 {
			continue
		}
		all = append(all, a)
		if !slices.Equal(MailData(a), MailData(inCharge)) {
			lost = append(lost, a)
		}
	}
	c := Copy{State: CopySame, Records: Kinds(all), Evidence: append(Evidence(soa), all...)}
	switch {
	case !known:
		c.State = CopySilent
	case len(lost) > 0:
		c = Copy{CopyThere, Kinds(lost), lost}
	case len(all) == 0:
		c.State = CopyEmpty
	}
	return c
}

// Bare reports whether it was seen that the domain leads nowhere: it has neither MX nor address.
func (f *Facts) Bare() bool {
	none := func(t snapshot.Type) bool { return f.DNS.Get(f.Owner.Domain, t).Absent() }
	return none(snapshot.MX) && none(snapshot.A) && len(f.DNS.Get(f.Owner.Domain, snapshot.AAAA).Records) == 0
}

// Lacks reports whether the real zone has nothing at a name where the copy has a mail record.
func (c Copy) Lacks(f *Facts) bool {
	return slices.ContainsFunc(c.Evidence, func(a snapshot.Answer) bool {
		return a.Via == snapshot.Server && len(MailData(a)) > 0 && len(MailData(f.DNS.Get(a.Name, a.Type))) == 0
	})
}
