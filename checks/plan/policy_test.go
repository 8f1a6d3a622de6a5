package plan_test

import (
	"slices"
	"strings"
	"testing"

	"example.org/todoku/checks"
	"example.org/todoku/checks/catalog"
	"example.org/todoku/checks/facts"
	"example.org/todoku/checks/owner"
	"example.org/todoku/checks/plan"
)

// TestPolicyIsMended: what becomes of a DMARC record, and what is said of it.
func TestPolicyIsMended(t *testing.T) {
	key := "v=DKIM1; k=rsa; p=MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQCcCemcMsnmrQbkkiATK9TQtnMbavQ/WuZUnc0j1/z+Ss5KViDDU7jCdbcNlu6ALIh2JRX/y6WY8NTUP1n/MmVaRhNClYFE8THVy/hDkcSD0Ko0ZNH5Cp4G3FAvovWao5o190nSOSl5mkrdQqpbrxMjgTFNR8HxU+YkIpHlpc2rNwIDAQAB"
	for _, c := range []struct {
		was, want, notes string
		keyless          bool
	}{
		{was: "v=DMARC1 ; P=none; rua=mailto:a@shop.example", want: "v=DMARC1; p=none; rua=mailto:a@shop.example", notes: "policy-kept"},
		{was: "v=DMARC1; P=Reject; zz=1; rua=mailto:a@shop.example", want: "v=DMARC1; p=reject; zz=1; rua=mailto:a@shop.example", notes: "policy-kept"},
		{was: "“v=DMARC1 ; P=none”", want: "v=DMARC1; p=none; rua=mailto:info@shop.example", notes: "report-to-you policy-mended"},
		{was: "v=dmarc1; p=reject; rua=mailto:a@shop.example", want: "v=DMARC1; p=none; rua=mailto:a@shop.example", notes: "policy-was-dead"},
		{was: "v=DMARC1; p=quarantine; pct=10; rua=mailto:a@shop.example", want: "v=DMARC1; p=quarantine; rua=mailto:a@shop.example", notes: "pct-dropped"},
		{was: "v=DMARC1; p=reject; pct=0; rua=mailto:a@shop.example", want: "v=DMARC1; p=none; rua=mailto:a@shop.example", notes: "pct-zero"},
		{was: "v=DMARC1; p=none; pct=50; rua=mailto:a@shop.example"},
		{was: "v=DMARC1; p=none; rua=a＠shop.example", want: "v=DMARC1; p=none; rua=mailto:a@shop.example", notes: "policy-kept"},
		{was: "v=DMARC1; p=none; rua=mailto:a@shop.example; mailto:b@shop.example", want: "v=DMARC1; p=none; rua=mailto:a@shop.example,mailto:b@shop.example", notes: "policy-kept"},
		{was: "v=DMARC1; p=none; rua=mailto:", want: "v=DMARC1; p=none; rua=mailto:info@shop.example", notes: "report-to-you policy-kept"},
		{was: "v=DMARC1; P=none; rua=mailto:a@elsewhere.example", want: "v=DMARC1; p=none; rua=mailto:a@elsewhere.example", notes: "policy-kept report-elsewhere"},
		{was: "v=DMARC1; p=reject; rua=mailto:a@shop.example", want: "v=DMARC1; p=none; rua=mailto:a@shop.example", notes: "policy-relaxed", keyless: true},
		{was: "v=DMARC1; p=reject; rua=mailto:a@shop.example"},
	} {
		s := world(t, map[string][]string{domain: {"v=spf1 ip4:192.0.2.1 -all"}, "_dmarc." + domain: {c.was}, "google._domainkey." + domain: {key}})
		if c.keyless {
			s = world(t, map[string][]string{domain: {"v=spf1 ip4:192.0.2.1 -all"}, "_dmarc." + domain: {c.was}})
			for i, a := range s.Answers {
				if strings.Contains(a.Name, "_domainkey") {
					s.Answers[i].Status = "nxdomain"
				}
			}
		}
		var value string
		var notes []string
		for _, ch := range proposal(t, s, google()).Changes {
			if strings.HasPrefix(ch.Name, "_dmarc.") {
				value = ch.Value
				for _, n := range ch.Notes {
					notes = append(notes, string(n.Code))
				}
			}
		}
		if got := strings.Join(notes, " "); value != c.want || got != c.notes {
			t.Errorf("%s becomes %q (%s), want %q (%s)", c.was, value, got, c.want, c.notes)
		}
	}
}

// TestKeysAtOneName: one key stays, and an alias never stands beside a key.
func TestKeysAtOneName(t *testing.T) {
	const a, b = "v=DKIM1; k=rsa; p=MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQCcCemcMsnmrQbkkiATK9TQtnMbavQ/WuZUnc0j1/z+Ss5KViDDU7jCdbcNlu6ALIh2JRX/y6WY8NTUP1n/MmVaRhNClYFE8THVy/hDkcSD0Ko0ZNH5Cp4G3FAvovWao5o190nSOSl5mkrdQqpbrxMjgTFNR8HxU+YkIpHlpc2rNwIDAQAB",
		"v=DKIM1; k=rsa; p=MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDPGXSyZ7x81qfySQxLJgcs6sATW854oZw8VQBoqlECvJfWovr1EsWn7v0yj6TnjnbU8wJEEZ3Xdn0ZTbvXZf2ti8/SgCN+mRpE6mZwP3knzhk1SMm2pMKH67zXx/+afQ9JlkHJWnhq81tEUMPp9n9hnb1QkPvL3ndCHJsuwT8u9QIDAQAB"
	for _, c := range []struct {
		about string
		there []string
		key   owner.Key
		want  []string
	}{
		{"the other one goes", []string{b, a}, owner.Key{Value: a}, []string{"remove TXT " + b[18:30]}},
		{"both are old", []string{b, b + "; t=s"}, owner.Key{Value: a}, []string{"replace TXT " + a[18:30], "remove TXT " + b[18:30]}},
		{"an alias takes the place of a key", []string{b}, owner.Key{Value: "g.esp.example", Alias: true}, []string{"remove TXT " + b[18:30], "add CNAME g.esp.example"}},
	} {
		ans := google()
		c.key.Service, c.key.Selector = "google-workspace", "google"
		ans.Keys = []owner.Key{c.key}
		var got []string
		for _, ch := range proposal(t, world(t, map[string][]string{domain: {"v=spf1 include:_spf.google.com ~all"}, "google._domainkey." + domain: c.there, "_dmarc." + domain: {"v=DMARC1; p=none"}}), ans).Changes {
			v := ch.Value
			if v == "" {
				v = ch.Old[0]
			}
			if strings.HasPrefix(v, "v=DKIM1") {
				v = v[18:30]
			}
			got = append(got, string(ch.Action)+" "+string(ch.Type)+" "+v)
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: %q, want %q", c.about, got, c.want)
		}
	}
}

// TestNextStage: one stage at a time, and refusal never by SPF alone.
func TestNextStage(t *testing.T) {
	cat, err := catalog.Load()
	if err != nil {
		t.Fatal(err)
	}
	const key = "v=DKIM1; k=ed25519; p=ERERERERERERERERERERERERERERERERERERERERERE="
	for _, c := range []struct{ was, key, held, next string }{
		{"", "", "none", "quarantine"}, // as the plan makes it
		{"v=DMARC1; p=none", "", "none", "quarantine"},
		{"v=DMARC1; p=quarantine", "", "quarantine", ""},
		{"v=DMARC1; p=quarantine", key, "quarantine", "reject"},
		{"v=DMARC1; p=reject", key, "reject", ""},
	} {
		txt := map[string][]string{domain: {"v=spf1 include:_spf.google.com ~all"}}
		if c.was != "" {
			txt["_dmarc."+domain] = []string{c.was}
		}
		if c.key != "" {
			txt["google._domainkey."+domain] = []string{c.key}
		}
		ans := google()
		ans.Domain = domain
		in := facts.Read(ans, world(t, txt), cat)
		held, next := plan.NextStage(in, plan.Make(in, checks.Diagnose(in)))
		if held != c.held || next != c.next {
			t.Errorf("%q: %q, then %q; want %q, then %q", c.was, held, next, c.held, c.next)
		}
	}
}
