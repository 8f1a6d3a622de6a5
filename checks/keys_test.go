package checks_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"example.org/todoku/checks"
	"example.org/todoku/checks/catalog"
	"example.org/todoku/checks/facts"
	"example.org/todoku/checks/owner"
	"example.org/todoku/checks/snapshot"
)

// Keys of 1024 bits, as "p=" wants them.
const (
	keyA = "MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQCcCemcMsnmrQbkkiATK9TQtnMbavQ/WuZUnc0j1/z+Ss5KViDDU7jCdbcNlu6ALIh2JRX/y6WY8NTUP1n/MmVaRhNClYFE8THVy/hDkcSD0Ko0ZNH5Cp4G3FAvovWao5o190nSOSl5mkrdQqpbrxMjgTFNR8HxU+YkIpHlpc2rNwIDAQAB"
	keyB = "MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDPGXSyZ7x81qfySQxLJgcs6sATW854oZw8VQBoqlECvJfWovr1EsWn7v0yj6TnjnbU8wJEEZ3Xdn0ZTbvXZf2ti8/SgCN+mRpE6mZwP3knzhk1SMm2pMKH67zXx/+afQ9JlkHJWnhq81tEUMPp9n9hnb1QkPvL3ndCHJsuwT8u9QIDAQAB"
)

// plot is a snapshot in one line a name: "NAME = TXT value" ("NAME =" is known to have none, "NAME gone" does not exist,
// "NAME > target" is an alias, "NAME ?" is not known). MX and addresses of the domain itself are there unless bare.
func plot(domain string, lines ...string) *snapshot.Snapshot {
	s := snapshot.New(domain, time.Time{})
	add := func(name string, t snapshot.Type, status snapshot.Status, data ...string) {
		a := snapshot.Answer{Key: snapshot.Key{Name: name, Type: t, Via: snapshot.Authority}, Status: status}
		for _, d := range data {
			a.Records = append(a.Records, snapshot.Record{Data: d, TTL: 600})
		}
		if old, ok := s.Find(a.Key); ok && status == snapshot.OK {
			a.Records = append(old.Records, a.Records...)
		}
		s.Add(a)
	}
	s.Add(snapshot.Answer{Key: snapshot.Key{Name: domain, Type: snapshot.NS, Via: snapshot.Resolver}, Status: snapshot.OK, Records: []snapshot.Record{{Data: "ns1.dns.example"}}})
	for _, l := range lines {
		name, rest, _ := strings.Cut(l, " ")
		switch op, value, _ := strings.Cut(rest, " "); {
		case op == "gone":
			add(name, snapshot.TXT, snapshot.NXDomain)
		case op == "?":
			a := snapshot.Answer{Key: snapshot.Key{Name: name, Type: snapshot.TXT, Via: snapshot.Authority}, Status: snapshot.Failed, Reason: snapshot.Timeout}
			s.Add(a)
		case op == ">":
			add(name, snapshot.TXT, snapshot.OK)
			a, _ := s.Find(snapshot.Key{Name: name, Type: snapshot.TXT, Via: snapshot.Authority})
			a.Chain = []snapshot.Link{{Name: name, Target: value, TTL: 600}}
			s.Add(a)
		case value == "":
			add(name, snapshot.TXT, snapshot.NoData)
		default:
			add(name, snapshot.TXT, snapshot.OK, value)
		}
	}
	return s
}

func diagnose(t *testing.T, s *snapshot.Snapshot, a owner.Answers) []checks.Finding {
	t.Helper()
	cat, err := catalog.Load()
	if err != nil {
		t.Fatal(err)
	}
	a.Domain = s.Domain
	return checks.Diagnose(facts.Read(a, s, cat))
}

// about returns "code severity" of the findings on some topics, with their state of one aspect if they have it.
func about(found []checks.Finding, aspect string, codes ...checks.Code) []string {
	out := []string{}
	for _, f := range found {
		if slices.Contains(codes, f.Code) {
			l := string(f.Code) + " " + string(f.Severity)
			for _, s := range f.States {
				if s.Aspect() == aspect {
					l += " " + s.String()
				}
			}
			out = append(out, l)
		}
	}
	return out
}

func TestKeyDiffersFromPasted(t *testing.T) {
	const name = "google._domainkey.shop.example "
	pasted := []owner.Key{{Service: "google-workspace", Selector: "google", Value: "v=DKIM1; k=rsa; p=" + keyA}}
	alias := []owner.Key{{Service: "sendgrid", Selector: "google", Value: "s1.new.esp.example", Alias: true}}
	two := append([]owner.Key{{Service: "sendgrid", Selector: "s1", Value: "v=DKIM1; k=rsa; p=" + keyB}}, pasted...)
	for _, c := range []struct {
		about string
		dns   []string
		keys  []owner.Key
		want  []string
	}{
		{"the same", []string{name + "= v=DKIM1; p=" + keyA}, pasted, nil},
		{"an old key", []string{name + "= v=DKIM1; p=" + keyB}, pasted, []string{"dkim-mismatch harms old"}},
		{"the beginning of it", []string{name + "= v=DKIM1; p=" + keyA[:120]}, pasted, []string{"dkim-mismatch harms cut"}},
		{"another service's", []string{name + "= v=DKIM1; p=" + keyB}, two, []string{"dkim-mismatch harms service"}},
		{"a broken one is its own finding", []string{name + "= v=DKIM1; p=" + keyB[:120]}, pasted, []string{"dkim-truncated harms"}},
		{"two, one of them the right one", []string{name + "= v=DKIM1; p=" + keyB, name + "= v=DKIM1; p=" + keyA}, pasted, []string{"dkim-multiple harms"}},
		{"another alias", []string{name + "> s1.old.esp.example"}, alias, []string{"dkim-mismatch harms alias"}},
		{"a key in place of the alias", []string{name + "= v=DKIM1; p=" + keyA}, alias, []string{"dkim-mismatch harms alias"}},
		{"the right alias", []string{name + "> s1.new.esp.example"}, alias, nil},
		{"not known", []string{name + "?"}, pasted, nil},
		{"not there yet", []string{name + "gone"}, pasted, nil},
	} {
		found := diagnose(t, plot("shop.example", append(c.dns, "_domainkey.shop.example =")...), owner.Answers{Keys: c.keys})
		if got := about(found, "kind", checks.DKIMMismatch, checks.DKIMTruncated, checks.DKIMMultiple, checks.DKIMMalformed); !slices.Equal(got, append([]string{}, c.want...)) {
			t.Errorf("%s: %q, want %q", c.about, got, c.want)
		}
	}
}

// TestPolicyWalk: whose record holds, and what it says there (RFC 9989 section 4.10).
func TestPolicyWalk(t *testing.T) {
	const sub = "a.b.shop.example"
	none := func(names ...string) (out []string) {
		for _, n := range names {
			out = append(out, "_dmarc."+n+" =")
		}
		return out
	}
	for _, c := range []struct {
		about  string
		dns    []string
		policy string
		own    bool
	}{
		{"its own", []string{"_dmarc.a.b.shop.example = v=DMARC1; p=reject; sp=none"}, "reject", true},
		{"the organization's, not the nearer one", append(none(sub), "_dmarc.b.shop.example = v=DMARC1; p=reject", "_dmarc.shop.example = v=DMARC1; p=none; sp=quarantine"), "quarantine", false},
		{"without sp, p", append(none(sub, "b.shop.example"), "_dmarc.shop.example = v=DMARC1; p=reject"), "reject", false},
		{"psd=n ends the walk", append(none(sub), "_dmarc.b.shop.example = v=DMARC1; p=none; psd=n", "_dmarc.shop.example = v=DMARC1; p=reject"), "none", false},
		{"psd=y: the name below it", append(none(sub), "_dmarc.b.shop.example = v=DMARC1; p=quarantine", "_dmarc.shop.example = v=DMARC1; p=reject; psd=y"), "quarantine", false},
		{"t=y takes one level off", []string{"_dmarc.a.b.shop.example = v=DMARC1; p=reject; t=y"}, "quarantine", true},
		{"and from quarantine none", []string{"_dmarc.a.b.shop.example = v=DMARC1; p=quarantine; t=y"}, "none", true},
		{"a name above is not known", append(none(sub), "_dmarc.b.shop.example ?", "_dmarc.shop.example = v=DMARC1; p=reject"), "", false},
	} {
		in := facts.Read(owner.Answers{Domain: sub}, plot(sub, c.dns...), nil)
		if p := in.Policy(); p.Applied != c.policy || p.Readable && p.Own != c.own || p.Readable != (c.policy != "") {
			t.Errorf("%s: %q own %v %v", c.about, p.Applied, p.Own, p.Readable)
		}
	}
	// np holds for a name with neither address nor mail server.
	s := plot(sub, append(none(sub, "b.shop.example"), "_dmarc.shop.example = v=DMARC1; p=none; sp=quarantine; np=reject")...)
	for _, typ := range []snapshot.Type{snapshot.A, snapshot.AAAA, snapshot.MX} {
		s.Add(snapshot.Answer{Key: snapshot.Key{Name: sub, Type: typ, Via: snapshot.Authority}, Status: snapshot.NoData})
	}
	if p := facts.Read(owner.Answers{Domain: sub}, s, nil).Policy(); p.Applied != "reject" {
		t.Errorf("np: %q", p.Applied)
	}
}

// TestStrictIsGraded: refusal is claimed only where it is seen that nothing passes.
func TestStrictIsGraded(t *testing.T) {
	google := owner.Answers{Hosts: []owner.Host{{ID: "google-workspace"}}, NoSender: true}
	const spf = "shop.example = v=spf1 ip4:192.0.2.1 -all"
	for _, c := range []struct {
		about string
		a     owner.Answers
		dns   []string
		want  []string
	}{
		{"nothing passes, and no key exists", google, []string{spf, "_dmarc.shop.example = v=DMARC1; p=reject", "_domainkey.shop.example gone"}, []string{"dmarc-strict blocks none"}},
		{"quarantine only puts it aside", google, []string{spf, "_dmarc.shop.example = v=DMARC1; p=quarantine", "_domainkey.shop.example gone"}, []string{"dmarc-strict harms none"}},
		{"a key may be somewhere", google, []string{spf, "_dmarc.shop.example = v=DMARC1; p=reject", "_domainkey.shop.example =", "google._domainkey.shop.example gone"}, []string{"dmarc-strict harms not-found"}},
		{"the same with quarantine", google, []string{spf, "_dmarc.shop.example = v=DMARC1; p=quarantine", "_domainkey.shop.example ="}, []string{"dmarc-strict advice not-found"}},
		{"a key is there", google, []string{spf, "_dmarc.shop.example = v=DMARC1; p=reject", "google._domainkey.shop.example = v=DKIM1; p=" + keyA}, nil},
		{"who sends is not known", owner.Answers{}, []string{spf, "_dmarc.shop.example = v=DMARC1; p=reject", "_domainkey.shop.example gone"}, []string{"dmarc-strict unknown nobody"}},
		{"SPF is not known", google, []string{"shop.example ?", "_dmarc.shop.example = v=DMARC1; p=reject", "_domainkey.shop.example gone"}, nil},
		{"p=none refuses nobody", google, []string{spf, "_dmarc.shop.example = v=DMARC1; p=none", "_domainkey.shop.example gone"}, nil},
		{"it sends no mail", owner.Answers{}, []string{"shop.example = v=spf1 -all", "_dmarc.shop.example = v=DMARC1; p=reject", "_domainkey.shop.example gone"}, nil},
	} {
		s := plot("shop.example", c.dns...)
		s.Add(snapshot.Answer{Key: snapshot.Key{Name: "_spf.google.com", Type: snapshot.TXT, Via: snapshot.Resolver}, Status: snapshot.OK,
			Records: []snapshot.Record{{Data: "v=spf1 ip4:198.51.100.64/28 ~all"}}})
		if got := about(diagnose(t, s, c.a), "key", checks.DMARCStrict); !slices.Equal(got, append([]string{}, c.want...)) {
			t.Errorf("%s: %q, want %q", c.about, got, c.want)
		}
	}
}

// TestUnalignedSenders: a service that only passes in its own name, unless a key or a return path of the domain was seen.
func TestUnalignedSenders(t *testing.T) {
	gone := func(selectors ...string) (out []string) {
		for _, s := range selectors {
			out = append(out, s+"._domainkey.shop.example gone")
		}
		return append(out, "_domainkey.shop.example =")
	}
	for _, c := range []struct {
		about, sender string
		dns           []string
		want          []string
	}{
		{"never aligned, no key", "mailchimp", gone("k1", "k2", "k3"), []string{"sender-unaligned harms none"}},
		{"its key is there", "mailchimp", []string{"k2._domainkey.shop.example = v=DKIM1; p=" + keyA}, nil},
		{"a selector nobody can guess", "zoho-crm", gone("google"), []string{"sender-unaligned unknown not-found"}},
		{"its own return path is seen", "resend", append(gone("resend"), "send.shop.example = v=spf1 include:amazonses.com ~all"), nil},
		{"neither its key nor its return path", "resend", append(gone("resend"), "send.shop.example gone"), []string{"sender-unaligned harms none"}},
		{"aligned as it comes", "baremail", gone("google"), nil},
	} {
		found := diagnose(t, plot("shop.example", c.dns...), owner.Answers{Hosts: []owner.Host{{ID: "google-workspace"}}, Senders: []string{c.sender}})
		if got := about(found, "key", checks.SenderUnaligned); !slices.Equal(got, append([]string{}, c.want...)) {
			t.Errorf("%s: %q, want %q", c.about, got, c.want)
		}
	}
}
