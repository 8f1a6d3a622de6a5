package forecast

import (
	"net/netip"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"example.org/todoku/checks"
	"example.org/todoku/checks/catalog"
	"example.org/todoku/checks/facts"
	"example.org/todoku/checks/owner"
	"example.org/todoku/checks/plan"
	"example.org/todoku/checks/snapshot"
)

// A usable RSA key of 2048 bits, and one of 512.
const (
	goodKey  = "v=DKIM1; k=rsa; p=MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA1gqXck4MT2lEV1RXlyIxGZCSI7Qu85fFHP/zoA7OpYmL+fv81xGCteQz4Cu5RDTpwYBYg0cK91+gXCSczmviDAT6m9BPS35lHhoiGRVgt3WsoQyBsdUhW5WPxk5hfBZjBX1G+zP+q4JqSxUmR13/io7N/v3pMBB656Mrp5Zurm7dEOkbZ9JnxsG1u/xNKj4HhV9omhiUzU9+HJoOLnFGMjn6VvSOUUfy/vvn6L7dnCSDceszTckGaezNMroUtKDkX2o5fKxjNKUx4pXx8zyTKwufKs/FK+lIVFKJW29FbWPLRKozBPr0hkkUYHrzj1QA10unnvrGvsskx3/9kBKzdQIDAQAB"
	edKey    = "v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="
	shortKey = "v=DKIM1; k=rsa; p=MFwwDQYJKoZIhvcNAQEBBQADSwAwSAJBAKuVn+jXhZ4TbGTgmSnRAMwgnkVuLvVQeMGp7frsf2qrSKvqQTPxGh+GsWQkYK/mo7VvLFZ2Mut7vIrhJYtQOakCAwEAAQ=="
)

// healthy is a domain with everything in place; a case changes lines of it by name and type. A value "-" is nothing of
// that type, "0" no such name, "!" no answer.
const healthy = `
shop.example NS ns1.dns.example
shop.example TXT v=spf1 ip4:203.0.113.5 include:hosted.example -all
hosted.example TXT v=spf1 ip4:198.51.100.0/24 ~all
shop.example MX mx.shop.example
shop.example A 203.0.113.5
shop.example AAAA -
_dmarc.shop.example TXT v=DMARC1; p=none
_dmarc.example TXT 0
_domainkey.shop.example TXT -
k1._domainkey.shop.example TXT ` + goodKey + `
5.113.0.203.in-addr.arpa PTR mail.shop.example
mail.shop.example A 203.0.113.5
`

// nothing is how a case says that no keys exist.
const noKeys = "_domainkey.shop.example TXT 0\nk1._domainkey.shop.example TXT 0"

func snap(changes string) *snapshot.Snapshot {
	s := snapshot.New("shop.example", time.Time{})
	for line := range strings.Lines(healthy + changes + "\n") {
		f := strings.SplitN(strings.TrimSpace(line), " ", 3)
		if len(f) != 3 {
			continue
		}
		a := snapshot.Answer{Key: snapshot.Key{Name: f[0], Type: snapshot.Type(f[1]), Via: snapshot.Resolver}, Status: snapshot.OK}
		if snapshot.Below(f[0], "shop.example") && f[1] != "NS" {
			a.Via = snapshot.Authority
		}
		switch f[2] {
		case "-":
			a.Status = snapshot.NoData
		case "0":
			a.Status = snapshot.NXDomain
		case "!":
			a.Status, a.Reason = snapshot.Failed, snapshot.Timeout
		default:
			for v := range strings.SplitSeq(f[2], " && ") {
				if v == "null" {
					v = ""
				}
				a.Records = append(a.Records, snapshot.Record{Data: v, TTL: 300})
			}
		}
		s.Add(a)
	}
	return s
}

func catalogue(t testing.TB) *catalog.Catalog {
	t.Helper()
	file := func(id, more string) *fstest.MapFile {
		return &fstest.MapFile{Data: []byte("id = \"" + id + "\"\nname = { ja = \"x\", en = \"x\" }\nsource = [\"memory\"]\nchecked = \"2026-11-22\"\n" + more)}
	}
	c, err := catalog.Read(fstest.MapFS{
		"hosts/rental.toml":   file("rental", "spf = [\"include:hosted.example\"]\n[detect]\nmx = [\"rental.example\"]\n[dkim]\ncan = \"yes\"\nselectors = [\"k1\"]\n"),
		"hosts/mute.toml":     file("mute", "spf = [\"ip4:<ip>\"]\n[dkim]\ncan = \"no\"\n"),
		"senders/apart.toml":  file("apart", "category = \"mail\"\nalign = \"never\"\n[confidence]\nalign = \"confirmed\"\n[dkim]\ncan = \"yes\"\nselectors = [\"k9\"]\n"),
		"senders/varied.toml": file("varied", "category = \"mail\"\nalign = \"custom\"\nspf = [\"include:other.example\"]\n[dkim]\ncan = \"yes\"\nselectors = [\"k8\"]\n"),
		"senders/within.toml": file("within", "category = \"mail\"\nalign = \"default\"\nspf = [\"include:other.example\"]\n[dkim]\ncan = \"unknown\"\n"),
		"panels/navi.toml":    file("navi", "ns = [\"dns.example\"]\napex = [\"@\"]\nsub = \"label\"\nquotes = \"none\"\nlong = \"auto\"\ndot = \"optional\"\n"),
		"resolvers.toml":      {Data: []byte("")}, "selectors.toml": {Data: []byte("source = []\nchecked = \"2026-11-22\"\n")},
	})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// asked holds a case's answers of the owner: hosts, senders, a route, addresses.
func asked(words string) owner.Answers {
	a := owner.Answers{Domain: "shop.example"}
	for w := range strings.FieldsSeq(words) {
		k, v, _ := strings.Cut(w, "=")
		switch k {
		case "host":
			a.Hosts = append(a.Hosts, owner.Host{ID: v})
		case "sender":
			a.Senders = append(a.Senders, v)
		case "ip":
			a.IPs = append(a.IPs, netip.MustParseAddr(v))
		case "route":
			a.Route = owner.Route(v)
		case "list":
			a.List.Address = v
		case "forward":
			a.Forward.Mine = v
		}
	}
	return a
}

func given(t testing.TB, words, changes string) *facts.Facts {
	return facts.Read(asked(words), snap(changes), catalogue(t))
}

// TestDemands: each demand in each state, with the reason.
func TestDemands(t *testing.T) {
	const rental = "host=rental ip=203.0.113.5"
	for _, c := range []struct {
		need    Need
		words   string
		changes string
		want    string // state and reason
	}{
		{"spf", rental, "", "met spf-pass"},
		{"spf", rental, "shop.example TXT -", "unmet spf-none"},
		{"spf", rental, "shop.example TXT v=spf1 -all && v=spf1 mx", "unmet spf-several"},
		{"spf", rental, "shop.example TXT v=spf1 ipv4:203.0.113.5 -all", "unmet spf-error"},
		{"spf", rental, "shop.example TXT v=spf1 ip4:192.0.2.1 ~all", "unmet spf-fail"},
		{"spf", rental, "shop.example TXT !", "unknown spf-unseen"},
		{"spf", rental, "hosted.example TXT !\nshop.example TXT v=spf1 include:hosted.example ip4:203.0.113.5 ~all", "unknown spf-unseen"},
		{"spf", "host=rental", "", "met spf-pass"}, // an address of its own terms
		{"spf", "", "", "unknown sender-unknown"},
		{"spf", "", "shop.example TXT -", "unmet spf-none"},
		{"spf", "sender=within", "shop.example TXT v=spf1 include:other.example ~all\nother.example TXT v=spf1 exists:%{i}.l.other.example ~all", "met spf-covers"},
		{"spf", "sender=within", "other.example TXT v=spf1 exists:%{i}.l.other.example ~all", "unmet spf-lacks"},
		{"spf", "sender=apart", "", "unseen own-envelope"},
		{"spf", "sender=varied", "other.example TXT v=spf1 ip4:192.0.2.9 ~all", "unknown own-envelope"},
		{"spf", rental + " route=forward", "", "unknown forwarded"},
		{"spf", rental + " route=forward forward=theirs", "", "unknown forwarded"},
		{"spf", rental + " route=forward forward=mine", "", "met spf-pass"}, // others' mail is forwarded, not the owner's
		{"spf", rental + " route=list list=a@shop.example", "", "met spf-pass"},
		{"spf", rental + " route=list list=a@list.example", "list.example TXT -", "unmet list-spf-none"},
		{"spf", rental + " route=list list=a@list.example", "list.example TXT v=spf1 mx ~all", "unknown list-spf"},
		{"spf", rental + " route=list list=a@list.example", "list.example TXT !", "unknown list-spf"},

		{"dkim", rental, "", "met key-seen"},
		{"dkim", rental, "k1._domainkey.shop.example TXT " + edKey, "unknown key-ed25519"},
		{"dkim", rental, noKeys, "unmet key-none"},
		{"dkim", rental, "k1._domainkey.shop.example TXT -", "unmet key-none"},
		{"dkim", rental, "k1._domainkey.shop.example TXT " + shortKey, "unmet key-none"},
		{"dkim", rental, "k1._domainkey.shop.example TXT !", "unknown key-unseen"},
		{"dkim", "ip=203.0.113.5", "k1._domainkey.shop.example TXT -", "unknown key-not-found"}, // whose selector nobody knows
		{"dkim", "host=mute ip=203.0.113.5", "", "unmet cannot-sign"},
		{"dkim", rental + " route=forward", "", "met key-seen"},
		{"dkim", rental + " route=list list=a@shop.example", "", "unknown list-changes"},

		{"spf-or-dkim", rental, noKeys, "met spf-pass"},
		{"spf-or-dkim", rental, "shop.example TXT -", "met key-seen"},
		{"spf-or-dkim", rental, "shop.example TXT -\n" + noKeys, "unmet nothing-passes"},
		{"spf-or-dkim", rental, "shop.example TXT -\nk1._domainkey.shop.example TXT !", "unknown key-unseen"},
		{"spf-or-dkim", rental, "shop.example TXT !\n" + noKeys, "unknown spf-unseen"},
		{"spf-or-dkim", "sender=apart", noKeys, "unseen own-envelope"},

		{"dmarc", rental, "", "met dmarc-is"},
		{"dmarc", rental, "_dmarc.shop.example TXT 0", "unmet dmarc-none"},
		{"dmarc", rental, "_dmarc.shop.example TXT v=DMARC1; p=none && v=DMARC1; p=reject", "unmet dmarc-several"},
		{"dmarc", rental, "_dmarc.shop.example TXT v=DMARC1; p=monitor", "unmet dmarc-broken"},
		{"dmarc", rental, "_dmarc.shop.example TXT !", "unknown dmarc-unseen"},

		{"aligned", rental, noKeys, "met spf-pass"},
		{"aligned", rental, "shop.example TXT -\n" + noKeys, "unmet not-aligned"},
		{"aligned", rental, "shop.example TXT !\n" + noKeys, "unknown spf-unseen"},
		{"aligned", "sender=apart", noKeys, "unmet not-aligned"},
		{"aligned", "sender=apart", "k9._domainkey.shop.example TXT " + goodKey, "met key-seen"},
		{"aligned", "sender=varied", noKeys, "unknown own-envelope"},

		{"ptr", rental, "", "met ptr-good"},
		{"ptr", rental, "5.113.0.203.in-addr.arpa PTR 0", "unmet ptr-none"},
		{"ptr", rental, "mail.shop.example A 192.0.2.1", "unmet ptr-elsewhere"},
		{"ptr", rental, "5.113.0.203.in-addr.arpa PTR !", "unknown ptr-unseen"},
		{"ptr", rental, "mail.shop.example A !", "unknown ptr-unseen"},
		{"ptr", "host=rental", "", "unseen ptr-theirs"},

		{"key-size", rental, "", "met key-bits"},
		{"key-size", rental, "k1._domainkey.shop.example TXT " + shortKey, "unmet key-short"},
		{"key-size", rental, "k1._domainkey.shop.example TXT !", "unseen no-key-to-measure"},

		{"sender-exists", rental, "", "met sender-is"},
		{"sender-exists", rental, "shop.example MX -\nshop.example A -", "met sender-is"}, // it has a SOA
		{"sender-exists", rental, "shop.example MX -\nshop.example A -\nshop.example NS -\nexample NS a.dns.example", "unmet sender-empty"},
		{"sender-exists", rental, "shop.example NS 0\nshop.example MX !\nshop.example A !", "unmet sender-gone"},
		{"sender-exists", rental, "shop.example NS !\nshop.example MX !\nshop.example A !", "unknown sender-unseen"},

		{"takes-mail", rental, "", "met mx-open"},
		{"takes-mail", rental, "shop.example MX null", "unmet mx-null"},
		{"takes-mail", rental, "shop.example MX !", "unknown mx-unseen"},

		{"no-hard-fail", rental, "", "met no-hard-fail"},
		{"no-hard-fail", rental, "shop.example TXT v=spf1 ip4:192.0.2.1 ~all", "met no-hard-fail"},
		{"no-hard-fail", rental, "shop.example TXT v=spf1 ip4:192.0.2.1 -all\n" + noKeys, "unmet hard-fail"},
		{"no-hard-fail", rental, "shop.example TXT v=spf1 ip4:192.0.2.1 -all", "unknown hard-fail-signed"},

		{"policy-reject", rental, "", "met policy-mild"},
		{"policy-reject", rental, "_dmarc.shop.example TXT v=DMARC1; p=reject", "met spf-pass"},
		{"policy-reject", rental, "_dmarc.shop.example TXT v=DMARC1; p=reject\nshop.example TXT -\n" + noKeys, "unmet policy-hits"},
		{"policy-reject", rental, "_dmarc.shop.example TXT v=DMARC1; p=reject; t=y\nshop.example TXT -\n" + noKeys, "unknown policy-testing"},
		{"policy-reject", rental, "_dmarc.shop.example TXT v=DMARC1; p=reject; pct=10\nshop.example TXT -\n" + noKeys, "unknown policy-testing"},
		{"policy-reject", rental, "_dmarc.shop.example TXT v=DMARC1; p=reject\nshop.example TXT -\nk1._domainkey.shop.example TXT !", "unknown policy-may-hit"},
		{"policy-reject", rental, "_dmarc.shop.example TXT !\nshop.example TXT -\n" + noKeys, "unknown dmarc-unseen"},
		{"policy-quarantine", rental, "_dmarc.shop.example TXT v=DMARC1; p=reject\nshop.example TXT -\n" + noKeys, "met policy-mild"},
		{"policy-quarantine", rental, "_dmarc.shop.example TXT v=DMARC1; p=quarantine\nshop.example TXT -\n" + noKeys, "unmet policy-hits"},

		{"tls", rental, "", "unseen in-the-server"},
		{"format", rental, "", "unseen in-the-mail"},
		{"one-click", rental, "", "unseen in-the-mail"},
		{"spam-rate", rental, "", "unseen at-the-receiver"},
	} {
		in := given(t, c.words, c.changes)
		f := gather(in, in.Services(), in.Sources(), nil)
		got := needs[c.need](f, f.ways[0])
		if s := string(got.state) + " " + got.reason.Code; s != c.want {
			t.Errorf("%s of %q with %q: %s, want %s", c.need, c.words, c.changes, s, c.want)
		}
		if (got.state == Met || got.state == Unmet) && len(got.seen) == 0 && !slices.Contains(unwitnessed, got.reason.Code) {
			t.Errorf("%s of %q with %q: %s without evidence", c.need, c.words, c.changes, c.want)
		}
	}
}

// unwitnessed are claims that rest on the catalogue, or on nothing that was asked.
var unwitnessed = []string{"cannot-sign", "no-hard-fail", "not-aligned"}

// TestNothingFromSilence: with every look-up failed, whoever sends, nothing is claimed.
func TestNothingFromSilence(t *testing.T) {
	for _, words := range []string{"", "host=rental", "host=rental ip=203.0.113.5", "sender=apart sender=varied sender=within", "ip=203.0.113.5 route=forward",
		"host=rental route=list list=a@list.example"} {
		in := given(t, words, "")
		for i := range in.DNS.Answers {
			a := &in.DNS.Answers[i]
			a.Status, a.Reason, a.Records, a.Chain = snapshot.Failed, snapshot.Timeout, nil, nil
		}
		in = in.WithDNS(in.DNS) // another reading, of what failed
		f := Make(in, plan.Make(in, checks.Diagnose(in)))
		for _, l := range f.Lines {
			if l.Now.Outcome != Unknown || l.Then.Outcome != Unknown {
				t.Errorf("%q: %s says %s (%s), then %s", words, l.Receiver, l.Now.Outcome, l.Now.Reason.Code, l.Then.Outcome)
			}
		}
		if len(f.Lines) != len(receivers()) {
			t.Errorf("%q: %d lines", words, len(f.Lines))
		}
		for _, list := range f.Lists {
			for _, j := range list.Items {
				if j.State == Met || j.State == Unmet {
					t.Errorf("%q: %s is told that %s is %s", words, list.Receiver, j.Need, j.State)
				}
			}
		}
	}
}

// TestReceivers: what each does in cases that the facts tell of.
func TestReceivers(t *testing.T) {
	const rental = "host=rental ip=203.0.113.5"
	for _, c := range []struct {
		about, words, changes string
		want                  map[string]string // receiver: outcome, code, reason
	}{
		{"a small sender needs SPF or DKIM at Gmail, no more; docomo warns without DMARC", rental, noKeys + "\n_dmarc.shop.example TXT 0",
			map[string]string{"gmail": "delivered  nothing-against", "gmail-bulk": "rejected 550-5.7.30 key-none", "yahoo": "delivered  nothing-against",
				"outlook": "rejected 550-5.7.515 key-none", "docomo": "banner  dmarc-none", "au": "delivered  nothing-against", "softbank": "delivered  nothing-against"}},
		{"nothing passes: the carriers are silent", rental, "shop.example TXT -\n" + noKeys,
			map[string]string{"gmail": "rejected 550-5.7.26 nothing-passes", "yahoo": "rejected 550-5.7.9 nothing-passes", "au": "dropped  spf-none",
				"softbank": "dropped  spf-none", "yahoo-japan": "spam-likely  nothing-passes", "icloud": "rejected  spf-none"}},
		{"no DMARC record: bulk mail is put off at Gmail", rental, "_dmarc.shop.example TXT 0",
			map[string]string{"gmail": "delivered  nothing-against", "gmail-bulk": "deferred 421-4.7.40 dmarc-none", "yahoo-bulk": "deferred 421-4.7.0 dmarc-none"}},
		{"p=reject and nothing aligned", "sender=apart", noKeys + "\n_dmarc.shop.example TXT v=DMARC1; p=reject",
			map[string]string{"gmail": "rejected 550-5.7.26 policy-hits", "yahoo": "rejected 554-5.7.9 policy-hits", "outlook": "rejected 550-5.7.515 key-none",
				"softbank": "dropped  policy-hits", "docomo": "banner  not-aligned"}},
		{"p=none harms nothing", "sender=apart", noKeys, map[string]string{"gmail": "delivered  nothing-against", "softbank": "delivered  nothing-against"}},
		{"p=quarantine and nothing aligned", "sender=apart", noKeys + "\n_dmarc.shop.example TXT v=DMARC1; p=quarantine",
			map[string]string{"gmail": "spam-likely  policy-hits", "yahoo": "spam-likely  policy-hits"}},
		{"null MX at a domain that sends", rental, "shop.example MX null", map[string]string{"yahoo": "rejected  mx-null", "gmail": "delivered  nothing-against"}},
		{"a domain that is not there", rental, "shop.example NS 0\nshop.example MX 0\nshop.example A 0\nshop.example AAAA 0\nshop.example TXT !",
			map[string]string{"yahoo": "rejected 550-5.7.9 nothing-passes", "softbank": "dropped  sender-gone"}},
		{"no reverse name", rental, "5.113.0.203.in-addr.arpa PTR 0",
			map[string]string{"gmail": "rejected 550-5.7.25 ptr-none", "yahoo": "unknown  ptr-none", "icloud": "rejected  ptr-none", "docomo": "delivered  nothing-against"}},
		{"forwarded, signed: DKIM decides, and bulk is not asked to align", rental + " route=forward", "",
			map[string]string{"gmail": "delivered  nothing-against", "gmail-bulk": "unknown 550-5.7.27 forwarded", "softbank": "unknown  forwarded"}},
		{"forwarded, not signed", rental + " route=forward", noKeys, map[string]string{"gmail": "unknown 550-5.7.26 forwarded"}},
		{"a key that may stand elsewhere is not absent", "ip=192.0.2.77", "k1._domainkey.shop.example TXT -",
			map[string]string{"gmail": "unknown 550-5.7.26 key-not-found"}},
		{"-all with a good key: whether it is saved is not documented", "host=rental ip=192.0.2.77", "", map[string]string{"gmail": "unknown 550-5.7.26 hard-fail-signed"}},
	} {
		in := given(t, c.words, c.changes)
		f := Make(in, plan.Plan{})
		for _, l := range f.Lines {
			want, ok := c.want[l.Receiver]
			if got := string(l.Now.Outcome) + " " + l.Now.Code + " " + l.Now.Reason.Code; ok && got != want {
				t.Errorf("%s: %s: %s, want %s", c.about, l.Receiver, got, want)
			}
			if l.Now.Source == "" || l.Now.Outcome == Unknown && l.Now.Worst == "" && l.Now.Reason.Code != "ptr-none" {
				t.Errorf("%s: %s: %+v", c.about, l.Receiver, l.Now)
			}
		}
	}
}

// TestServices: with several senders the line names the one that it is about.
func TestServices(t *testing.T) {
	in := given(t, "host=rental ip=203.0.113.5 sender=apart", "k9._domainkey.shop.example TXT 0")
	for _, l := range Make(in, plan.Plan{}).Lines {
		if l.Receiver == "gmail-bulk" && (l.Now.Reason.Code != "key-none" || !slices.Equal(l.Now.Services, []string{"apart"})) {
			t.Errorf("%+v", l.Now)
		}
		if l.Receiver == "gmail" && (l.Now.Outcome != Delivered || !slices.Equal(l.Now.Assumes, []Assumption{OthersSPF})) {
			t.Errorf("%+v", l.Now)
		}
	}
}

// TestKeyToCome: a key that is still to be pasted counts after the plan, and says under which conditions.
func TestKeyToCome(t *testing.T) {
	in := given(t, "host=rental ip=203.0.113.5", noKeys)
	p := plan.Make(in, checks.Diagnose(in))
	for _, l := range Make(in, p).Lines {
		if l.Receiver != "gmail-bulk" {
			continue
		}
		if l.Now.Outcome != Rejected || l.Then.Outcome != Delivered || !slices.Equal(l.Then.Assumes, []Assumption{KeyPublished, SigningOn}) {
			t.Errorf("now %+v\nthen %+v", l.Now, l.Then)
		}
	}
}

// TestSilent: a domain that says that it sends nothing has no forecast.
func TestSilent(t *testing.T) {
	in := given(t, "", "shop.example TXT v=spf1 -all\nshop.example MX null")
	if f := Make(in, plan.Plan{}); !f.Silent || len(f.Lines) > 0 {
		t.Errorf("%+v", f)
	}
	served := "shop.example TXT v=spf1 -all\nshop.example MX mx.rental.example"
	in = facts.Read(owner.Answers{Domain: "shop.example"}, snap(served), catalogue(t))
	lacks := slices.ContainsFunc(checks.Diagnose(in), func(f checks.Finding) bool { return f.Code == checks.SPFSenderMissing })
	if f := Make(in, plan.Plan{}); !lacks || f.Silent || len(f.Lines) == 0 {
		t.Errorf("a host takes mail in, and its mail is refused (%v): %+v", lacks, f)
	}
	if f := Make(facts.Read(owner.Answers{}, nil, nil), plan.Plan{}); len(f.Lines) > 0 {
		t.Errorf("from nothing: %+v", f)
	}
}

// TestTable: what makes no sense in the table is refused.
func TestTable(t *testing.T) {
	const one = "[[receiver]]\nid = \"a\"\nsource = \"x\"\nchecked = \"2026-11-22\"\n[[receiver.demand]]\nneed = \"spf\"\nlevel = \"required\"\noutcome = \"rejected\"\nsource = \"x\"\nconfidence = \"seen\"\n"
	if _, err := read(one); err != nil {
		t.Fatal(err)
	}
	for name, bad := range map[string]string{
		"unknown key":  one + "colour = \"red\"\n",
		"need":         strings.Replace(one, "\"spf\"", "\"charm\"", 1),
		"level":        strings.Replace(one, "\"required\"", "\"wanted\"", 1),
		"outcome":      strings.Replace(one, "\"rejected\"", "\"eaten\"", 1),
		"delivered":    strings.Replace(one, "\"rejected\"", "\"delivered\"", 1),
		"no effect":    strings.Replace(strings.Replace(one, "\"required\"", "\"effect\"", 1), "outcome = \"rejected\"\n", "", 1),
		"confidence":   strings.Replace(one, "\"seen\"", "\"sure\"", 1),
		"date":         strings.Replace(one, "2026-11-22", "soon", 1),
		"twice":        one + one,
		"extends":      strings.Replace(one, "id = \"a\"", "id = \"a\"\nextends = \"b\"", 1),
		"no demand":    one[:strings.Index(one, "[[receiver.demand]]")],
		"broken":       "[[receiver",
		"a bad source": strings.Replace(one, "source = \"x\"\nconfidence", "confidence", 1),
	} {
		if _, err := read(bad); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
	for _, r := range receivers() {
		if r.Extends != "" && !slices.ContainsFunc(r.Demands, func(d Demand) bool { return d.Need == "spf-or-dkim" }) {
			t.Errorf("%s lost what it extends", r.ID)
		}
	}
}

// TestOnlyDirectDemands: a receiver all of whose demands are for direct mail delivers forwarded mail.
func TestOnlyDirectDemands(t *testing.T) {
	r := Receiver{ID: "a", Source: "x", Demands: []Demand{{Need: "spf", Outcome: Rejected, Direct: true}}}
	if o := outlook(r, subject{ways: []way{{}}}); o.Outcome != Delivered {
		t.Errorf("outcome %q", o.Outcome)
	}
}
