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

// InUse reports whether the domain has an MX or SPF record that somebody made for mail. It is true also if that is
// unknown.
func (f *Facts) InUse() bool {
	mx := f.DNS.Get(f.Owner.Domain, snapshot.MX)
	recs, known := reading.SPFRecords(f.DNS, f.Owner.Domain)
	refuses := len(recs) == 1 && strings.Join(strings.Fields(strings.ToLower(recs[0])), " ") == "v=spf1 -all"
	return !mx.Known() || !known || len(recs) > 0 && !refuses || len(recs) == 0 && len(mx.Records) > 0 && !f.NullMX()
}

// MailQuestions returns the questions about mail (TXT and MX) that were put to single name servers, each once, without
// Via and At.
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

// Heard returns one name server's answer to a question; known is false if it was not asked or did not answer.
func (f *Facts) Heard(host string, k snapshot.Key) (a snapshot.Answer, known bool) {
	k.Via, k.At = snapshot.Server, host
	a, _ = f.DNS.Find(k)
	return a, a.Known()
}

// MailData returns the values of an answer that mail depends on, sorted: SPF and DMARC records, DKIM keys, mail servers
// with their preference, or the target of an alias.
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

// Differences returns the pairs of answers of the two servers, in that order, that differ in mail records.
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

// Compared reports whether the two servers were heard on a question about mail and neither left one unanswered that was
// put to both: without that they may differ in what was not heard.
func (f *Facts) Compared(one, two string) bool {
	heard := false
	for _, k := range f.MailQuestions() {
		a, known := f.Heard(one, k)
		b, too := f.Heard(two, k)
		switch {
		case a.Status == snapshot.Unasked || b.Status == snapshot.Unasked:
		case !known || !too:
			return false
		default:
			heard = true
		}
	}
	return heard
}

// LostIn returns the first answers of those pairs in which only the first server has mail records.
func LostIn(pairs [][2]snapshot.Answer) (out []snapshot.Answer) {
	for _, p := range pairs {
		if len(MailData(p[0])) > 0 && len(MailData(p[1])) == 0 {
			out = append(out, p[0])
		}
	}
	return out
}

// RecordKind is a kind of record that mail depends on.
type RecordKind string

// The kinds of record.
const (
	SPF   RecordKind = "SPF"
	DKIM  RecordKind = "DKIM"
	DMARC RecordKind = "DMARC"
	MX    RecordKind = "MX"
)

// Kinds returns the kinds of record that the answers are about, each once, in the order of the constants.
func Kinds(answers []snapshot.Answer) []RecordKind {
	had := map[RecordKind]bool{}
	for _, a := range answers {
		had[KindOf(a.Name, a.Type)] = true
	}
	return slices.DeleteFunc([]RecordKind{SPF, DKIM, DMARC, MX}, func(k RecordKind) bool { return !had[k] })
}

// KindOf returns the kind of record that belongs at a name. TXT counts as SPF unless the name says otherwise.
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

// CopyState is what is known of a copy of the zone at servers that are not in charge of it.
type CopyState string

// The states of a copy.
const (
	CopyThere   CopyState = "there"   // mail records that the zone in charge lacks or has with other values
	CopySame    CopyState = "same"    // the same mail records as the zone in charge
	CopyEmpty   CopyState = "empty"   // the zone, without mail records
	CopyNothing CopyState = "nothing" // not even the zone
	CopyUnnamed CopyState = "unnamed" // unknown: the names of the servers differ by customer
	CopySilent  CopyState = "silent"  // unknown: no answer
)

// Copy is what the name servers of a panel that does not serve the zone hold.
type Copy struct {
	State    CopyState
	Records  []RecordKind // with CopyThere or CopySame
	Evidence []snapshot.Answer
}

// CopyAt returns what the panel's own name servers hold for the zone.
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

// copyBeside compares the zone at the panel's server that gave this SOA with the zone in charge.
func (f *Facts) copyBeside(soa snapshot.Answer) Copy {
	var lost, all []snapshot.Answer
	known, deaf := false, false
	for _, k := range f.MailQuestions() {
		a, ok := f.Heard(soa.Key.At, k)
		inCharge := f.DNS.Get(k.Name, k.Type)
		deaf = deaf || a.Status == snapshot.Failed
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
	case !known, deaf && len(all) == 0: // what was not heard may be a mail record
		c.State = CopySilent
	case len(lost) > 0:
		c = Copy{CopyThere, Kinds(lost), lost}
	case len(all) == 0:
		c.State = CopyEmpty
	}
	return c
}

// Bare reports whether the domain was seen to have neither MX nor address.
func (f *Facts) Bare() bool {
	none := func(t snapshot.Type) bool { return f.DNS.Get(f.Owner.Domain, t).Absent() }
	return none(snapshot.MX) && none(snapshot.A) && len(f.DNS.Get(f.Owner.Domain, snapshot.AAAA).Records) == 0
}

// Lacks reports whether the zone in charge has no mail record at a name where the copy has one.
func (c Copy) Lacks(f *Facts) bool {
	return slices.ContainsFunc(c.Evidence, func(a snapshot.Answer) bool {
		return a.Via == snapshot.Server && len(MailData(a)) > 0 && len(MailData(f.DNS.Get(a.Name, a.Type))) == 0
	})
}
