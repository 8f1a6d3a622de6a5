package bounce_test

import (
	"strings"
	"testing"

	"example.org/todoku/checks/bounce"
)

// TestOnTheWay: a refusal for want of proof of what a forwarding server or a list sent on is not told as the author's to mend
// by putting that server into SPF; neither is one of an author whose address is borrowed from a mailbox company.
func TestOnTheWay(t *testing.T) {
	const reply = "550-5.7.26 Your email has been blocked because the sender is unauthenticated."
	for name, c := range map[string]struct {
		text, from, to, more string
		step                 bounce.Step
		fix                  bounce.Fix
	}{
		"straight":               {reply, "mori@hibari.example", "suzu@gmail.com", "", "authenticate", bounce.FixYes},
		"passed on":              {reply, "mori@hibari.example", "info@suzume.example", "", "passed-on", bounce.FixYes},
		"borrowed, passed on":    {reply, "mori@yahoo.co.jp", "info@suzume.example", "", "passed-on", bounce.FixNo},
		"through a list":         {reply, "mori@hibari.example", "kai@machi.example", "List-Id: <kai.machi.example>\n", "by-list", bounce.FixYes},
		"a full mailbox, passed": {"552-5.2.2 The recipient's inbox is out of storage space", "mori@hibari.example", "info@suzume.example", "", "reach-otherwise", bounce.FixNo},
	} {
		r := bounce.Read([]byte(strings.Join([]string{"From: MAILER-DAEMON@www1.host.example", "To: " + c.from, "Subject: Returned mail",
			`Content-Type: multipart/report; report-type=delivery-status; boundary="b"`, "", "--b", "Content-Type: message/delivery-status", "",
			"Reporting-MTA: dns; www1.host.example", "", "Final-Recipient: rfc822; suzu@gmail.com", "Action: failed", "Status: " + c.text[4:9],
			"Remote-MTA: dns; gmail-smtp-in.l.google.com", "Diagnostic-Code: smtp; " + c.text, "", "--b", "Content-Type: text/rfc822-headers", "",
			"Return-Path: <" + c.from + ">", c.more + "From: " + c.from, "To: " + c.to, "", "--b--", ""}, "\n")))
		if m := r.Main(); m.Step != c.step || m.Fix != c.fix {
			t.Errorf("%s: %s, step %s, DNS %s", name, m.Cause, m.Step, m.Fix)
		}
	}
}
