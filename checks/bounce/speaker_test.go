package bounce_test

import (
	"fmt"
	"testing"

	"example.org/todoku/checks/bounce"
)

// A demand for a login, and a client turned away, mean the author's mail program only where the author's own server said it.
func TestWhoDemandsALogin(t *testing.T) {
	const (
		from     = "From: MAILER-DAEMON@sv12.host.example\nTo: oka@hibari.example\nSubject: Undelivered Mail Returned to Sender\n\nThis is the mail system at host sv12.host.example.\n\n"
		returned = "\n\n--- The header follows ---\n\nReceived: from pc by sv12.host.example\nFrom: oka@hibari.example\nTo: info@kaisha.example\nSubject: x\n"
	)
	for name, c := range map[string]struct {
		text  string
		cause bounce.Cause
		step  bounce.Step
	}{
		"theirs demands":       {from + "<info@kaisha.example>: host mx.kaisha.example[203.0.113.9] said: 530 5.7.0\n    Authentication required (in reply to MAIL FROM command)" + returned, bounce.RecipientPolicy, "server-asks-login"},
		"theirs turns away":    {from + "<info@kaisha.example>: host mx.kaisha.example[203.0.113.9] said: 554 5.7.1\n    <sv12.host.example[198.51.100.4]>: Client host rejected: Access denied (in\n    reply to RCPT TO command)" + returned, bounce.IPReputation, "server-turned-away"},
		"the own demands":      {from + "<info@kaisha.example>: host smtp.hibari.example[203.0.113.9] said: 530 5.7.0\n    Authentication required (in reply to MAIL FROM command)" + returned, bounce.Login, "fix-login"},
		"the host's other one": {from + "<info@kaisha.example>: host out.host.example[203.0.113.9] said: 530 5.7.0\n    Authentication required (in reply to MAIL FROM command)" + returned, bounce.Login, "fix-login"},
		"somebody's":           {from + "<info@kaisha.example>: host mx.other.example[203.0.113.9] said: 530 5.7.0\n    Authentication required (in reply to MAIL FROM command)" + returned, bounce.Login, "login-whose"},
		"a line":               {"554 5.7.1 <unknown[198.51.100.4]>: Client host rejected: Access denied", bounce.Login, "login-or-blocked"},
		"another line":         {"530 5.7.0 Authentication required", bounce.Login, "login-whose"},
		"another's address":    {"553 5.7.1 <oka@hibari.example>: Sender address rejected: not owned by user mori@hibari.example", bounce.Login, "not-your-address"},
		"not on this server":   {"550 Sorry ... The \"MAIL FROM\" email address wordpress@www.hibari.example you are using is not hosted on this server. Sending mails from addresses not hosted on our server is not allowed.", bounce.Login, "not-your-address"},
		"a password":           {"535 5.7.8 Error: authentication failed: UGFzc3dvcmQ6", bounce.Login, "fix-login"},
		"the mail's proof":     {from + "<info@kaisha.example>: host mx.kaisha.example[203.0.113.9] said: 550 5.7.1\n    Mail from hibari.example not authenticated (in reply to end of DATA command)" + returned, bounce.AuthSPFDKIM, "authenticate"},
	} {
		if m := bounce.Read([]byte(c.text)).Main(); m.Cause != c.cause || m.Step != c.step {
			t.Errorf("%s: %s, step %s (%q)", name, m.Cause, m.Step, m.Words)
		}
	}
}

// An address in round brackets is the recipient's too.
func TestRoundBrackets(t *testing.T) {
	for _, text := range []string{
		"550 5.1.1 User unknown (info@kaisha.example)",
		"宛先（info@kaisha.example）へのメールは配信できませんでした。\n550 5.1.1 User unknown",
		"Your message to Taro Yamada (info@kaisha.example) could not be delivered.\n\nReason: 552 5.2.2 mailbox full",
		"The following message could not be delivered (info@kaisha.example): 550 5.7.1 Spam",
	} {
		if m := bounce.Read([]byte(text)).Main(); m.Final != "info@kaisha.example" {
			t.Errorf("%q: %q", text, m.Final)
		}
	}
}

// TestRelayListed: the block list names either the server that was to pass the mail on, or the one that sent it.
func TestRelayListed(t *testing.T) {
	const text = "From: MAILER-DAEMON@mail.minato-ya.example\nSubject: Undelivered Mail Returned to Sender\n\nThis is the mail system at host mail.minato-ya.example.\n\n" +
		"<mori@kikyo.example>: host mx1.tenso.example[203.0.113.9] said: 550 Error for mori@kikyo.example of \"response=550 5.7.0 Blocked - see https://support.proofpoint.com/dnsbl-lookup.cgi?ip=%s\" (in reply to end of DATA command)\n"
	for ip, want := range map[string]bounce.Step{"203.0.113.9": "relay-listed", "198.51.100.4": "ask-host-delist"} {
		all := bounce.Read(fmt.Appendf(nil, text, ip))
		r := all.Main()
		if r.Cause != bounce.IPReputation || r.Step != want {
			t.Errorf("%s: %s, step %s, want %s", ip, r.Cause, r.Step, want)
		}
		if forwarder := ip == "203.0.113.9"; forwarder && len(all.Teaches().IPs) > 0 {
			t.Errorf("the forwarder's address is taken for the sender's: %v", all.Teaches().IPs)
		}
	}
}
