package catalog

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"example.org/todoku/checks/snapshot"
)

// zone makes a snapshot of example.jp from lines "name TYPE value". "@" is the domain, a name without a dot is below it,
// and an address before PTR stands for its reverse name. A CNAME shows in the answer to TXT, as the probe asks.
func zone(t testing.TB, text string) *snapshot.Snapshot {
	t.Helper()
	const domain = "example.jp"
	s := snapshot.New(domain, time.Time{})
	for l := range strings.Lines(text) {
		f := strings.SplitN(strings.TrimSpace(l), " ", 3)
		if len(f) < 3 {
			continue
		}
		name, kind, v := f[0], snapshot.Type(f[1]), f[2]
		via := snapshot.Authority
		switch {
		case name == "@":
			name = domain
		case kind == snapshot.PTR:
			name, via = snapshot.Reverse(netip.MustParseAddr(name)), snapshot.Resolver
		case strings.HasSuffix(name, "."):
			name, via = strings.TrimSuffix(name, "."), snapshot.Resolver
		default:
			name += "." + domain
		}
		k := snapshot.Key{Name: name, Type: kind, Via: via}
		if kind == snapshot.CNAME {
			k.Type = snapshot.TXT
			s.Add(snapshot.Answer{Key: k, Status: snapshot.OK, Chain: []snapshot.Link{{Name: name, Target: v, TTL: 300}}})
			continue
		}
		a, _ := s.Find(k)
		a.Status = snapshot.OK
		a.Records = append(a.Records, snapshot.Record{Data: v, TTL: 300})
		s.Add(a)
	}
	return s
}

// brief writes clues as "id", "id=value", "id?" where ambiguous.
func brief(clues []Clue) string {
	var out []string
	for _, c := range clues {
		s := c.ID
		if c.Value != "" {
			s += "=" + c.Value
		}
		if c.Ambiguous {
			s += "?"
		}
		out = append(out, s)
	}
	return strings.Join(out, " ")
}

const key = "v=DKIM1; k=rsa; p=MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQC"

var detections = []struct{ about, zone, hosts, senders, panels string }{
	{"Google at Cloudflare", "@ NS ada.ns.cloudflare.com\n@ NS bob.ns.cloudflare.com\n@ MX smtp.google.com\n@ TXT v=spf1 include:_spf.google.com ~all\ngoogle._domainkey TXT " + key,
		"google-workspace", "", "cloudflare"},
	{"Google's old MX, no SPF", "@ NS 01.dnsv.jp\n@ NS 02.dnsv.jp\n@ MX aspmx.l.google.com\n@ MX alt1.aspmx.l.google.com",
		"google-workspace", "", "onamae-navi"},
	{"a Wix site with Google mail: the reseller hides nobody", "@ NS ns8.wixdns.net\n@ NS ns9.wixdns.net\n@ MX aspmx.l.google.com",
		"google-workspace", "", "wix"},
	{"a Wix site, mail still at the rental server", "@ NS ns0.wixdns.net\n@ NS ns1.wixdns.net\n@ MX mail12.onamae.ne.jp",
		"onamae-mail? onamae-rs?", "", "wix"},
	{"MX is the domain, PTR names the server", "@ NS ns1.dns.ne.jp\n@ NS ns2.dns.ne.jp\n@ MX example.jp\n@ A 203.0.113.10\n203.0.113.10 PTR www1234.sakura.ne.jp",
		"sakura-rs=www1234.sakura.ne.jp", "", "sakura-domain"},
	{"the same, with the SPF record of the guide", "@ NS ns1.dns.ne.jp\n@ MX example.jp\n@ A 203.0.113.10\n203.0.113.10 PTR www1234.sakura.ne.jp\n@ TXT v=spf1 a:www1234.sakura.ne.jp mx ~all\nrs20240819._domainkey TXT " + key,
		"sakura-rs=www1234.sakura.ne.jp", "", "sakura-domain"},
	{"SPF names the server, no PTR seen", "@ NS ns1.dns.ne.jp\n@ MX example.jp\n@ TXT v=spf1 a:www77.sakura.ne.jp mx ~all",
		"sakura-rs=www77.sakura.ne.jp", "", "sakura-domain"},
	{"a VPS of the same company is another thing", "@ NS ns1.dns.ne.jp\n@ MX mail.example.jp\nmail A 203.0.113.20\n203.0.113.20 PTR ik1-234-56789.vs.sakura.ne.jp",
		"sakura-vps=203.0.113.20", "", "sakura-domain"},
	{"cloud DNS of the same company is another panel", "@ NS ns1.gslb2.sakura.ne.jp\n@ NS ns2.gslb2.sakura.ne.jp\n@ MX smtp.google.com",
		"google-workspace", "", "sakura-cloud-dns"},
	{"Xserver from PTR", "@ NS ns1.xserver.jp\n@ NS ns2.xserver.jp\n@ MX example.jp\n@ A 203.0.113.11\n203.0.113.11 PTR sv1234.xserver.jp",
		"xserver=sv1234.xserver.jp", "", "xserver"},
	{"Xserver from the a: term; Google added by its panel", "@ NS ns1.xserver.jp\n@ MX smtp.google.com\n@ TXT v=spf1 +a:sv999.xserver.jp +a:example.jp +mx include:spf.sender.xserver.jp include:_spf.google.com ~all",
		"google-workspace xserver=sv999.xserver.jp", "", "xserver"},
	{"the shared include alone, name servers tell", "@ NS ns1.wpx.ne.jp\n@ MX example.jp\n@ TXT v=spf1 +mx include:spf.sender.xserver.jp ~all",
		"shin-rentalserver own-server?", "", "shin-wpx"},
	{"the shared include alone, elsewhere: both", "@ NS ada.ns.cloudflare.com\n@ MX smtp.google.com\n@ TXT v=spf1 include:spf.sender.xserver.jp ~all",
		"google-workspace shin-rentalserver? xserver?", "", "cloudflare"},
	{"RS plan on its own name servers", "@ NS ns-rs1.gmoserver.jp\n@ NS ns-rs2.gmoserver.jp\n@ MX mail1021.onamae.ne.jp\n@ TXT v=spf1 include:_spf.onamae.ne.jp ~all",
		"onamae-rs", "", "onamae-rs"},
	{"Microsoft", "@ NS ns1.value-domain.com\n@ MX example-jp.mail.protection.outlook.com\n@ TXT v=spf1 include:spf.protection.outlook.com -all\n@ TXT MS=ms12345678\nselector1._domainkey CNAME selector1-example-jp._domainkey.example.onmicrosoft.com",
		"microsoft-365", "", "value-domain"},
	{"Microsoft without SPF is not taken for its reseller", "@ NS ns01.domaincontrol.com\n@ MX example-jp.mail.protection.outlook.com",
		"microsoft-365", "", "godaddy"},
	{"Microsoft sold by GoDaddy", "@ NS ns01.domaincontrol.com\n@ MX example-jp.mail.protection.outlook.com\n@ TXT v=spf1 include:secureserver.net -all",
		"godaddy-m365", "", "godaddy"},
	{"four senders at once", "@ NS ns1.xserver.jp\n@ MX example.jp\n@ A 203.0.113.11\n203.0.113.11 PTR sv1234.xserver.jp\n@ TXT v=spf1 +a:sv1234.xserver.jp +mx include:spf.sender.xserver.jp include:_spf.salesforce.com ~all\ns1._domainkey CNAME s1.domainkey.u123.wl45.sendgrid.net\nk2._domainkey CNAME dkim2.mcsv.net\nk3._domainkey CNAME dkim3.mcsv.net\nem1234 CNAME u123.wl45.sendgrid.net",
		"xserver=sv1234.xserver.jp", "mailchimp sendgrid salesforce", "xserver"},
	{"SES behind Resend", "@ NS ada.ns.cloudflare.com\n@ MX smtp.google.com\nresend._domainkey TXT p=MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQ\nsend MX feedback-smtp.ap-northeast-1.amazonses.com\nsend TXT v=spf1 include:amazonses.com ~all",
		"google-workspace", "resend", "cloudflare"},
	{"a bounce host at SES says no more than that", "@ NS ada.ns.cloudflare.com\n@ MX smtp.google.com\nmailer MX feedback-smtp.us-east-1.amazonses.com",
		"google-workspace", "amazon-ses? loops? resend?", "cloudflare"},
	{"name servers of three panels", "@ NS ns-cloud-a1.googledomains.com\n@ NS ns-cloud-a2.googledomains.com\n@ MX smtp.google.com",
		"google-workspace", "", "google-cloud-dns? shopify? squarespace?"},
	{"Route 53 or a host that runs on it", "@ NS ns-123.awsdns-45.com\n@ NS ns-678.awsdns-12.co.uk\n@ MX smtp.google.com",
		"google-workspace", "", "route53?"},
	{"in the middle of a move: two panels", "@ NS ns1.dns.ne.jp\n@ NS ns0.wixdns.net\n@ MX smtp.google.com",
		"google-workspace", "", "sakura-domain? wix?"},
	{"a selector that everybody uses names nobody", "@ NS ns.rental.example\n@ MX mail.rental.example\ndefault._domainkey TXT " + key, "", "", ""},
	{"and is silent where the host is known", "@ NS ns1.mixhost.jp\n@ MX jp21.mixhost.jp\ndefault._domainkey TXT " + key,
		"mixhost", "", "mixhost"},
	{"a wildcard key is no key", "@ NS ada.ns.cloudflare.com\n@ MX smtp.google.com\ngoogle._domainkey TXT " + key + "\nresend._domainkey TXT " + key + "\ndefault._domainkey TXT " + key + "\nzmail._domainkey TXT " + key,
		"google-workspace", "", "cloudflare"},
	{"own server", "@ NS ns1.example.jp\n@ MX mail.example.jp\nmail A 198.51.100.7\n198.51.100.7 PTR mail.example.jp\n@ TXT v=spf1 ip4:198.51.100.7 ~all",
		"own-server=198.51.100.7?", "", ""},
	{"own server with a key at a selector that many use: said once", "@ NS ns1.example.jp\n@ MX mail.example.jp\nmail A 198.51.100.7\nmail._domainkey TXT " + key,
		"own-server=198.51.100.7?", "", ""},
	{"no name like a suffix: label border", "@ NS evilns1.dns.ne.jp\n@ MX mx.notgoogle.com\n@ TXT v=spf1 include:my_spf.google.com.evil.example ~all",
		"", "", ""},
	{"null MX", "@ NS ada.ns.cloudflare.com\n@ TXT v=spf1 -all", "", "", "cloudflare"},
	{"Lolipop, not editable", "@ NS uns01.lolipop.jp\n@ NS uns02.lolipop.jp\n@ MX mx01.lolipop.jp\n@ TXT v=spf1 include:_spf.lolipop.jp ~all", "lolipop", "", "lolipop-ns"},
	{"ConoHa's SPF left behind", "@ NS ns-a1.conoha.io\n@ MX smtp.google.com\n@ TXT v=spf1 include:_spf.conoha.ne.jp ~all", "google-workspace conoha-wing", "", "conoha"},
	{"redirect counts", "@ NS ns1.mixhost.jp\n@ MX example.jp\n@ TXT v=spf1 redirect=_spf.mixhost.jp", "mixhost own-server?", "", "mixhost"},
	{"KAGOYA", "@ NS ns0.kagoya.net\n@ MX dmail.kagoya.net\n@ TXT v=spf1 include:kagoya.net ~all", "kagoya", "", "kagoya"},
	{"Zoho in Japan", "@ NS dns01.muumuu-domain.com\n@ MX mx.zoho.jp\n@ TXT v=spf1 include:zoho.jp ~all\nzmail._domainkey TXT " + key, "zoho-jp", "", "muumuu"},
	{"Fastmail", "@ NS ns1.digitalocean.com\n@ MX in1-smtp.messagingengine.com\nfm1._domainkey CNAME fm1.example.jp.dkim.fmhosted.com", "fastmail", "", "digitalocean"},
	{"Japanese newsletter services", "@ NS 01.dnsv.jp\n@ MX smtp.google.com\n@ TXT v=spf1 include:_spf.google.com include:spf.haihaimail.jp include:spf.bmv.jp ~all\nomdk._domainkey CNAME omdk._domainkey.orange-mail.org", "google-workspace", "orange-mail blastmail haihai-mail", "onamae-navi"},
	{"Cloudflare routing receives only", "@ NS ada.ns.cloudflare.com\n@ MX route1.mx.cloudflare.net\n@ TXT v=spf1 include:_spf.mx.cloudflare.net ~all", "cloudflare-email-routing", "", "cloudflare"},
	{"nothing known", "", "", "", ""},
}

func TestDetect(t *testing.T) {
	c, err := source()
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range detections {
		t.Run(d.about, func(t *testing.T) {
			got := c.Detect(zone(t, d.zone))
			for _, k := range []struct {
				kind, want string
				got        []Clue
			}{{"hosts", d.hosts, got.Hosts}, {"senders", d.senders, got.Senders}, {"panels", d.panels, got.Panels}} {
				if brief(k.got) != k.want {
					t.Errorf("%s: %q, want %q", k.kind, brief(k.got), k.want)
				}
				for _, clue := range k.got {
					if len(clue.Evidence) == 0 || len(clue.Args) == 0 || len(clue.Signs) == 0 || clue.Ground == NoGround {
						t.Errorf("%s: %s has no evidence", k.kind, clue.ID)
					}
				}
			}
		})
	}
}

// TestDelegationDecides: the parent's referral decides which name servers count, whatever the zone's own NS set says.
func TestDelegationDecides(t *testing.T) {
	c, err := source()
	if err != nil {
		t.Fatal(err)
	}
	s := zone(t, "@ NS ns1.dns.ne.jp\n@ NS ns2.dns.ne.jp")
	s.Add(snapshot.Answer{Key: snapshot.Key{Name: "example.jp", Type: snapshot.NS, Via: snapshot.Server, At: "a.dns.jp"},
		Status: snapshot.Failed, Reason: snapshot.Delegated, Referral: []string{"ns8.wixdns.net", "ns9.wixdns.net"}})
	if got := brief(c.Detect(s).Panels); got != "wix" {
		t.Errorf("panels %q, want wix", got)
	}
}

// TestHostileEvidence: what DNS says reaches the screen through the arguments.
func TestHostileEvidence(t *testing.T) {
	c, err := source()
	if err != nil {
		t.Fatal(err)
	}
	got := c.Detect(zone(t, "@ TXT apple-domain=\x1b[31mx\u202e")).Hints
	if len(got) != 1 || strings.ContainsAny(got[0].Args["text"], "\x1b\u202e") {
		t.Errorf("%+v", got)
	}
}

// TestResellerHasOwnSigns: nothing but its own sign may bring up a reseller.
func TestResellerHasOwnSigns(t *testing.T) {
	c, err := source()
	if err != nil {
		t.Fatal(err)
	}
	for _, h := range c.Hosts() {
		if h.Resells == "" || len(h.Detect.MX) == 0 {
			continue
		}
		mx := strings.ReplaceAll(h.Detect.MX[0], "*", "x")
		got := c.Detect(zone(t, "@ MX mx."+mx)).Hosts
		if slices.ContainsFunc(got, func(k Clue) bool { return k.ID == h.ID }) {
			t.Errorf("%s came up by the MX of %s", h.ID, h.Resells)
		}
	}
}

func TestGlob(t *testing.T) {
	for _, d := range []struct {
		pattern, s string
		want       bool
	}{
		{"www*", "www1", true}, {"www*", "www", true}, {"www*", "ww1", false}, {"*", "", true}, {"a*b", "ab", true},
		{"a*b", "axxb", true}, {"a*b", "axxc", false}, {"a*b*c", "a1b2c", true}, {"a*b*c", "a1c", false}, {"ns", "ns", true}, {"ns", "ns1", false},
		{"a*a", "a", false},
	} {
		if got := glob(d.pattern, d.s); got != d.want {
			t.Errorf("glob(%q, %q) = %v", d.pattern, d.s, got)
		}
	}
}

func FuzzGlob(f *testing.F) {
	f.Add("a*b", "axb")
	f.Add("***", "")
	f.Fuzz(func(t *testing.T, p, s string) {
		if strings.Contains(p, "*") {
			if !glob(p, strings.ReplaceAll(p, "*", "x")) {
				t.Errorf("%q does not match with x for each star", p)
			}
			return
		}
		if glob(p, s) != (p == s) {
			t.Errorf("glob(%q, %q)", p, s)
		}
	})
}

func BenchmarkDetect(b *testing.B) {
	c, err := Load()
	if err != nil {
		b.Fatal(err)
	}
	var all strings.Builder
	for _, d := range detections {
		all.WriteString(d.zone + "\n")
	}
	s := zone(b, all.String())
	b.Run("large", func(b *testing.B) {
		for b.Loop() {
			c.Detect(s)
		}
	})
	s = zone(b, detections[0].zone)
	b.Run("usual", func(b *testing.B) {
		for b.Loop() {
			c.Detect(s)
		}
	})
}

// BenchmarkLoad is what a start pays, the index for detection included.
func BenchmarkLoad(b *testing.B) {
	for b.Loop() {
		c, err := read(files, program)
		if err != nil {
			b.Fatal(err)
		}
		c.index()
	}
}

func BenchmarkFilter(b *testing.B) {
	c, err := Load()
	if err != nil {
		b.Fatal(err)
	}
	for i := 0; b.Loop(); i++ {
		Filter(c.Senders(), fmt.Sprint("sa", i%10))
	}
}
