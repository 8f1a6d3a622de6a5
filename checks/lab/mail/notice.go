package mail

import (
	"fmt"
	"strings"
	"time"
)

// notice returns the bounce for a refused mail, from the server that tried to deliver it, which is the forwarder's if
// there is one. Google's servers word it in their own way, the others as Postfix does (RFC 3464).
func (p *Post) notice(mail, carried parcel, reply string, now time.Time, n int) string {
	by, host := "MAILER-DAEMON@"+carried.helo, carried.helo
	google := strings.HasSuffix(carried.helo, ".google.com")
	subject, human := "Undelivered Mail Returned to Sender", postfixText(carried, reply)
	if google {
		by, host, subject, human = "mailer-daemon@googlemail.com", "googlemail.com", "Delivery Status Notification (Failure)", googleText(carried, reply)
	}
	id := ident(now, 2000+n)
	status := strings.Fields(strings.NewReplacer("-", " ").Replace(reply))[1]
	action := "failed"
	if reply[0] == '4' {
		action = "delayed"
	}
	to := mail.envelope
	if carried.envelope != mail.envelope {
		to = carried.envelope // of the forwarder, who passes the bounce on
	}
	head := func(lines ...string) string { return strings.Join(lines, "\n") + "\n" }
	return head(
		"Return-Path: <>", "From: Mail Delivery Subsystem <"+by+">", "To: "+to, "Subject: "+subject, "Date: "+now.Format(dateForm),
		"Message-ID: <"+id+"@"+host+">", "Auto-Submitted: auto-replied", "MIME-Version: 1.0",
		`Content-Type: multipart/report; report-type=delivery-status; boundary="`+id+`"`, "",
		"--"+id, `Content-Type: text/plain; charset="UTF-8"`, "", human, "",
		"--"+id, "Content-Type: message/delivery-status", "",
		"Reporting-MTA: dns; "+host, "Arrival-Date: "+now.Format(dateForm), "X-Original-Message-ID: "+strings.Join(trimmed(mail.fields("message-id")), ""), "",
		"Final-Recipient: rfc822; "+carried.rcpt, "Action: "+action, "Status: "+status,
		"Remote-MTA: dns; gmail-smtp-in.l.google.com. (198.51.100.14, the server for the domain gmail.com.)",
		"Diagnostic-Code: smtp; "+strings.ReplaceAll(reply, "\n", "\n "), "Last-Attempt-Date: "+now.Format(dateForm), "",
		"--"+id, "Content-Type: text/rfc822-headers", "", "Return-Path: <"+carried.envelope+">",
	) + strings.ReplaceAll(strings.Join(carried.lines, ""), "\r\n", "\n") + "\n--" + id + "--\n"
}

func trimmed(fields []string) []string {
	for i, f := range fields {
		_, v, _ := strings.Cut(f, ":")
		fields[i] = strings.TrimSpace(v)
	}
	return fields
}

func googleText(c parcel, reply string) string {
	return fmt.Sprintf("** Message blocked **\n\nYour message to %s has been blocked. See technical details below for more information.\n\n\nThe response from the remote server was:\n%s",
		c.rcpt, reply)
}

func postfixText(c parcel, reply string) string {
	return fmt.Sprintf("This is the mail system at host %s.\n\nI'm sorry to have to inform you that your message could not\nbe delivered to one or more recipients. It's attached below.\n\n<%s>: host gmail-smtp-in.l.google.com[198.51.100.14] said:\n    %s (in reply to end of DATA command)",
		c.helo, c.rcpt, strings.ReplaceAll(reply, "\n", "\n    "))
}
