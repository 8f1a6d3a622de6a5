package message

import (
	"strings"

	"example.org/todoku/checks/dmarc"
	"example.org/todoku/checks/dnsname"
	"example.org/todoku/checks/spf"
)

// walk is the tree walk of RFC 9989 section 4.10 from one domain.
type walk struct {
	start  string
	org    string        // organizational domain; "" while unknown
	record *dmarc.Record // the policy that applies to start
	at     string        // where that record was found
	own    bool          // the record is start's own, not a parent's
	failed bool          // a question of the walk failed
	open   bool          // a question of the walk was not asked yet
	found  []step
}

// step is a name on the walk with a record.
type step struct {
	domain string
	record dmarc.Record
}

// walk walks upwards from domain.
func (r *run) walk(domain string) walk {
	if w, ok := r.walks[domain]; ok {
		return w
	}
	w := walk{start: domain}
	for _, name := range dmarc.Walk(domain) {
		at := dnsname.PolicyDomain(name)
		reply := r.ask(name, "TXT")
		switch reply.Status {
		case spf.TempErr:
			w.failed = true
			continue
		case spf.Missing:
			w.open = true
			continue
		}
		if rec, ok := single(reply); ok {
			w.found = append(w.found, step{at, rec})
			if rec.PSD == "n" || rec.PSD == "y" {
				break
			}
		}
	}
	w.choose()
	r.walks[domain] = w
	return w
}

// single returns the record at a name: several records, or one that receivers ignore, count as none.
func single(r spf.Reply) (dmarc.Record, bool) {
	var out []string
	for _, txt := range r.TXT {
		if dmarc.Is(txt) {
			out = append(out, txt)
		}
	}
	if len(out) != 1 {
		return dmarc.Record{}, false
	}
	rec := dmarc.Parse(out[0])
	return rec, rec.Effective() != ""
}

// choose determines the organizational domain and the record that applies (RFC 9989 sections 4.10.1 and 4.10.2).
func (w *walk) choose() {
	org := w.start
	for i, s := range w.found {
		switch {
		case s.record.PSD == "n":
			org = s.domain
		case s.record.PSD == "y" && s.domain != w.start:
			labels := strings.Split(strings.TrimSuffix(w.start, "."+s.domain), ".")
			org = labels[len(labels)-1] + "." + s.domain
		case i == len(w.found)-1:
			org = s.domain // the fewest labels
		}
	}
	if !w.open && !w.failed {
		w.org = org
	}
	pick := func(domain string) {
		for i, s := range w.found {
			if w.record == nil && s.domain == domain {
				w.record, w.at, w.own = &w.found[i].record, s.domain, s.domain == w.start
			}
		}
	}
	pick(w.start)
	pick(org)
	if n := len(w.found); w.record == nil && n > 0 && w.found[n-1].record.PSD == "y" {
		pick(w.found[n-1].domain)
	}
}

// policy returns the policy for the domain: sp for a subdomain, np for a name that does not exist.
func (w walk) policy(exists Tri) string {
	rec := *w.record
	p := rec.Effective()
	if w.own || rec.Policy != p && rec.Policy != "" {
		return p
	}
	if rec.Sub != "" {
		p = rec.Sub
	}
	if exists == No && rec.NonExist != "" {
		p = rec.NonExist
	}
	return p
}

// exists reports whether a name has A, AAAA or MX records (RFC 9989 section 3.2.13).
func (r *run) exists(domain string) Tri {
	out := No
	for _, t := range []string{"A", "AAAA", "MX"} {
		switch r.ask(domain, t).Status {
		case spf.Found:
			return Yes
		case spf.Void:
		default:
			out = Unknown
		}
	}
	return out
}

// aligned compares an authenticated domain with the From domain (RFC 9989 section 4.4).
func (r *run) aligned(domain string, strict bool) Tri {
	from := r.from()
	if from == "" || domain == "" {
		return Unknown
	}
	if domain == from {
		return Yes
	}
	if strict {
		return No
	}
	// Relaxed alignment: both must have the same organizational domain.
	a, b := r.walk(from), r.walk(domain)
	if a.org == "" || b.org == "" {
		return Unknown
	}
	if a.org == b.org {
		return Yes
	}
	return No
}

// from returns the From domain; "" for none or several.
func (r *run) from() string {
	out := ""
	for _, a := range r.m.From {
		if out != "" && a.Domain != out || a.Domain == "" {
			return ""
		}
		out = a.Domain
	}
	return out
}

// Codes of DMARC.Detail.
const (
	FromMissing  = "from-missing"
	FromSeveral  = "from-several" // addresses of several domains: receivers refuse this
	PolicyFailed = "policy-dns"
	PolicyOpen   = "policy-not-asked"
	ProofOpen    = "proof-open" // not known: neither SPF nor DKIM passes aligned, and one of them is unknown
)

// DMARCDetails returns all values of DMARC.Detail.
func DMARCDetails() []string {
	return []string{FromMissing, FromSeveral, PolicyFailed, PolicyOpen, ProofOpen}
}

// dmarc combines policy and alignment.
func (r *run) dmarc(rep *Report) DMARC {
	d := DMARC{From: r.from(), Claimed: r.m.claimed("dmarc", nil)}
	switch {
	case len(r.m.From) == 0:
		d.Result, d.Detail = PermError, FromMissing
		if r.m.Body == Absent || r.m.Form == Page { // the header may be incomplete
			d.Result = NotKnown
		}
		return d
	case d.From == "":
		d.Result, d.Detail = PermError, FromSeveral
		return d
	}
	w := r.walk(d.From)
	d.Org = w.org
	if w.record != nil {
		d.Domain, d.Record, d.Testing = w.at, w.record.Raw, w.record.Testing
		exists := Yes
		if !w.own && w.record.NonExist != "" {
			exists = r.exists(d.From)
		}
		d.Policy = w.policy(exists)
	}
	switch {
	case w.record != nil && w.own, w.record != nil && w.org != "":
	case w.open:
		d.Detail = PolicyOpen
		return d
	case w.failed:
		d.Result, d.Detail = TempError, PolicyFailed
		return d
	default:
		d.Result = None
		return d
	}
	d.Result, d.Detail = outcome(rep)
	return d
}

// outcome returns pass if SPF or DKIM passes aligned, fail if neither does and nothing is unknown.
func outcome(rep *Report) (Result, string) {
	passing := rep.SPF.Result == spf.Pass
	if passing && rep.SPF.Aligned == Yes {
		return Pass, ""
	}
	open := rep.SPF.Result == "" || passing && rep.SPF.Aligned == Unknown
	temp := rep.SPF.Result == spf.TempError && rep.SPF.Aligned != No
	for _, d := range rep.DKIM {
		switch {
		case d.Result == Pass && d.Aligned == Yes:
			return Pass, ""
		case d.Aligned == No:
		case d.Result == NotKnown, d.Result == Pass && d.Aligned == Unknown:
			open = true
		case d.Result == TempError:
			temp = true
		}
	}
	switch {
	case open || rep.More > 0:
		return NotKnown, ProofOpen
	case temp:
		return TempError, ""
	}
	return Fail, ""
}
