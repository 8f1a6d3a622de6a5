package bounce

import "strings"

// detach copies every string of a result, so that it does not keep the mail in memory: a file may hold thousands of
// mails.
func (r *Result) detach() {
	cloneAll(&r.Receiver, &r.Server, &r.Software, &r.Feedback, &r.Forwarding.Through, &r.List.ID, &r.List.Address, &r.List.By, &r.logged)
	for i := range r.Recipients {
		one := &r.Recipients[i]
		cloneAll(&one.Final, &one.Original, &one.Action, &one.Reply, &one.Status, &one.Host, &one.Receiver, &one.Text)
	}
	for _, m := range []*Mail{r.Own, r.Returned} {
		if m != nil {
			m.detach()
		}
	}
	for _, c := range []*Claim{r.Claims.SPF, r.Claims.DKIM, r.Claims.DMARC} {
		if c != nil {
			cloneAll(&c.Result, &c.Domain)
		}
	}
}

func (m *Mail) detach() {
	cloneAll(&m.From, &m.FromDomain, &m.Envelope, &m.Subject, &m.MessageID)
	for _, list := range [][]string{m.To, m.Cc} {
		for i := range list {
			cloneAll(&list[i])
		}
	}
	for i := range m.Signatures {
		cloneAll(&m.Signatures[i].Domain, &m.Signatures[i].Selector)
	}
	for i := range m.Hops {
		cloneAll(&m.Hops[i].From, &m.Hops[i].By, &m.Hops[i].For)
	}
	m.fields = nil
}

func cloneAll(list ...*string) {
	for _, s := range list {
		*s = strings.Clone(*s)
	}
}
