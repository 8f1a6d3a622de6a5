package facts

import (
	"net/netip"
	"slices"
	"strings"

	"example.org/todoku/checks/catalog"
	"example.org/todoku/checks/reading"
	"example.org/todoku/checks/snapshot"
	"example.org/todoku/checks/spf"
)

// form reports whether a sender is a form or plugin that sends from the website's server.
func (f *Facts) form(id string) bool {
	if f.Catalog == nil {
		return false
	}
	s, ok := f.Catalog.Sender(id)
	return ok && s.OnSite()
}

// Form is a form or plugin of the website. It sends from the website's server unless it was configured to use another.
type Form struct {
	Service   string
	Known     bool   // it could be determined whether the SPF record covers the website's server
	Covered   bool   // it does
	Server    string // name or address of the website's server
	Term      string // the SPF term that covers it
	Host      string // ID of the mail host to which the server belongs; "" if unknown
	Same      bool   // the owner's mailboxes are at that host
	Elsewhere bool   // Host also offers mailboxes, and no MX leads to it, so its server may deliver locally
	Addrs     []netip.Addr
	Evidence  []snapshot.Answer
}

// Forms returns the website forms in use.
func (f *Facts) Forms() []Form {
	var out []Form
	for _, s := range f.Services() {
		if f.form(s.ID) {
			out = append(out, f.formOf(s.ID))
		}
	}
	return out
}

// formOf judges a form by the addresses of the website (at www if the domain has none) and their reverse names.
func (f *Facts) formOf(id string) Form {
	form := Form{Service: id, Evidence: Evidence(f.DNS.TXT(f.Owner.Domain))}
	a := f.DNS.Get(f.Owner.Domain, snapshot.A)
	if len(a.Records) == 0 {
		a = f.DNS.Get("www."+f.Owner.Domain, snapshot.A)
	}
	t, ok := f.SPFTree()
	if len(a.Records) == 0 || !ok {
		return form
	}
	form.Evidence = append(form.Evidence, Evidence(a)...)
	form.Covered = true
	for _, text := range a.Data() {
		ip, err := netip.ParseAddr(text)
		if err != nil {
			continue
		}
		form.Addrs = append(form.Addrs, ip)
		r := ReverseOf(f.DNS, ip)
		for _, name := range r.Names {
			if owners := f.mailHosts(name); len(owners) > 0 {
				form.Server, form.Host, form.Known = strings.ToLower(strings.TrimSuffix(name, ".")), owners[0], true
				if i := slices.IndexFunc(f.Services(), func(s Service) bool { return s.Host && slices.Contains(owners, s.ID) }); i >= 0 {
					form.Host, form.Same = f.Services()[i].ID, true
				}
				form.Evidence = append(form.Evidence, r.Evidence...)
				break
			}
		}
		data := proposed{reading.SPF(f.DNS), f.Owner.Domain, t.Root.Record, new(bool)}
		v := spf.Evaluate(data, spf.Request{IP: ip, MailFrom: "postmaster@" + f.Owner.Domain, HELO: f.Owner.Domain})
		form.Covered = form.Covered && v.Result == spf.Pass
		form.Known = form.Known || v.Result == spf.Pass
	}
	form.Covered = form.Covered && len(form.Addrs) > 0
	if form.Server == "" && len(form.Addrs) > 0 {
		form.Server = form.Addrs[0].String()
	}
	if form.Host != "" {
		form.Term = "a:" + form.Server
	} else if len(form.Addrs) > 0 {
		form.Term = "ip4:" + form.Addrs[0].String()
	}
	form.Elsewhere = form.Host != "" && f.mxElsewhere(form.Host)
	return form
}

// mailHosts returns the IDs of the mail hosts that have a server of that name.
func (f *Facts) mailHosts(name string) []string {
	return slices.DeleteFunc(f.Catalog.NameOwners(name), func(id string) bool {
		h, ok := f.Catalog.Host(id)
		return !ok || h.Own || h.Kind != "" && h.Kind != catalog.KindHost
	})
}

// mxElsewhere reports whether the domain was seen to have MX records and none of them belongs to the host.
func (f *Facts) mxElsewhere(host string) bool {
	mx := f.DNS.Get(f.Owner.Domain, snapshot.MX)
	if len(mx.Data()) == 0 {
		return false
	}
	return !slices.ContainsFunc(mx.Data(), func(name string) bool {
		if snapshot.Below(name, f.Owner.Domain) {
			return true // it may be the same server
		}
		return slices.Contains(f.Catalog.NameOwners(name), host)
	})
}
