package input

import (
	"strings"
	"testing"

	"example.org/todoku/i18n"
)

// TestOwn: the name of a server leads to the mail domain, with a word; what is looked at is what addresses end in.
func TestOwn(t *testing.T) {
	for text, want := range map[string]struct{ domain, notes string }{
		"example.jp":                   {"example.jp", ""},
		"www.example.jp":               {"example.jp", "intake-host-dropped www.example.jp"},
		"WWW2.Example.co.jp.":          {"example.co.jp", "intake-host-dropped www2.example.co.jp"},
		"https://www.example.jp/":      {"example.jp", ""},
		"smtp.example.jp":              {"example.jp", "intake-host-dropped smtp.example.jp"},
		"mx1.example.jp":               {"example.jp", "intake-host-dropped mx1.example.jp"},
		"ns1.example.jp":               {"example.jp", "intake-host-dropped ns1.example.jp"},
		"webmail.shop.example.jp":      {"shop.example.jp", "intake-host-dropped webmail.shop.example.jp"},
		"ｗｗｗ．日本語．jp":                   {"xn--wgv71a119e.jp", "intake-host-dropped www.xn--wgv71a119e.jp"},
		"mail.example.jp":              {"mail.example.jp", "intake-host-kept example.jp"},
		"https://shop.example.jp/cart": {"shop.example.jp", "intake-host-kept example.jp"},
		"news.example.jp":              {"news.example.jp", ""},
		"info@www.example.jp":          {"www.example.jp", ""}, // an address says itself what stands behind its "@"
		"info@mail.example.jp":         {"mail.example.jp", ""},
		"www.jp":                       {"www.jp", ""}, // registered under this name
		"www.github.io":                {"www.github.io", ""},
		"wwwhost.example.jp":           {"wwwhost.example.jp", ""},
		"example.zzzzz":                {"example.zzzzz", "intake-odd-suffix zzzzz"},
		"example.test":                 {"example.test", ""},
		"server.local":                 {"server.local", ""},
	} {
		in, bad := Own(text)
		if bad != nil {
			t.Errorf("%q: %s", text, bad.Code)
			continue
		}
		var notes []string
		for _, n := range in.Notes() {
			arg := n.Args["above"]
			if n.Code == HostDropped {
				arg = n.Args["text"]
			} else if n.Code == OddSuffix {
				arg = n.Args["suffix"]
			}
			notes = append(notes, n.Code+" "+arg)
			worded(t, &Problem{Code: n.Code, Args: n.Args})
		}
		if got := strings.Join(notes, " "); in.Domain != want.domain || got != want.notes {
			t.Errorf("%q: %q, %q; want %q, %q", text, in.Domain, got, want.domain, want.notes)
		}
		if strings.Contains(in.Unicode, "www") && !strings.Contains(in.Domain, "www") {
			t.Errorf("%q: shown as %q", text, in.Unicode)
		}
	}
}

// TestOwnIsNobodyElses: a domain of a mail service is told at once, wherever it is typed; in other answers (where reports
// go, who receives a forward) it is as good as any.
func TestOwnIsNobodyElses(t *testing.T) {
	for _, text := range []string{"gmail.com", "info@gmail.com", "GMAIL.COM", "yahoo.co.jp", "tanaka@yahoo.co.jp", "icloud.com", "outlook.com", "outlook.jp", "hotmail.com", "docomo.ne.jp", "ezweb.ne.jp", "au.com",
		"softbank.ne.jp", "i.softbank.jp", "nifty.com", "tanaka@abc.ocn.ne.jp", "jcom.zaq.ne.jp", "https://mail.google.com.gmail.com/"} {
		in, bad := Own(text)
		if bad == nil || bad.Code != FreeMailDomain || in != (Input{}) {
			t.Errorf("%q: %+v %v", text, in, bad)
			continue
		}
		worded(t, bad)
		if in, bad := Recognise(text); bad != nil && bad.Code != PrivateSuffix || bad == nil && in.Domain == "" {
			t.Errorf("Recognise %q: %+v %v", text, in, bad)
		}
		if _, bad := DomainOf(text); bad == nil || bad.Code != FreeMailDomain {
			t.Errorf("DomainOf %q: %v", text, bad)
		}
	}
	for _, text := range []string{"notgmail.com", "gmail.com.example.jp", "tanaka.sakura.ne.jp", "ne.jp.example", "apple.com", "google.com", "softbank.jp"} {
		if in, bad := Own(text); bad != nil || in.Domain != text {
			t.Errorf("%q: %+v %v", text, in, bad)
		}
	}
	for _, d := range entries(freeMailFile) {
		if got, bad := Recognise("a@" + d); bad == nil && got.Domain != d {
			t.Errorf("freemail.txt: %q is no domain", d)
		}
	}
	// A mail that names only such a domain leaves the own one open.
	in, bad := Own("From: a@gmail.com\nTo: b@example.jp\nSubject: hi\nDate: x\n\nhello\n")
	if bad != nil || in.Domain != "" || in.Kind != Message {
		t.Errorf("%+v %v", in, bad)
	}
}

// TestGuess: what was probably meant stands ready, and what is as likely something else is not guessed.
func TestGuess(t *testing.T) {
	for text, want := range map[string]struct{ code, guess string }{
		"exam ple.jp":          {BlankOr, "example.jp"},
		"example .jp":          {Blank, "example.jp"},
		"example. jp":          {Blank, "example.jp"},
		"example　.jp":          {Blank, "example.jp"},
		"example . jp":         {Blank, "example.jp"},
		"example jp":           {Blank, "example.jp"},
		"example.co jp":        {BlankOr, "example.co.jp"},
		"info@exam ple.jp":     {BlankOr, "info@example.jp"},
		"example.cojp":         {Misspelt, "example.co.jp"},
		"info@example.cojp":    {Misspelt, "info@example.co.jp"},
		"example.co,jp":        {Misspelt, "example.co.jp"},
		"example，jp":           {Misspelt, "example.jp"},
		"example.co、jp":        {Misspelt, "example.co.jp"},
		"info@example.co,jp":   {Misspelt, "info@example.co.jp"},
		"example.con":          {Misspelt, "example.com"},
		"example.comm":         {Misspelt, "example.com"},
		"example.ocm":          {Misspelt, "example.com"},
		"example.c0m":          {Misspelt, "example.com"},
		"example.nett":         {Misspelt, "example.net"},
		"example.jpp":          {Misspelt, "example.jp"},
		"example.co.jpn":       {Misspelt, "example.co.jp"},
		"example.couk":         {Misspelt, "example.co.uk"},
		"https://example.con/": {Misspelt, "example.com"},
		"example..jp":          {Dots, "example.jp"},
		"_dmarc.example.jp":    {RecordName, "example.jp"},
		"hello world":          {NotDomain, ""},
		"a.example b.example":  {Several, ""},
		"exam!ple.jp":          {Characters, ""},
		"one two three":        {NotDomain, ""},
	} {
		in, bad := Own(text)
		if bad == nil || bad.Code != want.code || bad.Guess != want.guess {
			t.Errorf("%q: %+v %+v, want %s %q", text, in, bad, want.code, want.guess)
			continue
		}
		worded(t, bad)
		if bad.Guess == "" {
			continue
		}
		if again, bad := Own(bad.Guess); bad != nil || again.Domain == "" {
			t.Errorf("%q: the guess %q is no domain: %v", text, want.guess, bad)
		}
	}
	for text, want := range map[string]string{
		"example.jp です": "example.jp", "example.jp hello": "example.jp", "info @example.jp": "example.jp", "www example.jp": "example.jp", "my site is example.jp": "example.jp",
		"田中 info@example.jp": "example.jp", "domain: example.jp": "example.jp", "example.cm": "example.cm", "example.co": "example.co", "example.museum": "example.museum",
	} {
		if in, bad := Own(text); bad != nil || in.Domain != want {
			t.Errorf("%q: %+v %v", text, in, bad)
		}
	}
}

// TestEndings: no ending that exists is taken for a misspelt one.
func TestEndings(t *testing.T) {
	for _, tld := range []string{"cm", "co", "om", "ne", "et", "app", "info", "kim", "cam", "bid", "ist", "ong", "ngo", "jo", "kp", "np", "sj", "vet", "how", "top", "site", "store"} {
		if g := misspelt("example." + tld); g != "" {
			t.Errorf(".%s is taken for %s", tld, g)
		}
	}
	for _, l := range i18n.Langs() {
		if s := l.T(Misspelt, i18n.Args{"text": "a.con", "guess": "a.com"}); !strings.Contains(s, "a.com") {
			t.Errorf("%s: %s", l, s)
		}
	}
}

// TestReadable: a Japanese name is shown as people write it; one whose letters only look like others stays as it is in DNS.
func TestReadable(t *testing.T) {
	for ascii, want := range map[string]string{
		"xn--r8jz45g.jp": "例え.jp", "_dmarc.xn--r8jz45g.jp": "_dmarc.例え.jp", "xn--mller-kva.example": "müller.example",
		"xn--80ak6aa92e.com": "xn--80ak6aa92e.com", "example.jp": "example.jp", "": "",
	} {
		if got := Readable(ascii); got != want {
			t.Errorf("Readable(%q) = %q, want %q", ascii, got, want)
		}
	}
}
