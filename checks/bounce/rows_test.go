package bounce_test

import (
	"encoding/base64"
	"fmt"
	"mime/quotedprintable"
	"os"
	"strings"
	"testing"

	"golang.org/x/text/encoding/japanese"

	"example.org/todoku/checks/bounce"
	"example.org/todoku/checks/lab/sample"
)

// refusal is a row of testdata/rows.tsv: a receiver's reply, and what it means.
type refusal struct {
	name, host, to, receiver, cause, fix string
	lines                                []string
}

func refusals(t *testing.T) []refusal { return refusalsOf(t, "testdata/rows.tsv") }

func refusalsOf(t *testing.T, file string) []refusal {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var out []refusal
	for _, l := range strings.Split(string(data), "\n") {
		if l == "" || l[0] == '#' {
			continue
		}
		c := strings.Split(l, "\t")
		if len(c) != 7 {
			t.Fatalf("%d columns: %s", len(c), l)
		}
		out = append(out, refusal{c[0], c[1], c[2], c[3], c[4], c[5], strings.Split(c[6], `\n`)})
	}
	return out
}

const sentMail = `Return-Path: <info@minato-ya.example>
Received: from [192.0.2.200] (p200.example.ne.jp [192.0.2.200])
	by sv7.host.example (Postfix) with ESMTPSA id 4ZZabc
	for <%s>; Thu, 12 Feb 2026 10:00:01 +0900 (JST)
From: =?utf-8?B?5rmK5bGL?= <info@minato-ya.example>
To: %s
Subject: =?utf-8?B?44GK6KaL56mN?=
Date: Thu, 12 Feb 2026 10:00:00 +0900
Message-ID: <1.2@minato-ya.example>

hello
`

// wrap breaks a text at blanks, as Postfix does, each line indented.
func wrap(s string, width int) string {
	var out []string
	line := ""
	for _, w := range strings.Fields(s) {
		if line != "" && len(line)+1+len(w) > width {
			out = append(out, line)
			line = ""
		}
		line = strings.TrimSpace(line + " " + w)
	}
	return strings.Join(append(out, line), "\n    ")
}

// shapes are the formats in which a reply reaches the sender.
var shapes = map[string]func(r refusal) string{
	"postfix": func(r refusal) string {
		joined := strings.Join(r.lines, " ")
		return fmt.Sprintf(`Return-Path: <>
From: MAILER-DAEMON@sv7.host.example (Mail Delivery System)
To: info@minato-ya.example
Subject: Undelivered Mail Returned to Sender
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status;
	boundary="4ZZ.1770/sv7.host.example"

This is a MIME-encapsulated message.

--4ZZ.1770/sv7.host.example
Content-Description: Notification
Content-Type: text/plain; charset=us-ascii

This is the mail system at host sv7.host.example.

I'm sorry to have to inform you that your message could not
be delivered to one or more recipients. It's attached below.

                   The mail system

<%s>: host %s[192.0.2.25] said:
    %s (in reply to end of DATA command)

--4ZZ.1770/sv7.host.example
Content-Description: Delivery report
Content-Type: message/delivery-status

Reporting-MTA: dns; sv7.host.example
X-Postfix-Queue-ID: 4ZZabc
X-Postfix-Sender: rfc822; info@minato-ya.example
Arrival-Date: Thu, 12 Feb 2026 10:00:01 +0900 (JST)

Final-Recipient: rfc822; %s
Original-Recipient: rfc822;%s
Action: failed
Status: 5.0.0
Remote-MTA: dns; %s
Diagnostic-Code: smtp; %s

--4ZZ.1770/sv7.host.example
Content-Description: Undelivered Message
Content-Type: message/rfc822

%s
--4ZZ.1770/sv7.host.example--
`, r.to, r.host, wrap(joined, 70), r.to, r.to, r.host, wrap(joined, 70), fmt.Sprintf(sentMail, r.to, r.to))
	},
	// Sendmail's reason is the first line, cut; the transcript has all.
	"sendmail": func(r refusal) string {
		return fmt.Sprintf(`From: Mail Delivery Subsystem <MAILER-DAEMON@www7.host.example>
To: info@minato-ya.example
Subject: Returned mail: see transcript for details

The original message was received at Thu, 12 Feb 2026 10:00:01 +0900 (JST)
from www7.host.example [192.0.2.70]

   ----- The following addresses had permanent fatal errors -----
<%s>
    (reason: %s)

   ----- Transcript of session follows -----
... while talking to %s.:
>>> DATA
<<< %s
554 5.0.0 Service unavailable

%s`, r.to, r.lines[0], r.host, strings.Join(r.lines, "\n<<< "), fmt.Sprintf(sentMail, r.to, r.to))
	},
	"qmail": func(r refusal) string {
		return fmt.Sprintf(`Hi. This is the qmail-send program at dc12.host.example.
I'm afraid I wasn't able to deliver your message to the following addresses.
This is a permanent error; I've given up. Sorry it didn't work out.

<%s>:
192.0.2.25 failed after I sent the message.
Remote host said: %s

--- Below this line is a copy of the message.

%s`, r.to, strings.Join(r.lines, "\n"), fmt.Sprintf(sentMail, r.to, r.to))
	},
	"exim": func(r refusal) string {
		return fmt.Sprintf(`This message was created automatically by mail delivery software.

A message that you sent could not be delivered to one or more of its
recipients. This is a permanent error. The following address(es) failed:

  %s
    host %s [192.0.2.25]
    SMTP error from remote mail server after end of data:
    %s

------ This is a copy of the message, including all the headers. ------

%s`, r.to, r.host, strings.Join(r.lines, "\n    "), fmt.Sprintf(sentMail, r.to, r.to))
	},
	// A host's own words in Japanese, in the charset of old.
	"japanese": func(r refusal) string {
		text := fmt.Sprintf("お客様が送信されたメールを、次の宛先に配送できませんでした。\n\n宛先: <%s>\n\n相手先サーバー %s からの応答:\n%s\n", r.to, r.host, strings.Join(r.lines, "\n"))
		body, _ := japanese.ISO2022JP.NewEncoder().String(text)
		return "From: MAILER-DAEMON@sv7.host.example\nTo: info@minato-ya.example\nSubject: =?iso-2022-jp?B?GyRCJWEhPCVrJHIbKEI=?=\n" +
			"MIME-Version: 1.0\nContent-Type: text/plain; charset=iso-2022-jp\nContent-Transfer-Encoding: 7bit\n\n" + body
	},
	"base64": func(r refusal) string {
		text := fmt.Sprintf("配信できませんでした。\r\n\r\n<%s>: host %s[192.0.2.25] said:\r\n    %s (in reply to end of DATA command)\r\n", r.to, r.host, wrap(strings.Join(r.lines, " "), 70))
		return "From: MAILER-DAEMON@sv7.host.example\r\nTo: info@minato-ya.example\r\nSubject: Undelivered\r\nMIME-Version: 1.0\r\n" +
			"Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n" + base64.StdEncoding.EncodeToString([]byte(text)) + "\r\n"
	},
	"quoted-printable": func(r refusal) string {
		var b strings.Builder
		w := quotedprintable.NewWriter(&b)
		fmt.Fprintf(w, "** 配信は完了していません **\n\n%s にメールを配信できませんでした。\n\nリモート サーバーからの応答:\n\n%s\n", r.to, strings.Join(r.lines, "\n"))
		w.Close()
		return "From: Mail Delivery Subsystem <mailer-daemon@googlemail.com>\nTo: info@minato-ya.example\nSubject: Delivery Status Notification (Failure)\n" +
			"MIME-Version: 1.0\nContent-Type: text/plain; charset=UTF-8\nContent-Transfer-Encoding: quoted-printable\nX-Failed-Recipients: " + r.to + "\n\n" + b.String()
	},
	// What people paste.
	"quoted": func(r refusal) string {
		text := fmt.Sprintf("<%s>: host %s[192.0.2.25] said:\n    %s (in reply to end of DATA command)", r.to, r.host, wrap(strings.Join(r.lines, " "), 60))
		return "> " + strings.ReplaceAll(text, "\n", "\n> ")
	},
	"html": func(r refusal) string {
		return "<html><body><p>Your message wasn&#39;t delivered to <b>" + r.to + "</b>.</p><p>The response from the remote server was:</p><p>" +
			strings.Join(r.lines, "<br>\n") + "</p></body></html>"
	},
	"log": func(r refusal) string {
		return fmt.Sprintf("Feb 12 10:00:03 sv7 postfix/smtp[8123]: 4ZZabc: to=<%s>, relay=%s[192.0.2.25]:25, delay=1.2, dsn=5.0.0, status=bounced (host %s[192.0.2.25] said: %s (in reply to end of DATA command))",
			r.to, r.host, r.host, strings.Join(r.lines, " "))
	},
	"lines": func(r refusal) string { return strings.Join(r.lines, "\n") },
	"line":  func(r refusal) string { return strings.Join(r.lines, " ") },
}

// bareShapes hold the reply alone, so that only its words can show who gave it.
var bareShapes = map[string]bool{"line": true, "lines": true, "html": true, "qmail": true, "quoted-printable": true}

func TestRepliesInEveryShape(t *testing.T) {
	for i, r := range refusals(t) {
		if !sample.Takes(i) {
			continue
		}
		for shape, write := range shapes {
			t.Run(r.name+"/"+shape, func(t *testing.T) {
				text := write(r)
				got := bounce.Read([]byte(text))
				if got.Kind != bounce.Bounce || string(got.Cause()) != r.cause {
					t.Fatalf("%s, %s (%q); want %s\n%s", got.Kind, got.Cause(), got.Main().Words, r.cause, text)
				}
				if r.fix != "-" && string(got.Main().Fix) != r.fix {
					t.Errorf("DNS can mend it: %s, want %s", got.Main().Fix, r.fix)
				}
				if got.Receiver != r.receiver && !(bareShapes[shape] && got.Receiver == "") {
					t.Errorf("refused by %q, want %q", got.Receiver, r.receiver)
				}
				if final := got.Main().Final; final != r.to && (final != "" || shape != "line" && shape != "lines") {
					t.Errorf("for %q, want %q", final, r.to)
				}
				if codes := got.Main().Codes(); len(codes) == 0 || codes[0] != r.lines[0][:3] {
					t.Errorf("codes %q, want %s", codes, r.lines[0][:3])
				}
			})
		}
	}
}

// What a filter refuses is not said to be refused by the company of the recipient's address.
func TestFiltersAreNamedAsWhatTheyAre(t *testing.T) {
	for _, r := range refusalsOf(t, "testdata/filters.tsv") {
		for _, shape := range []string{"postfix", "log", "quoted"} {
			got := bounce.Read([]byte(shapes[shape](r)))
			if got.Receiver != r.receiver || string(got.Cause()) != r.cause || r.fix != "-" && string(got.Main().Fix) != r.fix {
				t.Errorf("%s, %s: refused by %q for %s, DNS %s; want %q, %s, %s", r.name, shape, got.Receiver, got.Cause(), got.Main().Fix,
					r.receiver, r.cause, r.fix)
			}
		}
	}
}

// A reply that was cut, as Sendmail cuts it, says the same or nothing; never something else.
func TestACutReplyNeverSaysSomethingElse(t *testing.T) {
	for _, r := range refusals(t) {
		whole := strings.Join(r.lines, " ")
		for _, n := range []int{24, 40, 60, 80, 100, 140} {
			if n >= len(whole) {
				continue
			}
			got := bounce.Read([]byte(whole[:n]))
			c := string(got.Cause())
			passing := whole[0] == '4' && c == "temporary"
			number := got.Main().Basis == bounce.ByNumber && c == "auth-spf-dkim" && strings.HasPrefix(r.cause, "auth-")
			if c != r.cause && c != "unknown" && c != "" && !passing && !number && !(c == "user-or-filter" && r.cause == "no-such-user") {
				t.Errorf("%s cut at %d: %s (%s %q), want %s or nothing: %q", r.name, n, c, got.Main().Basis, got.Main().Words, r.cause, whole[:n])
			}
		}
	}
}

// A refusal for want of SPF and DKIM that says itself which of them passed is for want of the other; where both failed, it
// stays. Where one of them is enough, one that passed is not for want of the other.
func TestOnePassedOfTwo(t *testing.T) {
	const outlook, gmail = "550 5.7.515 Access denied, sending domain KOBAYASHI.EXAMPLE doesn't meet the required authentication level. ",
		"550-5.7.26 Your email has been blocked because the sender is unauthenticated. Gmail requires all senders to authenticate with either SPF or DKIM. "
	for _, c := range []struct {
		text, results string
		want          bounce.Cause
	}{
		{outlook, "Spf= Fail , Dkim= Pass , DMARC= Pass", bounce.AuthSPF},
		{outlook, "Spf= Pass , Dkim= None , DMARC= Fail", bounce.AuthDKIM},
		{outlook, "Spf= Pass , Dkim= Pass , DMARC= None", bounce.AuthDMARCMissing},
		{outlook, "Spf= Pass , Dkim= Pass , DMARC= Fail", bounce.AuthAlignment},
		{outlook, "Spf= Fail , Dkim= Fail , DMARC= Fail", bounce.AuthSPFDKIM},
		{gmail, "Spf= Pass , Dkim= Fail", bounce.AuthSPFDKIM},
	} {
		if got := bounce.Read([]byte(c.text + c.results)).Main().Cause; got != c.want {
			t.Errorf("%s: %s, want %s", c.results, got, c.want)
		}
	}
}
