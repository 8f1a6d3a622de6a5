package mail

import (
	"embed"
	"errors"
	"fmt"
	"strings"

	"example.org/todoku/checks/message"
	"example.org/todoku/checks/spf"
)

// spfWords are Gmail's words for the SPF results.
var spfWords = map[spf.Result]string{
	spf.Pass:      "domain of %[1]s designates %[2]s as permitted sender",
	spf.Fail:      "domain of %[1]s does not designate %[2]s as permitted sender",
	spf.SoftFail:  "domain of transitioning %[1]s does not designate %[2]s as permitted sender",
	spf.Neutral:   "%[2]s is neither permitted nor denied by best guess record for domain of %[1]s",
	spf.None:      "%[1]s does not designate permitted sender hosts",
	spf.PermError: "permanent error in processing during lookup of %[1]s",
	spf.TempError: "error in processing during lookup of %[1]s: DNS error",
}

// spfText is the comment on SPF.
func spfText(c parcel, rep message.Report) string {
	out := strings.ReplaceAll(spfWords[rep.SPF.Result], "%[1]s", c.envelope)
	return "google.com: " + strings.ReplaceAll(out, "%[2]s", c.ip.String())
}

// dkimText returns a signature's result as Gmail writes it.
func dkimText(d message.DKIM) string {
	out := "fail"
	switch {
	case passes(d):
		out = "pass"
	case d.Reason == message.KeyMissing, d.Reason == message.DNSFailed:
		out = "temperror (no key for signature)"
	case d.Reason == message.BodyChanged:
		out = "neutral (body hash did not verify)"
	case d.Reason != message.SignatureWrong && d.Reason != message.HeaderChanged:
		out = "neutral (" + string(d.Reason) + ")"
	}
	return fmt.Sprintf("dkim=%s header.i=@%s header.s=%s header.b=%s", out, d.Domain, d.Selector, d.Beginning(8))
}

// results returns the value of Authentication-Results without the server's name.
func results(c parcel, rep message.Report) string {
	var all []string
	for _, d := range rep.DKIM {
		all = append(all, dkimText(d))
	}
	all = append(all, fmt.Sprintf("spf=%s (%s) smtp.mailfrom=%s", rep.SPF.Result, spfText(c, rep), c.envelope))
	if p := rep.DMARC.Policy; p != "" {
		p, dis := strings.ToUpper(p), "NONE"
		if rep.DMARC.Result == message.Fail {
			dis = p
		}
		all = append(all, fmt.Sprintf("dmarc=%s (p=%s sp=%s dis=%s) header.from=%s", rep.DMARC.Result, p, p, dis, rep.DMARC.From))
	}
	return strings.Join(all, ";\r\n       ")
}

// deliver returns the mail as it is delivered to the mailbox, with the headers that Gmail adds.
func (r receiver) deliver(c parcel, rep message.Report) (string, error) {
	res := results(c, rep)
	all, err := keys()
	if err != nil {
		return "", err
	}
	key := all["google"]
	if key == nil {
		return "", errors.New("the lab has no key of the receiver's")
	}
	// One ARC set (RFC 8617 section 5.1): the first, unless the mail has some.
	n, cv := rep.ARC.Instances+1, "none"
	if n > 1 {
		cv = string(rep.ARC.CV)
	}
	aar := fmt.Sprintf("ARC-Authentication-Results: i=%d; mx.google.com;\r\n       %s\r\n", n, res)
	tags := fmt.Sprintf("i=%d; a=rsa-sha256; c=relaxed/relaxed; d=google.com; s=arc-20240605; t=%d;\r\n        h=to:subject:message-id:date:from:mime-version;\r\n        bh=%s",
		n, r.now.Unix(), bodyHash(c.body))
	ams, err := signed(key, "ARC-Message-Signature", tags, c.fields("to", "subject", "message-id", "date", "from", "mime-version"))
	if err != nil {
		return "", err
	}
	seal := ""
	if n == 1 { // a seal over earlier sets would have to cover them too, but no server of the lab seals before Gmail
		tags = fmt.Sprintf("i=%d; a=rsa-sha256; t=%d; cv=%s;\r\n        d=google.com; s=arc-20240605", n, r.now.Unix(), cv)
		if seal, err = signed(key, "ARC-Seal", tags, []string{aar, ams}); err != nil {
			return "", err
		}
	}
	top := []string{
		"Delivered-To: " + c.rcpt + "\r\n",
		fmt.Sprintf("Received: by 2002:a05:6214:%s with SMTP id %s;\r\n        %s\r\n", r.id[:4], r.id[:12], r.stamp()),
		seal, ams, aar,
	}
	own := []string{
		fmt.Sprintf("Received-SPF: %s (%s) client-ip=%s;\r\n", rep.SPF.Result, spfText(c, rep), c.ip),
		"Authentication-Results: mx.google.com;\r\n       " + res + "\r\n",
	}
	// Return-Path and Received of the border stand first in c.
	lines := append(append(append(top, c.lines[:2]...), own...), c.lines[2:]...)
	return strings.Join(lines, "") + "\r\n" + c.body, nil
}

// fields returns the first header of each of these names, for a signature over them.
func (c parcel) fields(names ...string) []string {
	var out []string
	for _, n := range names {
		for _, l := range c.lines {
			if strings.HasPrefix(strings.ToLower(l), n+":") {
				out = append(out, l)
				break
			}
		}
	}
	return out
}

//go:embed page.*.txt
var pageFiles embed.FS

// page returns the text of Gmail's page that shows a mail's source, in a language (English if there is none). A line
// without its result is left out.
func page(lang string, c parcel, rep message.Report, source string) string {
	form, err := pageFiles.ReadFile("page." + lang + ".txt")
	if err != nil {
		form, _ = pageFiles.ReadFile("page.en.txt")
	}
	row := func(field string) string {
		for _, f := range c.fields(field) {
			_, v, _ := strings.Cut(f, ":")
			return strings.TrimSpace(v)
		}
		return ""
	}
	data := map[string]string{"ID": row("message-id"), "Date": row("date"), "From": row("from"), "To": row("to"), "Subject": row("subject"),
		"SPF": strings.ToUpper(string(rep.SPF.Result)), "IP": c.ip.String(), "Source": strings.ReplaceAll(source, "\r\n", "\n")}
	for _, d := range rep.DKIM {
		data["DKIM"], data["Signer"] = strings.ToUpper(string(d.Result)), d.Domain
	}
	if rep.DMARC.Policy != "" {
		data["DMARC"] = strings.ToUpper(string(rep.DMARC.Result))
	}
	var lines, values []string
	for line := range strings.Lines(string(form)) {
		if !strings.Contains(line, "{{.DKIM}}") && !strings.Contains(line, "{{.DMARC}}") || data["DKIM"] != "" && strings.Contains(line, "{{.DKIM}}") ||
			data["DMARC"] != "" && strings.Contains(line, "{{.DMARC}}") {
			lines = append(lines, line)
		}
	}
	for field, value := range data {
		values = append(values, "{{."+field+"}}", value)
	}
	return strings.NewReplacer(values...).Replace(strings.Join(lines, ""))
}
