package bounce

import (
	"regexp"
	"slices"
	"strings"
	"testing"
)

// fixed are the words of a cause, as they stand in the contract of the command line.
var fixed = strings.Fields(`auth-spf-dkim auth-spf auth-dkim auth-dmarc auth-dmarc-missing auth-alignment sender-domain ptr ip-reputation
	domain-reputation rate tls login relay-denied spam attachment malformed too-big no-such-user user-or-filter mailbox-disabled mailbox-full
	moved recipient-policy loop host-unknown host-down temporary system unknown complaint autoreply delivered`)

// mended are the causes that the owner can mend in DNS, whatever the case; open are those where the case decides.
var (
	mended  = strings.Fields("auth-spf-dkim auth-spf auth-dkim auth-dmarc auth-dmarc-missing auth-alignment sender-domain")
	perCase = strings.Fields("ptr spam user-or-filter host-unknown unknown")
)

func TestCausesAreTheFixedOnes(t *testing.T) {
	var got []string
	for _, c := range Causes() {
		got = append(got, string(c))
	}
	if !slices.Equal(got, fixed) {
		t.Errorf("%q, want %q", got, fixed)
	}
	for _, s := range sequels() {
		c := string(s.cause)
		if (s.fix == FixYes) != slices.Contains(mended, c) || s.fix == FixDepends && !slices.Contains(perCase, c) {
			t.Errorf("%s: DNS can mend it: %s", c, s.fix)
		}
		if s.job == "" || s.step == "" {
			t.Errorf("%s has no job or no step", c)
		}
	}
}

var dated = regexp.MustCompile(`^20\d\d-\d\d-\d\d$`)

func TestPhrasesAreSound(t *testing.T) {
	known := append(Receivers(), "", "?")
	for _, r := range rows() {
		switch {
		case !slices.Contains(fixed, string(r.cause)):
			t.Errorf("%q is no cause", r.cause)
		case !slices.Contains(known, r.receiver):
			t.Errorf("%q is no receiver", r.receiver)
		case !dated.MatchString(r.date) || !strings.Contains(r.source, "://") || !slices.Contains([]string{"confirmed", "seen", "memory"}, r.sure):
			t.Errorf("%s: source %q of %q, %q", r.cause, r.source, r.date, r.sure)
		}
		for _, p := range r.phrases {
			if p.as != strings.ToLower(p.as) {
				t.Errorf("%q is not in lower case", p.as)
			}
		}
	}
}

// sample makes a reply that a row is for, of one of its phrases.
func sample(r row, p phrase) asked {
	text := strings.NewReplacer("^", "", "$", "", "*", " zz ", "{domain}", "zz.example").Replace(p.as)
	q := asked{text: text, receiver: r.receiver, known: r.receiver != "?", stage: r.when.stage, reply: r.when.reply}
	switch r.receiver {
	case "?":
		q.receiver = ""
	case "":
		q.receiver = "none of the table"
	}
	if len(r.when.codes) > 0 {
		q.status = r.when.codes[0]
	}
	return q
}

// TestNoPhraseIsHidden: each phrase alone leads to the cause of its own row; none stands behind another that says
// something else.
func TestNoPhraseIsHidden(t *testing.T) {
	for _, r := range rows() {
		for _, p := range r.phrases {
			q := sample(r, p)
			hit, by := find(q, false)
			if hit == nil {
				hit, by = find(q, true)
			}
			if hit == nil || hit.cause != r.cause {
				t.Errorf("%q of %q, %s is hidden by %q", p.as, r.receiver, r.cause, by.as)
			}
		}
	}
}

func TestTablesRefuseWhatMakesNoSense(t *testing.T) {
	for name, bad := range map[string]func() error{
		"columns":   func() error { _, err := readRows("@a://b\t2026-01-01\tseen\n-\tspam\tspam"); return err },
		"source":    func() error { _, err := readRows("-\tspam\t-\tspam"); return err },
		"condition": func() error { _, err := readRows("@a://b\t2026-01-01\tseen\n-\tspam\tat=noon\tspam"); return err },
		"phrase":    func() error { _, err := readRows("@a://b\t2026-01-01\tseen\n-\tspam\t-\tspam | "); return err },
		"fix":       func() error { _, err := readSequels("spam\tperhaps\tsender\tx"); return err },
		"sign":      func() error { _, err := readSigns("bounce\tx"); return err },
		"receiver":  func() error { _, err := readReceivers("[[receiver]]\nid='x'\nname='y'"); return err },
		"number":    func() error { _, err := readReceivers("[[receiver]]\nid='x'\nnumbers={'7.1'='y'}"); return err },
	} {
		if bad() == nil {
			t.Errorf("%s: read without an error", name)
		}
	}
}

func TestPhrasesMatchWholeWords(t *testing.T) {
	for _, c := range []struct {
		phrase, text string
		want         bool
	}{
		{"spam", "this is spam.", true},
		{"spam", "spamhaus", false},
		{"listed at", "unlisted at", false},
		{"blocked*spamhaus", "blocked using zen.spamhaus.org", true},
		{"blocked * spamhaus", "blocked" + strings.Repeat(" x", 200) + " spamhaus", false},
		{"^: user unknown", ": user unknown (in reply", true},
		{"^: user unknown", "x: user unknown", false},
		{"does not exist$", "zz does not exist", true},
		{"does not exist$", "zz does not exist here", false},
		{"{domain} does not exist", "minato-ya.example does not exist", true},
		{"{domain} does not exist", "the user does not exist", false},
		{"user unknown", "xuser unknown user unknown", true},
	} {
		if got := readPhrase(c.phrase).in(c.text); got != c.want {
			t.Errorf("%q in %q: %v", c.phrase, c.text, got)
		}
	}
}

func TestCodes(t *testing.T) {
	for text, want := range map[string][2]string{
		"550 5.1.1 x":                         {"550", "5.1.1"},
		"550-5.7.26 This mail":                {"550", "5.7.26"},
		"smtp; 421 4.7.0 [TS01]":              {"421", "4.7.0"},
		"(#5.7.1)":                            {"", "5.7.1"},
		"553 sorry (#5.7.1)":                  {"553", "5.7.1"},
		"host x[1.2.3.4] said: 550 5.1.1 u":   {"550", "5.1.1"},
		"550 Unknown user\n554 5.0.0 Service": {"550", ""},
		"Received at 10:55 from 192.5.7.26":   {"", ""},
		"size 5242880 of 552":                 {"552", ""},
		"#550 5.2.2 STOREDRV":                 {"550", "5.2.2"},
		"250 2.0.0 Ok":                        {"250", "2.0.0"},
		"250 messages":                        {"", ""},
	} {
		if reply, status := codesIn(text); reply != want[0] || status != want[1] {
			t.Errorf("%q: %q %q, want %q", text, reply, status, want)
		}
	}
}

func TestSignsAreSound(t *testing.T) {
	known := []string{signBounce, signDelay, signExpired, signSuccess, signReturned, signSubject, signAuto, signAutoBody, signRemote, signComplaint,
		"to", "from", "author", "daemon", "titled", "towards", "addressee", "server", "answer", "on"}
	for meaning, list := range signs() {
		if !slices.Contains(known, meaning) {
			t.Errorf("%q means nothing", meaning)
		}
		for i, s := range list {
			if s.words.as != strings.ToLower(s.words.as) || strings.TrimSpace(s.words.as) == "" {
				t.Errorf("%s: %q", meaning, s.words.as)
			}
			if slices.ContainsFunc(list[:i], func(o sign) bool { return o.words.as == s.words.as && o.line == s.line && o.host == nil }) {
				t.Errorf("%s: %q is there twice", meaning, s.words.as)
			}
		}
	}
	for _, meaning := range known {
		if len(signs()[meaning]) == 0 {
			t.Errorf("no words for %q", meaning)
		}
	}
}

// TestWriterOfANotice: the words of each make tell it, and the host that it names.
func TestWriterOfANotice(t *testing.T) {
	for text, want := range map[string][2]string{
		"This is the mail system at host sv7.host.example.":                             {"postfix", "sv7.host.example"},
		"Hi. This is the qmail-send program at dc12.host.example.\nI'm afraid I wasn't": {"qmail", "dc12.host.example"},
		"This is a delivery status notification from mx1.host.example,\nrunning":        {"courier", "mx1.host.example"},
		"Generating server: EX01.host.example":                                          {"exchange", "ex01.host.example"},
		"   ----- Transcript of session follows -----":                                  {"sendmail", ""},
		"hello": {"", ""},
	} {
		if software, host := writer(text); software != want[0] || host != want[1] {
			t.Errorf("%q: %q %q, want %q", text, software, host, want)
		}
	}
}

// The receiver that code names is one of the table.
func TestGmailIsAReceiver(t *testing.T) {
	if ownNumber(Gmail, "7.28") != Rate || ownNumber("microsoft", "7.28") != "" || ownNumber("", "7.28") != "" {
		t.Error("Gmail's own numbers are not Gmail's")
	}
}
