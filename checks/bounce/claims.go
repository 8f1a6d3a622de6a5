package bounce

import (
	"net/netip"
	"slices"
	"strings"

	"example.org/todoku/checks/internal/pattern"
)

// texts returns the receivers' replies joined, where results of checks may be found.
func (r *Result) texts(w *weigher) string {
	var b strings.Builder
	for _, one := range r.Recipients {
		b.WriteString(one.Text + "\n")
		if b.Len() > maxNotice {
			break
		}
	}
	return oneLine(b.String() + "\n" + w.replies + "\n" + w.n.text)
}

// oneLine joins a reply of several lines and removes the repeated codes.
func oneLine(text string) string {
	text = strings.Join(strings.Fields(text), " ")
	text = codes.ReplaceAllString(text, " ")
	return strings.Join(strings.Fields(text), " ")
}

const ipForm = `(?:IPv6:)?((?:\d{1,3}\.){3}\d{1,3}|[0-9a-fA-F]{0,4}:[0-9a-fA-F:]*[0-9a-fA-F](?:\.\d{1,3}){0,3})`
const nameForm = `([\pL\pN_](?:[\pL\pN_.-]*[\pL\pN])?\.[\pL\pN-]{2,})`

var (
	// Gmail and Yahoo: "SPF [example.jp] with ip: [192.0.2.1] = Did not pass".
	spfNamed   = pattern.New(`(?i)\bspf\s*\[?\s*` + nameForm + `?\s*\]?\s*with\s+ip(?:\s+address)?\s*:?\s*\[?\s*` + ipForm + `?\s*\]?\s*=\s*(did not pass|pass|fail\w*|none)`)
	spfAddress = pattern.New(`(?i)\bspf with\s+\[?` + ipForm + `\]?\s*=\s*(did not pass|pass|fail\w*|none)`)
	// Gmail, 2022: "SPF check for [example.jp] did not pass with ip: [192.0.2.1]", "DKIM checks did not pass".
	spfChecked  = pattern.New(`(?i)\bspf checks? for\s+\[?\s*` + nameForm + `\s*\]?\s+(did not pass|does not pass|fail\w*)(?:\s+with\s+ip(?:\s+address)?\s*:?\s*\[?\s*` + ipForm + `)?`)
	dkimChecked = pattern.New(`(?i)\bdkim checks?\s+(did not pass|does not pass|fail\w*|pass)`)
	// Microsoft and others: "Spf= Fail , Dkim= Pass".
	spfShort   = pattern.New(`(?i)\bspf\s*[:=]\s*\(?(did not pass|pass|fail\w*|none|softfail|hardfail|permerror|temperror)`)
	dkimShort  = pattern.New(`(?i)\bdkim\s*[:=]\s*\(?(did not pass|pass|fail\w*|none|permerror|temperror)`)
	dmarcShort = pattern.New(`(?i)\bdmarc\s*[:=]\s*\(?(did not pass|pass|fail\w*|none|permerror)`)
	// Gmail: "The MAIL FROM domain [example.jp] has an SPF record with a hard fail policy (-all) but it fails … ip: [192.0.2.1]".
	hardFail = pattern.New(`(?i)mail from domain \[?` + nameForm + `\]? has an spf record[^\[]{0,160}(?:ip:? ?\[?` + ipForm + `)?`)
	// Comcast, Exim, MailEnable and others: "192.0.2.1 is not allowed to send mail from example.jp".
	notAllowed = pattern.New(`(?i)\[?` + ipForm + `\]?\)?\s+is\s+not\s+(?:allowed|authori[sz]ed|permitted)\s+to\s+(?:send|use)\b[^\n]{0,30}?\s(?:from|for|domain|of)\s+[<"'\[]?(?:[^\s<>@]+@)?` + nameForm)
	// The page of openspf.org that Postfix's policy daemons name: s=mfrom;id=a%40example.jp;ip=192.0.2.1.
	whyPage = pattern.New(`(?i)why\?[^\s]*?(?:id|sender)=(?:[^\s;&]*?(?:%40|@))?` + nameForm + `[;&][^\s]*?ip=` + ipForm)
	// Whose policy refused the mail.
	policyOf = []*pattern.Pattern{
		pattern.New(`(?i)unauthenticated e?-?mail from\s+\[?` + nameForm + `\]?\s+is not accepted`),
		pattern.New(`(?i)sending domain \[?` + nameForm + `\]? does not pass dmarc`),
		pattern.New(`(?i)(?:due to|violates?)\s+` + nameForm + `(?:'s|’s)?\s+dmarc`),
		pattern.New(`(?i)dmarc (?:policy|record)[^\n]{0,30}?\b(?:of|for)\s+(?:domain\s+)?\[?` + nameForm),
	}
	// Which domain was not found: "553 d does not exist (in reply to MAIL FROM command)", "Domain of sender address a@d
	// does not exist", "<a@d>: Sender address rejected: Domain not found".
	senderOf = []*pattern.Pattern{
		pattern.New(`(?i)domain of sender address\s+<?(?:[^\s<>@]+@)?` + nameForm + `>?\s+does not`),
		pattern.New(`(?i)<?[^\s<>@]+@` + nameForm + `>?\s*:?\s*sender address rejected`),
		pattern.New(`(?i)sender (?:domain|address)[:\s]+[\["'<]?(?:[^\s<>@]+@)?` + nameForm + `[\]"'>]?\s+(?:does not|not found|must resolve|could not|cannot|is not)`),
		pattern.New(`(?i)(?:^|[\s<@])` + nameForm + `>?\s+does not exist \(?in reply to MAIL FROM`),
		pattern.New(`(?i)mail from domain \[` + nameForm + `\]`),
	}
	levelOf = pattern.New(`(?i)sending domain \[?` + nameForm + `\]? does not meet the required auth`)
	// Where the receiver names the connecting address.
	ipNamed = []*pattern.Pattern{
		pattern.New(`(?i)with\s+(?:the\s+)?ip(?:\s+address)?\s*:?\s*\[?` + ipForm),
		pattern.New(`(?i)(?:client host|client|host|ip address|ip|from|server|messages from|mail from)\s*:?\s*\[?` + ipForm + `\]?[^\n]{0,60}?(?:block|list|reject|rate|deferred|weren't|were not|not accepted|does not|has been|could not|denied|banned)`),
		pattern.New(`(?i)(?:^|[\s"'])(?:[245]\d\d[ -])?(?:[245]\.\d{1,3}\.\d{1,3}\s+)?\[` + ipForm + `(?:\s+\d+)?\]\s+(?:our system|the sender|the sending|this message|the ip|messages|gmail)`),
		pattern.New(`(?i)(?:query/ip/|[?&;]ip=|lookup\?)` + ipForm),
		pattern.New(`(?i)\[` + ipForm + `\][^\n]{0,40}?(?:blocked using|is listed|listed at|blacklisted)`),
	}
)

// claimsOf returns what receivers say about their checks.
func claimsOf(text string) Claims {
	if len(text) > maxNotice {
		text = text[:maxNotice]
	}
	var c Claims
	lower := strings.ToLower(text) // if a word is missing, its patterns need not be tried
	if strings.Contains(lower, "spf") || strings.Contains(lower, "why?") {
		c.SPF = spfClaim(text)
	}
	if strings.Contains(lower, "dkim") {
		c.DKIM = short(text, dkimShort, dkimChecked)
	}
	policies := policyOf
	if strings.Contains(lower, "dmarc") {
		c.DMARC = short(text, dmarcShort)
	} else if !strings.Contains(lower, "unauthenticated e") {
		policies = nil
	}
	for _, re := range policies {
		if m := re.FindStringSubmatch(text); m != nil {
			c.DMARC = &Claim{Result: "fail", Domain: strings.ToLower(m[1])}
			break
		}
	}
	if m := levelOf.FindStringSubmatch(text); m != nil && (c.DMARC == nil || c.DMARC.Domain == "") {
		if c.DMARC == nil {
			c.DMARC = &Claim{}
		}
		c.DMARC.Domain = strings.ToLower(m[1])
	}
	senders := senderOf
	if !strings.Contains(lower, "sender") && !strings.Contains(lower, "mail from") {
		senders = nil
	}
	for _, re := range senders {
		if m := re.FindStringSubmatch(text); m != nil && c.Sender == "" {
			c.Sender = strings.ToLower(m[1])
		}
	}
	if c.SPF != nil {
		c.IP = c.SPF.IP
	}
	for _, re := range ipNamed {
		if c.IP.IsValid() {
			break
		}
		if m := re.FindStringSubmatch(text); m != nil {
			c.IP = parseIP(m[1])
		}
	}
	return c
}

func spfClaim(text string) *Claim {
	if m := spfNamed.FindStringSubmatch(text); m != nil {
		return &Claim{Result: verdict(m[3]), Domain: strings.ToLower(m[1]), IP: parseIP(m[2])}
	}
	if m := hardFail.FindStringSubmatch(text); m != nil {
		return &Claim{Result: "fail", Domain: strings.ToLower(m[1]), IP: parseIP(m[2])}
	}
	if m := spfAddress.FindStringSubmatch(text); m != nil {
		return &Claim{Result: verdict(m[2]), IP: parseIP(m[1])}
	}
	if m := spfChecked.FindStringSubmatch(text); m != nil {
		return &Claim{Result: verdict(m[2]), Domain: strings.ToLower(m[1]), IP: parseIP(m[3])}
	}
	if m := notAllowed.FindStringSubmatch(text); m != nil {
		return &Claim{Result: "fail", Domain: strings.ToLower(m[2]), IP: parseIP(m[1])}
	}
	if m := whyPage.FindStringSubmatch(text); m != nil {
		return &Claim{Result: "fail", Domain: strings.ToLower(m[1]), IP: parseIP(m[2])}
	}
	return short(text, spfShort)
}

func short(text string, forms ...*pattern.Pattern) *Claim {
	for _, re := range forms {
		if m := re.FindStringSubmatch(text); m != nil {
			return &Claim{Result: verdict(m[1])}
		}
	}
	return nil
}

// verdict converts a receiver's word for a result to that of RFC 8601.
func verdict(s string) string {
	s = strings.ToLower(s)
	switch {
	case s == "did not pass", s == "does not pass", strings.HasPrefix(s, "fail"), s == "hardfail":
		return "fail"
	}
	return s
}

func parseIP(s string) netip.Addr {
	ip, err := netip.ParseAddr(s)
	if err != nil {
		return netip.Addr{}
	}
	return ip.Unmap()
}

// borrowed reports whether the author's address is at a mailbox provider, whose DNS the sender cannot change.
func (r *Result) borrowed() bool {
	author := ""
	if c := r.Claims.DMARC; c != nil {
		author = c.Domain
	}
	if author == "" && r.Returned != nil {
		author = r.Returned.FromDomain
	}
	return kept(strings.ToLower(author)) != ""
}

// disown adjusts an authentication failure if the author's address is at a mailbox provider: no record of the sender's
// can fix it. Failures of SPF stay fixable if the envelope sender has a domain of its own.
func (r *Result) disown() {
	if !r.borrowed() {
		return
	}
	envelope := ""
	if c := r.Claims.SPF; c != nil {
		envelope = c.Domain
	}
	if envelope == "" && r.Returned != nil {
		envelope = domainOf(r.Returned.Envelope)
	}
	for i := range r.Recipients {
		switch one := &r.Recipients[i]; one.Cause {
		case AuthSPF, AuthSPFDKIM:
			if envelope != "" && kept(envelope) == "" {
				continue
			}
			fallthrough
		case AuthDMARC, AuthAlignment, AuthDMARCMissing, AuthDKIM:
			one.Fix, one.Job, one.Step = FixNo, JobOwner, ownAuthor
		}
	}
}

// onTheWay adjusts an authentication failure of mail that a forwarding server or a list sent on: the connecting server
// was not the author's, and must not be added to the author's SPF record (RFC 7208 appendix D).
func (r *Result) onTheWay() {
	if !r.List.Is && r.Forwarding.Is != Yes {
		return
	}
	for i := range r.Recipients {
		switch one := &r.Recipients[i]; one.Cause {
		case AuthSPF, AuthSPFDKIM, AuthDMARC, AuthAlignment, AuthDKIM:
			if one.Step = byList; !r.List.Is {
				one.Step, one.Fix = r.onward(*one)
			}
		case Spam, Rate, IPReputation:
			if !r.List.Is {
				one.Step = cleaner
			}
		}
	}
}

// onward returns the next step for a forwarded mail that failed authentication, and whether a DNS record can fix it.
func (r *Result) onward(one Recipient) (Step, Fix) {
	rewrote := r.rewrote()
	switch spf := r.Claims.SPF; {
	case rewrote != "" && (one.Cause == AuthSPF || one.Cause == AuthSPFDKIM && spf != nil && kin(rewrote, spf.Domain)):
		return onwardOwnSPF, FixYes // the forwarder's, for its own domain
	case r.borrowed() && rewrote == "" && (one.Cause == AuthSPF || one.Cause == AuthSPFDKIM):
		return onwardBorrowedSPF, FixNo
	case r.borrowed():
		return onwardBorrowed, FixNo
	case one.Cause == AuthSPF && r.signed():
		return onwardSRS, FixNo
	case r.signed():
		return onwardSigned, FixDepends
	case rewrote != "":
		return onwardRewritten, one.Fix
	}
	return onward, one.Fix
}

// rewrote returns the domain to which a forwarding server rewrote the envelope sender; "" if none is known to have done so.
func (r *Result) rewrote() string {
	if r.Returned != nil && forwardersEnvelope.MatchString(r.Returned.Envelope) {
		return domainOf(r.Returned.Envelope)
	}
	return r.logged
}

// signed reports whether the returned mail has a DKIM signature of the author's domain.
func (r *Result) signed() bool {
	return r.Returned != nil && slices.ContainsFunc(r.Returned.Signatures, func(s Signature) bool { return kin(s.Domain, r.Returned.FromDomain) })
}

// kin reports whether two domains are the same, or one is below the other.
func kin(a, b string) bool {
	a, b = "."+strings.ToLower(a), "."+strings.ToLower(b)
	return len(a) > 1 && len(b) > 1 && (strings.HasSuffix(a, b) || strings.HasSuffix(b, a))
}

// narrow replaces a failure of SPF and DKIM by what was lacking, as far as the reply itself says which of them passed.
func (c Claims) narrow(all []Recipient) {
	for i := range all {
		if all[i].Cause != AuthSPFDKIM {
			continue
		}
		if lacking := c.lacking(all[i].Step == allThree); lacking != "" {
			all[i].setCause(lacking, all[i].Basis)
		}
	}
}

// lacking returns the cause for what the stated results show to be lacking; "" if they do not show it. Where one of SPF and
// DKIM is enough, a failed DKIM beside an SPF that passed is not a cause.
func (c Claims) lacking(three bool) Cause {
	if c.SPF == nil || c.DKIM == nil {
		return ""
	}
	spf, dkim := c.SPF.Result == "pass", c.DKIM.Result == "pass"
	switch {
	case dkim && !spf:
		return AuthSPF
	case !three || !spf:
		return ""
	case !dkim:
		return AuthDKIM
	case c.DMARC != nil && c.DMARC.Result == "none":
		return AuthDMARCMissing
	case c.DMARC != nil && c.DMARC.Result == "fail":
		return AuthAlignment
	}
	return ""
}
