package report

import "strconv"

// oddRow records the contradictions in one record.
func (p *part) oddRow(h *Header, r *Row, k sourceKey, x raw, from string) {
	add := func(c Code, method, want, got string) {
		p.odd.add(Oddity{Code: c, IP: r.IP, Method: method, Want: want, Got: got, Times: 1, Messages: r.Count})
	}
	for _, c := range []struct {
		is   Problems
		code Code
	}{{BadCount, NoCount}, {HugeCount, TooManyCount}, {BadIP, NoAddress}, {NoEvaluation, NotEvaluated}, {BadDisposition, NoDisposition},
		{StrayText, Stray}, {Misspelt, Spelling}} {
		if r.Problem&c.is != 0 {
			add(c.code, "", "", "")
		}
	}
	if h.Policy.Domain != "" && !below(from, h.Policy.Domain) {
		add(ForeignFrom, "", h.Policy.Domain, from)
	}
	if r.Problem&NoEvaluation != 0 {
		return
	}
	if len(r.Signatures) > 0 || k.dkim {
		switch {
		case k.dkim && !x.dkim:
			add(EvaluatedPass, "dkim", "", "")
		case !k.dkim && x.dkim:
			add(EvaluatedFail, "dkim", "", "")
		}
	}
	switch {
	case k.spf && !x.spf:
		add(EvaluatedPass, "spf", "", "")
	case !k.spf && x.spf:
		add(EvaluatedFail, "spf", "", "")
	}
	p.oddDisposition(&h.Policy, r, k, from, add)
}

// oddDisposition records a disposition that neither the results nor a reason explain.
func (p *part) oddDisposition(policy *Policy, r *Row, k sourceKey, from string, add func(c Code, method, want, got string)) {
	got := r.Disposition
	if len(r.Reasons) > 0 || got == NotDisposed {
		return
	}
	if k.dkim || k.spf {
		if got == DispQuarantine || got == DispReject {
			add(PunishedPass, "", DispNone.String(), got.String())
		}
		return
	}
	asked := policy.of(from)
	want := disposition([]byte(asked))
	if want == NotDisposed {
		return
	}
	if got == DispPass {
		got = DispNone
	}
	switch {
	case got > want:
		add(StricterThanPolicy, "", want.String(), got.String())
	case got < want && (policy.Percent < 0 || policy.Percent == 100) && !policy.Testing:
		add(WeakerThanPolicy, "", want.String(), got.String())
	}
}

// of returns the policy for mail from a name: sp for a subdomain (RFC 9989 section 4.7).
func (p *Policy) of(from string) string {
	if from != p.Domain && p.SP != "" {
		return p.SP
	}
	return p.P
}

// oddHead records the irregularities of a report as a whole.
func (p *part) oddHead() {
	h := &p.head
	add := func(is bool, o Oddity) {
		if is {
			o.Times = 1
			p.odd.add(o)
		}
	}
	if h.Begin.IsZero() || h.End.IsZero() {
		h.Problem |= BadRange
	}
	add(h.Problem&BadRange != 0, Oddity{Code: NoRange})
	add(h.Problem&BadRange == 0 && h.Begin.After(h.End), Oddity{Code: Backwards})
	add(h.Problem&BadRange == 0 && h.End.Sub(h.Begin) > 8*dayLength, Oddity{Code: LongRange})
	add(h.Policy.P == "", Oddity{Code: NoPolicyGiven})
	add(h.Policy.Percent >= 0 && h.Policy.Percent < 100 && h.Policy.P != "none", Oddity{Code: PartPolicy, Got: strconv.Itoa(h.Policy.Percent)})
	add(h.Policy.Testing, Oddity{Code: TestPolicy})
	add(h.Org == "", Oddity{Code: Nameless})
	add(h.ID == "", Oddity{Code: NoReportID})
	add(h.Errors > 0, Oddity{Code: ReporterError})
	add(h.Problem&StrayText != 0, Oddity{Code: Stray})
	add(h.Problem&Misspelt != 0, Oddity{Code: Spelling})
	add(h.Problem&Cut != 0, Oddity{Code: CutOff})
}
