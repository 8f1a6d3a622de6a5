package mail

import (
	"context"
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"time"

	"example.org/todoku/checks/lab"
	"example.org/todoku/checks/message"
	"example.org/todoku/checks/snapshot"
	"example.org/todoku/checks/spf"
)

// receiver is Gmail at one moment.
type receiver struct {
	net *lab.Internet
	now time.Time
	id  string
}

// place is the resolver that Gmail asks.
const place = "google"

// Reply implements spf.Data from the resolver's cache.
func (r receiver) Reply(n spf.Need) spf.Reply {
	values, status := r.net.Lookup(place, n.Name, snapshot.Type(n.Type))
	switch status {
	case snapshot.Failed:
		return spf.Reply{Status: spf.TempErr}
	case snapshot.OK:
	default:
		return spf.Reply{Status: spf.Void}
	}
	out := spf.Reply{Status: spf.Found}
	for _, v := range values {
		switch ip, err := netip.ParseAddr(v); {
		case n.Type == "TXT":
			out.TXT = append(out.TXT, v)
		case n.Type != "A" && n.Type != "AAAA":
			out.Names = append(out.Names, v)
		case err == nil:
			out.Addrs = append(out.Addrs, ip)
		}
	}
	return out
}

// westCoast is the time zone of Gmail's servers.
var westCoast = time.FixedZone("PST", -8*3600)

func (r receiver) stamp() string { return r.now.In(westCoast).Format(dateForm) + " (PST)" }

// judge receives a mail and verifies it.
func (r receiver) judge(ctx context.Context, c parcel) (message.Report, parcel, error) {
	name := r.reverse(c.ip)
	if name == "" {
		name = c.helo
	}
	in := c.with("Received", "from %s (%s. [%s])\r\n        by mx.google.com with ESMTPS id %s\r\n        for <%s>\r\n        (version=TLS1_3 cipher=TLS_AES_128_GCM_SHA256 bits=128/128);\r\n        %s",
		c.helo, name, c.ip, r.id, c.rcpt, r.stamp())
	in = in.with("Return-Path", "<%s>", c.envelope)
	m, err := message.Parse(ctx, strings.NewReader(in.raw()))
	if err != nil {
		return message.Report{}, in, err
	}
	return m.Verify(ctx, r), in, ctx.Err()
}

// reverse returns the name of an address that resolves back to it (RFC 1912 section 2.1); "" for none.
func (r receiver) reverse(ip netip.Addr) string {
	t := snapshot.A
	if ip.Is6() {
		t = snapshot.AAAA
	}
	names, _ := r.net.Lookup(place, snapshot.Reverse(ip), snapshot.PTR)
	for _, n := range names {
		if back, _ := r.net.Lookup(place, n, t); slices.Contains(back, ip.String()) {
			return n
		}
	}
	return ""
}

// refuse returns the SMTP reply with which Gmail refuses the mail, one line each; "" if it accepts it.
func (r receiver) refuse(c parcel, rep message.Report) string {
	dkim := slices.ContainsFunc(rep.DKIM, passes)
	end := func(page string) string { return fmt.Sprintf(" https://support.google.com/%s %s - gsmtp", page, r.id) }
	lines := func(code, status string, text ...string) string {
		for i, t := range text {
			sep := "-"
			if i == len(text)-1 {
				sep = " "
			}
			text[i] = code + sep + status + " " + t
		}
		return strings.Join(text, "\n")
	}
	switch {
	case r.reverse(c.ip) == "":
		return lines("550", "5.7.25", "["+c.ip.String()+"] The IP address sending this message does not have a",
			"PTR record setup, or the corresponding forward DNS entry does not",
			"match the sending IP. As a policy, Gmail does not accept messages from", "IPs with missing PTR records. For more information, go to",
			end("a?p=sender-guidelines-ip"))
	case rep.DMARC.Result == message.Fail && rep.DMARC.Policy == "reject":
		return lines("550", "5.7.26", "Unauthenticated email from "+rep.DMARC.From+" is not accepted due to",
			"domain's DMARC policy. Please contact the administrator of", rep.DMARC.From+" domain if this was a legitimate mail. To learn about the",
			"DMARC initiative, go to", end("mail/?p=DmarcRejection"))
	case rep.SPF.Result == spf.TempError && !dkim:
		return lines("451", "4.7.26", "Unauthenticated email from "+rep.DMARC.From+" is not accepted,", "but temporary DNS failures prevent authentication. To learn more, go to",
			end("mail/answer/81126#authentication"))
	case rep.SPF.Result != spf.Pass && !dkim:
		return lines("550", "5.7.26", "Your email has been blocked because the sender is unauthenticated.",
			"Gmail requires all senders to authenticate with either SPF or DKIM.", "", " Authentication results:", " DKIM = did not pass",
			fmt.Sprintf(" SPF [%s] with ip: [%s] = did not pass", rep.SPF.Domain, c.ip), "", " For instructions on setting up authentication, go to",
			end("mail/answer/81126#authentication"))
	}
	return ""
}
