package tui

import (
	"strings"

	"example.org/todoku/checks"
	"example.org/todoku/checks/dkim"
	"example.org/todoku/checks/dmarc"
	"example.org/todoku/checks/dnsname"
	"example.org/todoku/checks/reading"
	"example.org/todoku/wizard/words"
)

// tags reads the DMARC record or DKIM key that a finding is about; ok is false where there is not exactly one.
func (s diagnosis) tags(x checks.Finding) (t words.Tags, ok bool) {
	dns := s.c.Result().DNS
	if dns == nil {
		return t, false
	}
	if strings.HasPrefix(string(x.Code), "dmarc-") {
		records, _ := reading.DMARCRecords(dns, dns.Domain)
		if len(records) != 1 {
			return t, false
		}
		return s.c.p().AloudDMARC(dmarc.Parse(records[0])), true
	}
	selector, domain, key := dnsname.CutKey(x.Name)
	if !strings.HasPrefix(string(x.Code), "dkim-") || !key {
		return t, false
	}
	records, _ := reading.DKIMRecords(dns, selector, domain)
	if len(records) != 1 {
		return t, false
	}
	return s.c.p().AloudDKIM(dkim.Parse(records[0])), true
}

// tagsAloud explains a record tag by tag, then the defaults of tags that are not written.
func tagsAloud(f Frame, t words.Tags) []string {
	var out []string
	for _, part := range []struct {
		heading string
		list    []words.Said
	}{{"aloud", t.Said}, {"unwritten", t.Unwritten}} {
		if len(part.list) == 0 {
			continue
		}
		out = append(out, "", " "+f.Lang.T("tags.page."+part.heading))
		for _, said := range part.list {
			out = append(out, f.para(said.Term, 3)...)
			out = append(out, f.dim(f.para(said.Text, 5))...)
		}
	}
	return out
}
