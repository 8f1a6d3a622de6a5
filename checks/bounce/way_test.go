package bounce_test

import (
	"strings"
	"testing"

	"example.org/todoku/checks/bounce"
)

// TestOnTheWay: a refusal for want of proof of what a forwarding server or a list sent on is not told as the author's to mend
// by putting that server into SPF; neither is one of an author whose address is borrowed from a mailbox company.
func TestOnTheWay(t *testing.T) {
	const (
		reply     = "550-5.7.26 Your email has been blocked because the sender is unauthenticated."
		signature = "DKIM-Signature: v=1; a=rsa-sha256; d=hibari.example; s=q; h=From; bh=AA==; b=AA==\n"
		srs       = "SRS0=aB1c=XY=hibari.example=mori@suzume.example"
	)
	for name, c := range map[string]struct {
		text, from, to, more string
		step                 bounce.Step
		fix                  bounce.Fix
	}{
		"straight":                {reply, "mori@hibari.example", "suzu@gmail.com", "", "authenticate", bounce.FixYes},
		"passed on":               {reply, "mori@hibari.example", "info@suzume.example", "", "passed-on", bounce.FixYes},
		"borrowed, passed on":     {reply, "mori@yahoo.co.jp", "info@suzume.example", "", "passed-on-borrowed-spf", bounce.FixNo},
		"borrowed, with a policy": {"550-5.7.26 Unauthenticated email from yahoo.co.jp is not accepted due to domain's 550-5.7.26 DMARC policy.", "mori@yahoo.co.jp", "info@suzume.example", "", "passed-on-borrowed", bounce.FixNo},
		"signed, passed on":       {reply, "mori@hibari.example", "info@suzume.example", signature, "passed-on-signed", bounce.FixDepends},
		"signed, SPF asked for":   {"550 5.7.23 The message was rejected because of Sender Policy Framework violation", "mori@hibari.example", "info@suzume.example", signature, "passed-on-needs-srs", bounce.FixNo},
		"rewritten, unsigned":     {"550-5.7.26 Unauthenticated email from hibari.example is not accepted due to domain's 550-5.7.26 DMARC policy.", srs, "info@suzume.example", "", "passed-on-srs", bounce.FixYes},
		"rewritten, SPF its own":  {reply + " 550-5.7.26 DKIM = did not pass 550-5.7.26 SPF [suzume.example] with ip: [203.0.113.20] = did not pass", srs, "info@suzume.example", "", "passed-on-own-spf", bounce.FixYes},
		"through a list":          {reply, "mori@hibari.example", "kai@machi.example", "List-Id: <kai.machi.example>\n", "by-list", bounce.FixYes},
		"a full mailbox, passed":  {"552-5.2.2 The recipient's inbox is out of storage space", "mori@hibari.example", "info@suzume.example", "", "reach-otherwise", bounce.FixNo},
	} {
		r := bounce.Read([]byte(strings.Join([]string{"From: MAILER-DAEMON@www1.host.example", "To: " + c.from, "Subject: Returned mail",
			`Content-Type: multipart/report; report-type=delivery-status; boundary="b"`, "", "--b", "Content-Type: message/delivery-status", "",
			"Reporting-MTA: dns; www1.host.example", "", "Final-Recipient: rfc822; suzu@gmail.com", "Action: failed", "Status: " + c.text[4:9],
			"Remote-MTA: dns; gmail-smtp-in.l.google.com", "Diagnostic-Code: smtp; " + c.text, "", "--b", "Content-Type: text/rfc822-headers", "",
			"Return-Path: <" + c.from + ">", c.more + "From: " + strings.Replace(c.from, srs, "mori@hibari.example", 1), "To: " + c.to, "", "--b--", ""}, "\n")))
		if m := r.Main(); m.Step != c.step || m.Fix != c.fix {
			t.Errorf("%s: %s, step %s, DNS %s", name, m.Cause, m.Step, m.Fix)
		}
	}
}

// TestSeenInTheField are notices as people copy them where a forward or a list has a part in it: what they come down to.
func TestSeenInTheField(t *testing.T) {
	const unproved = "550-5.7.26 Your email has been blocked because the sender is unauthenticated. 550-5.7.26  SPF [nagisa.example] with ip: [203.0.113.20] = did not pass"
	for name, c := range map[string]struct {
		text    string
		cause   bounce.Cause
		step    bounce.Step
		forward bounce.Truth
	}{
		"a notice to the postmaster of the forwarder": {"From: MAILER-DAEMON@www4.host.example\nTo: postmaster@kosame.example\nSubject: Returned mail: see transcript for details\n\n" +
			"   ----- The following addresses had permanent fatal errors -----\n<kosame@gmail.com>\n\n   ----- Transcript of session follows -----\n... while talking to gmail-smtp-in.l.google.com.:\n>>> DATA\n<<< " + unproved + "\n",
			bounce.AuthSPFDKIM, "passed-on", bounce.Yes},
		"a notice to the sender's own postmaster": {"From: MAILER-DAEMON@www4.host.example\nTo: postmaster@nagisa.example\nSubject: Returned mail\n\n<kosame@gmail.com>: host gmail-smtp-in.l.google.com[198.51.100.14] said:\n    " + unproved + "\n",
			bounce.AuthSPFDKIM, "authenticate", bounce.Maybe},
		"a log in which the forwarder rewrote": {"Nov 29 10:51:18 mx postfix/qmgr[12]: B79: from=<SRS0+Wgby=C3=parcel.example=no@kosame.example>, size=2, nrcpt=1 (queue active)\n" +
			"Nov 29 10:51:19 mx postfix/smtp[29]: B79: to=<kosame@gmail.com>, relay=gmail-smtp-in.l.google.com[198.51.100.26]:25, dsn=5.7.1, status=bounced (host gmail-smtp-in.l.google.com[198.51.100.26] said: " +
			"550-5.7.1 Unauthenticated email from parcel.example is not accepted due to domain's 550-5.7.1 DMARC policy. (in reply to end of DATA command))\n",
			bounce.AuthDMARC, "passed-on-srs", bounce.Yes},
		"spam that was passed on": {"<kosame@gmail.com> (expanded from <info@kosame.example>): host\n    gmail-smtp-in.l.google.com[198.51.100.14] said: 550-5.7.1 [203.0.113.20\n    12] Our system has detected that this message is 550-5.7.1 likely\n    unsolicited mail. (in reply to end of DATA command)\n",
			bounce.Spam, "forward-clean", bounce.Yes},
		"an address that is not let send for a domain": {"<suzu@mail.example>: host mx00.mail.example[192.0.2.9] said: 550-203.0.113.20 is not allowed to\n    send mail from hibari.example. Help at/Hilfe unter 550 www.mfaq.info (in reply to\n    RCPT TO command)\n",
			bounce.AuthSPF, "mend-spf", bounce.Maybe},
		"a filter's word for DMARC": {"550 sorry, we don't allow this mail.\n", bounce.AuthDMARC, "align", bounce.Maybe},
		"a list with two Reply-To": {"<kaiin@gmail.com>: host gmail-smtp-in.l.google.com[198.51.100.26] said:\n    550-5.7.1 This message is not RFC 5322 compliant. There are multiple Reply-To\n    550-5.7.1 headers. (in reply to end of DATA command)\n",
			bounce.Malformed, "fix-software", bounce.Maybe},
	} {
		r := bounce.Read([]byte(c.text))
		if m := r.Main(); r.Kind != bounce.Bounce || m.Cause != c.cause || m.Step != c.step || r.Forwarding.Is != c.forward {
			t.Errorf("%s: %s, %s, step %s, forwarded %v", name, r.Kind, m.Cause, m.Step, r.Forwarding)
		}
	}
}

// TestListRefuses: programs that run lists refuse posts under the list's own name, and no record mends that. A member's own
// letter about it is none.
func TestListRefuses(t *testing.T) {
	const top = "From: kai-owner@machi.example\nTo: mori@hibari.example\nSubject: Hello\nMessage-ID: <1@machi.example>\n\n"
	for text, want := range map[string]bounce.Kind{
		"You are not allowed to post to this mailing list, and your message has\nbeen automatically rejected.\n":                                                                               bounce.Bounce,
		"Your posting to the mailing list kai@machi.example was rejected because you are not a member of the list.\n":                                                                          bounce.Bounce,
		"Posting of your message titled \"Hello\"\n\nhas been rejected by the list moderator.\n":                                                                                               bounce.Bounce,
		"Your message for list 'kai' was rejected.\nYou are not allowed to send this message for the following reason:\nMessage distribution in the list is restricted to list subscribers.\n": bounce.Bounce,
		"Dear all,\nI am not a member of the board any more. Posts go to kai@machi.example.\n":                                                                                                 bounce.Message,
	} {
		r := bounce.Read([]byte(top + text))
		if r.Kind != want || want == bounce.Bounce && (r.Cause() != bounce.RecipientPolicy || r.Main().Fix != bounce.FixNo) {
			t.Errorf("%q: %s, %s", text, r.Kind, r.Cause())
		}
	}
}

// TestOneLineOfSPF: a line that somebody copied names SPF as the reason, and no server.
func TestOneLineOfSPF(t *testing.T) {
	for _, text := range []string{"550 5.7.1 mail from hibari.example (203.0.113.5) rejected: SPF", "550 5.7.1 <kato@x.example>: Recipient address rejected: SPF-Result=hibari.example: 'SoftFail'",
		"550 5.7.1 [203.0.113.5] SPF: not permitted", "550 5.7.1 Command rejected (SPF)", "550 5.7.1 メールの送信元が SPF で確認できないため拒否されました (hibari.example)"} {
		if r := bounce.Read([]byte(text)); r.Kind != bounce.Bounce || r.Cause() != bounce.AuthSPF || r.Main().Fix != bounce.FixYes {
			t.Errorf("%q: %s, %s", text, r.Kind, r.Cause())
		}
	}
}
