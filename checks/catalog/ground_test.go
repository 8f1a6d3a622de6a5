package catalog

import (
	"encoding/json"
	"net/netip"
	"slices"
	"strings"
	"testing"

	"example.org/todoku/checks/snapshot"
)

// told writes every clue as "id ground", with "receives", "sends", "at=NAME" and the others that fit as well.
func told(d Detected) string {
	var out []string
	for _, k := range d.Mail() {
		s := k.ID + " " + k.Ground.String()
		if k.Receives {
			s += " receives"
		}
		if k.Sends {
			s += " sends"
		}
		for _, at := range k.At {
			s += " at=" + at
		}
		if len(k.Others) > 0 {
			s += " or " + strings.Join(k.Others, " ")
		}
		out = append(out, s)
	}
	for _, k := range d.Hints {
		out = append(out, k.ID+" "+k.Ground.String())
	}
	slices.Sort(out)
	return strings.Join(out, "\n")
}

const cf = "@ MX route1.mx.cloudflare.net\n"

// grounds are domains, each with the truth of who receives and who sends there.
var grounds = []struct{ about, zone, want string }{
	// Ownership texts
	{"an ownership text beside the host that mail shows", "@ MX smtp.google.com\n@ TXT v=spf1 include:_spf.google.com ~all\n@ TXT MS=ms12345678",
		"google-workspace own receives sends\nmicrosoft-365 token"},
	{"ownership texts and nothing else", "@ TXT MS=ms1\n@ TXT brevo-code:abc\n@ TXT google-site-verification=x\n@ TXT zoho-verification=zb1", "brevo token\nmicrosoft-365 token\nzoho-com token\nzoho-jp token"},
	{"a token of the host that is there is one sign more", "@ MX x.mail.protection.outlook.com\n@ TXT MS=ms1", "microsoft-365 own receives sends"},
	{"the stand-in MX with which Microsoft proves a domain", "@ MX ms29696915.msv1.invalid.outlook.com", ""},
	// Selectors
	{"a key named default is nobody's", "@ MX mx.somewhere.test\ndefault._domainkey TXT " + key, ""},
	{"nor are mail, dkim, k1, s1 and selector1 as texts", "@ MX mx.somewhere.test\nmail._domainkey TXT " + key + "1\ndkim._domainkey TXT " + key + "2\nk1._domainkey TXT " + key + "3\ns1._domainkey TXT " + key + "4\nselector1._domainkey TXT " + key + "5", ""},
	{"where they lead tells", "s1._domainkey CNAME s1.domainkey.u1.wl2.sendgrid.net\nk1._domainkey CNAME k1.optin.com", "aweber own sends\nsendgrid own sends"},
	{"an alias to nobody known", "@ MX smtp.google.com\ns1._domainkey CNAME s1.domainkey.somewhere.test", "google-workspace own receives sends"},
	{"a generic selector is one sign more of whom others show", "@ MX smtp.google.com\n@ TXT v=spf1 include:mailgun.org ~all\nk1._domainkey TXT " + key, "google-workspace own receives sends\nmailgun own sends"},
	{"a key dated as one host dates them", "rs20240819._domainkey TXT " + key, "sakura-rs own sends"},
	{"a word that only begins like that", "rsvp._domainkey TXT " + key, ""},
	{"Postmark by its dated key", "@ MX smtp.google.com\n20240102030405pm._domainkey TXT " + key, "google-workspace own receives sends\npostmark own sends"},
	{"HubSpot by its numbered aliases", "hs1-1234567._domainkey CNAME example-jp.hs01a.dkim.hubspotemail.net", "hubspot own sends"},
	{"Intercom, Klaviyo, Squarespace, Help Scout, Freshworks by where names lead", "intercom._domainkey CNAME abc.dkim.intercom.io\nkm1._domainkey CNAME km1.example.jp.klaviyodns.com\nsquarespace._domainkey CNAME squarespace-domainkey.squarespace-mail.com\nstrong1._domainkey CNAME strong1._domainkey.helpscout.net\nabcd._domainkey CNAME wl1s1.domainkey.freshemail.io",
		"freshdesk own sends\nhelp-scout own sends\nintercom own sends\nklaviyo own sends\nsquarespace-campaigns own sends"},
	{"Brevo, Mailjet, SparkPost, ActiveCampaign, Constant Contact, Zendesk", "brevo1._domainkey CNAME b1.example-jp.dkim.brevo.com\nmailjet._domainkey TXT " + key + "a\nscph0819._domainkey TXT " + key + "b\nacdkim1._domainkey CNAME dkim.acdkim1.acems1.com\nctct1._domainkey CNAME 100._domainkey.dkim1.ccsend.com\nzendesk1._domainkey CNAME zendesk1._domainkey.zendesk.com",
		"activecampaign own sends\nbrevo own sends\nconstant-contact own sends\nmailjet own sends\nsparkpost own sends\nzendesk own sends"},
	{"bounce hosts tell of those whose selectors nobody can guess", "pm-bounces CNAME pm.mtasv.net\noutbound.intercom CNAME rp.example.intercom-mail.com\nem77 CNAME return.smtp2go.net\nmailerx CNAME a1.p9.email.myshopify.com\nsend CNAME send.example.klaviyodns.com",
		"intercom own sends at=outbound.intercom.example.jp\nklaviyo own sends at=send.example.jp\npostmark own sends at=pm-bounces.example.jp\nshopify own sends at=mailerx.example.jp\nsmtp2go own sends at=em77.example.jp"},
	// Companies of several products
	{"one MX for two products of one company", "@ MX mail98.onamae.ne.jp", "onamae-mail own receives sends or onamae-rs\nonamae-rs own receives sends or onamae-mail"},
	{"one include for two products of one company", "@ MX smtp.google.com\n@ TXT v=spf1 include:spf.sender.xserver.jp ~all", "google-workspace own receives sends\nshin-rentalserver own sends or xserver\nxserver own sends or shin-rentalserver"},
	{"Google's term without its MX: Workspace or a free account", "@ MX k03.sakura.ne.jp\n@ TXT v=spf1 include:_spf.google.com ~all", "gmail-free own sends or google-workspace\ngoogle-workspace own sends or gmail-free\nsakura-rs own receives sends"},
	{"its key shows Workspace", "@ MX mx01.lolipop.jp\n@ TXT v=spf1 include:_spf.google.com ~all\ngoogle._domainkey TXT " + key, "google-workspace own sends\nlolipop own receives sends"},
	{"no free account stands behind a gateway", "@ MX us-smtp-inbound-1.mimecast.com\n@ TXT v=spf1 include:_spf.google.com ~all", "google-workspace own sends\nmimecast own receives"},
	{"an MX that programs and mailboxes share", "@ MX inbound-smtp.us-east-1.amazonaws.com", "amazon-workmail own receives sends or ses-receiving\nses-receiving own receives or amazon-workmail"},
	{"a bounce host that several companies' services use", "mailer MX feedback-smtp.us-east-1.amazonses.com", "amazon-ses shared sends at=mailer.example.jp or loops resend\nloops shared sends at=mailer.example.jp or amazon-ses resend\nresend shared sends at=mailer.example.jp or amazon-ses loops"},
	{"a server of one's own, or of a host whose name nothing tells", "@ MX mail.example.jp\nmail A 203.0.113.9", "own-server shared receives sends"},
	// One receives, another sends
	{"MX of one company, SPF of another", "@ MX mx01.lolipop.jp\n@ TXT v=spf1 include:spf.protection.outlook.com ~all", "lolipop own receives sends\nmicrosoft-365 own sends"},
	{"two companies' MX side by side", "@ MX smtp.google.com\n@ MX mx01.lolipop.jp", "google-workspace own receives sends\nlolipop own receives sends"},
	{"an unknown company's MX, Google's SPF", "@ MX mx.somewhere.test\n@ TXT v=spf1 include:_spf.google.com ~all\ngoogle._domainkey TXT " + key, "google-workspace own sends"},
	// Gateways
	{"mail comes and goes through a gateway", "@ MX mx0a-00112233.pphosted.com\n@ TXT v=spf1 include:%{ir}.%{v}.%{d}.spf.only.pphosted.com ~all\n@ TXT MS=ms12345678\nselector1._domainkey TXT " + key,
		"microsoft-365 token\nproofpoint own receives sends"},
	{"hosted SPF hides who sends", "@ MX mx0a-00112233.pphosted.com\n@ TXT v=spf1 include:%{ir}.%{v}.%{d}.spf.has.pphosted.com ~all", "proofpoint own receives\nproofpoint-hosted-spf own"},
	{"hosted SPF by the service's name", "@ TXT v=spf1 include:%{i}._ip.%{h}._ehlo.%{d}._spf.vali.email include:_s00012345.autospf.email include:_u.example.jp._spf.smart.ondmarc.com ~all", "autospf own\nred-sift-ondmarc own\nvalimail own"},
	{"a gateway takes in, the host behind sends by itself", "@ MX example.in.tmes.trendmicro.com\n@ TXT v=spf1 include:spf.protection.outlook.com -all", "microsoft-365 own sends\ntrend-micro-email-security own receives"},
	{"one gateway in, another out, a host behind", "@ MX cluster1.us.messagelabs.com\n@ TXT v=spf1 include:spf.mta.hdems.com include:spf.protection.outlook.com ~all", "hennge-one own sends\nmessagelabs own receives\nmicrosoft-365 own sends"},
	{"gateways of the world", "@ MX d1a.ess.barracudanetworks.com\n@ MX mx1.hc123-45.iphmx.com\n@ MX example.fortimailcloud.com\n@ MX mx-01-eu-west-1.prod.hydra.sophos.com\n@ MX mx1.antispamcloud.com\n@ MX primary.ap.email.fireeyecloud.com",
		"barracuda own receives\ncisco-secure-email own receives\nfortimail-cloud own receives\nsophos-email own receives\nspamexperts own receives\ntrellix-email own receives"},
	{"gateways of Japan", "@ MX mail.system.digitalartscloud.com\n@ MX a.securemx.jp\n@ MX mxjp1.nospamcloud.com\n@ MX i1.mailsecurity-nec.jp\n@ MX in1.in.tmems-jp.trendmicro.com\n@ TXT v=spf1 include:_spf.guardianwall.jp include:_spf.activegate-ss.jp include:spf.mail.system.digitalartscloud.com ~all",
		"active-gate-ss own sends\nguardianwall own sends\niij-securemx own receives\nmfilter-cloud own receives sends\nnec-mail-security own receives\nspam-shield own receives\ntrend-micro-email-security own receives"},
	// What only receives
	{"Cloudflare passes on; nobody is seen to send", cf + "@ TXT v=spf1 include:_spf.mx.cloudflare.net ~all\ncf2024-1._domainkey TXT " + key, "cloudflare-email-routing own receives"},
	{"and somebody writes in Gmail", cf + "@ TXT v=spf1 include:_spf.mx.cloudflare.net include:_spf.google.com ~all", "cloudflare-email-routing own receives\ngmail-free own sends or google-workspace\ngoogle-workspace own sends or gmail-free"},
	{"forwarders of registrars", "@ MX eforward1.registrar-servers.com\n@ MX fwd1.porkbun.com\n@ TXT v=spf1 include:spf.efwd.registrar-servers.com include:_spf.porkbun.com ~all", "namecheap-forwarding own receives\nporkbun-forwarding own receives"},
	{"Google's servers for forwarded mail are no Workspace", "@ MX gmr-smtp-in.l.google.com\n@ MX alt1.gmr-smtp-in.l.google.com", "squarespace-forwarding own receives"},
	{"a forwarder that takes mail by SMTP too shows it by its key", "@ MX mx1.improvmx.com\n@ TXT v=spf1 include:spf.improvmx.com ~all\ndkimprovmx1._domainkey CNAME dkimprovmx1.improvmx.com", "improvmx own receives sends"},
	{"and without the key only receives", "@ MX mx1.improvmx.com\n@ MX mx1.forwardemail.net\n@ TXT v=spf1 include:spf.improvmx.com include:spf.forwardemail.net ~all", "forward-email own receives\nimprovmx own receives"},
	// Services set up below the domain
	{"a service at a name of its own", "@ MX smtp.google.com\nmg MX mxa.mailgun.org\nmg TXT v=spf1 include:mailgun.org ~all\npic._domainkey.mg TXT " + key, "google-workspace own receives sends\nmailgun own sends at=mg.example.jp"},
	{"an alias below a name of its own", "s1._domainkey.news CNAME s1.domainkey.u1.wl2.sendgrid.net", "sendgrid own sends at=news.example.jp"},
	{"one that takes mail in sends nothing by that", "@ MX mxa.mailgun.org", "mailgun own receives"},
	{"SES with a key that nobody can guess", "@ MX inbound-smtp.us-east-1.amazonaws.com\n@ TXT v=spf1 include:amazonses.com ~all\n@ TXT amazonses:abc=\nmail MX feedback-smtp.us-east-1.amazonses.com\nmail TXT v=spf1 include:amazonses.com ~all",
		"amazon-ses own sends at=mail.example.jp\namazon-workmail own receives sends or ses-receiving\nses-receiving own receives or amazon-workmail"},
	// SPF records
	{"an include of one's own is part of the record", "@ MX smtp.google.com\n@ TXT v=spf1 include:_spf1.example.jp ~all\n_spf1 TXT v=spf1 redirect=_spf2.example.jp\n_spf2 TXT v=spf1 include:spf.protection.outlook.com ~all", "google-workspace own receives sends\nmicrosoft-365 own sends"},
	{"a record below that nothing leads to is not", "@ MX smtp.google.com\n@ TXT v=spf1 include:_spf.google.com ~all\nold TXT v=spf1 include:spf.protection.outlook.com ~all", "google-workspace own receives sends"},
	{"a macro include of an ended service shows nobody", "@ MX smtp.google.com\n@ TXT v=spf1 include:%{i}._ip.gone-service.test include:%{h}._h.hosted-spf.test ~all", "google-workspace own receives sends"},
	{"a macro in the last label", "@ TXT v=spf1 include:%{d} exists:%{i}.%{d1} a:%{", ""},
	{"the shop's include is per contract", "@ MX smtp.google.com\n@ TXT v=spf1 include:_spf.google.com include:spf001.shop-pro.jp ~all", "colorme own sends\ngoogle-workspace own receives sends"},
}

func TestGrounds(t *testing.T) {
	c, err := source()
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range grounds {
		t.Run(d.about, func(t *testing.T) {
			if got := told(c.Detect(zone(t, d.zone))); got != d.want {
				t.Errorf("%s\n\nwant\n%s", got, d.want)
			}
		})
	}
}

// TestDelegatedBelow: a name below the domain that was handed to a service's name servers shows the service.
func TestDelegatedBelow(t *testing.T) {
	c, err := source()
	if err != nil {
		t.Fatal(err)
	}
	s := zone(t, "@ MX smtp.google.com")
	s.Add(snapshot.Answer{Key: snapshot.Key{Name: "send.example.jp", Type: snapshot.TXT, Via: snapshot.Authority}, Status: snapshot.Failed, Reason: snapshot.Delegated, Referral: []string{"ns1.klaviyo.com"}})
	if got, want := told(c.Detect(s)), "google-workspace own receives sends\nklaviyo own sends at=send.example.jp"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}

// TestSending: candidates come in groups, so that each can be judged; what receives only is in none.
func TestSending(t *testing.T) {
	c, err := source()
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range []struct{ about, zone, want string }{
		{"two products", "@ MX mail98.onamae.ne.jp\n@ TXT v=spf1 include:servers.mcsv.net ~all", "onamae-mail|onamae-rs mailchimp"},
		{"nobody", cf + "@ TXT v=spf1 include:_spf.mx.cloudflare.net ~all", ""},
		{"free or paid", cf + "@ TXT v=spf1 include:_spf.google.com ~all", "gmail-free|google-workspace"},
		{"workmail, or programs that receive: only one of them sends", "@ MX inbound-smtp.us-east-1.amazonaws.com", "amazon-workmail"},
	} {
		var out []string
		for _, g := range c.Detect(zone(t, d.zone)).Sending() {
			var ids []string
			for _, k := range g {
				ids = append(ids, k.ID)
			}
			slices.Sort(ids)
			out = append(out, strings.Join(ids, "|"))
		}
		if got := strings.Join(out, " "); got != d.want {
			t.Errorf("%s: %q, want %q", d.about, got, d.want)
		}
	}
}

// TestTokensAreNobody: whatever ownership text stands at a domain, it makes no host and no sender.
func TestTokensAreNobody(t *testing.T) {
	c, err := source()
	if err != nil {
		t.Fatal(err)
	}
	var texts []string
	for _, h := range c.Hosts() {
		texts = append(texts, h.Detect.TXT...)
	}
	for _, s := range c.Senders() {
		texts = append(texts, s.Detect.TXT...)
	}
	if len(texts) < 10 {
		t.Fatalf("%d ownership texts", len(texts))
	}
	for _, text := range texts {
		d := c.Detect(zone(t, "@ TXT "+text+"abc123\n@ MX mx.somewhere.test"))
		if len(d.Hosts)+len(d.Senders) > 0 || len(d.Hints) == 0 || len(d.Sending()) > 0 {
			t.Errorf("%q: %s", text, told(d))
		}
	}
}

// TestSharedSelectorsAreNobody: no selector that many use, or that is only guessed, makes a host or a sender.
func TestSharedSelectorsAreNobody(t *testing.T) {
	c, err := source()
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range c.Selectors() {
		d := c.Detect(zone(t, s.Name+"._domainkey TXT "+key+"\n@ MX mx.somewhere.test"))
		if s.Kind != "own" && len(d.Mail()) > 0 {
			t.Errorf("%s: %s", s.Name, told(d))
		}
		if all := d.Mail(); len(all) > 1 && all[0].Ground != GroundOwn {
			t.Errorf("%s shows entries of several companies: %s", s.Name, told(d))
		}
	}
}

// TestGroundInJSON: the grades have names, and an order.
func TestGroundInJSON(t *testing.T) {
	if !(GroundToken < GroundShared && GroundShared < GroundOwn && GroundOwn < GroundMail && GroundMail < GroundTold) {
		t.Error("the grades are out of order")
	}
	raw, err := json.Marshal(Clue{ID: "x", Ground: GroundShared})
	if err != nil || !strings.Contains(string(raw), `"ground":"shared"`) {
		t.Errorf("%s, %v", raw, err)
	}
	var back Clue
	if err := json.Unmarshal(raw, &back); err != nil || back.Ground != GroundShared {
		t.Errorf("%+v, %v", back, err)
	}
	if err := json.Unmarshal([]byte(`{"ground":"sure"}`), &back); err == nil {
		t.Error("an unknown ground was read")
	}
	if s := Ground(99).String(); s != "ground(99)" {
		t.Error(s)
	}
}

func TestServerName(t *testing.T) {
	c, err := source()
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range []struct{ host, text, want string }{
		{"xserver", "sv1234", "sv1234.xserver.jp"}, {"xserver", "SV1234.xserver.jp.", "sv1234.xserver.jp"}, {"xserver", "https://sv1234.xserver.jp/webmail", "sv1234.xserver.jp"},
		{"xserver", "ｓｖ１２３４．ｘｓｅｒｖｅｒ．ｊｐ", "sv1234.xserver.jp"}, {"xserver", "sv1234.xserver.jp:587", "sv1234.xserver.jp"}, {"xserver", "sv88.sixcore.ne.jp", "sv88.sixcore.ne.jp"},
		{"xserver", "svXXXX", ""}, {"xserver", "sv", ""}, {"xserver", "example.jp", ""}, {"xserver", "203.0.113.5", ""}, {"xserver", "", ""}, {"xserver", "sv1234.xserver.jp.evil.test", ""},
		{"shin-rentalserver", "sv5678", "sv5678.wpx.ne.jp"}, {"xserver-business", "sv123", "sv123.xbiz.ne.jp"}, {"star-server", "sv12.star.ne.jp", "sv12.star.ne.jp"},
		{"sakura-rs", "www1234", "www1234.sakura.ne.jp"}, {"sakura-rs", "www.1234.sakura.ne.jp", "www1234.sakura.ne.jp"}, {"sakura-rs", "www1234.sakura.ne.jp", "www1234.sakura.ne.jp"}, {"sakura-rs", "www.sakura.ne.jp", ""}, {"sakura-rs", "wwwNNNN.sakura.ne.jp", ""},
		{"lolipop", "users123", "users123.lolipop.jp"}, {"conoha-wing", "mail12", "mail12.conoha.ne.jp"}, {"conoha-wing", "www43.conoha.ne.jp", "www43.conoha.ne.jp"}, {"heteml", "mail8.heteml.jp", "mail8.heteml.jp"},
		{"onamae-rs", "mail1021.onamae.ne.jp", "mail1021.onamae.ne.jp"}, {"kagoya", "mgws317", "mgws317.kagoya.net"}, {"kagoya", "dmail.kagoya.net", "dmail.kagoya.net"}, {"mixhost", "jp21", "jp21.mixhost.jp"},
		{"coreserver", "v9001", "v9001.coreserver.jp"}, {"coreserver", "192.0.2.104", "192.0.2.104"}, {"coreserver", "[192.0.2.104]", "192.0.2.104"}, {"own-server", "2001:db8::1", "2001:db8::1"}, {"own-server", "mail.example.jp", ""},
		{"google-workspace", "smtp.google.com", ""},
	} {
		h, found := c.Host(d.host)
		if !found {
			t.Fatal(d.host)
		}
		if got, ok := h.ServerName(d.text); ok != (d.want != "") || ok && got != d.want {
			t.Errorf("%s: %q is %q, %v; want %q", d.host, d.text, got, ok, d.want)
		}
	}
	for _, h := range c.Hosts() {
		if h.Server != nil && h.Server.Example != "" {
			if got, ok := h.ServerName(h.Server.Example); !ok || got != h.Server.Example {
				t.Errorf("%s: its own example %q is %q, %v", h.ID, h.Server.Example, got, ok)
			}
		}
	}
}

// TestWanted: what stands for a placeholder is found wherever DNS shows it, and is asked for where it does not.
func TestWanted(t *testing.T) {
	c, err := source()
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range []struct{ about, host, zone, want string }{
		{"by the reverse name", "xserver", "@ MX example.jp\n@ A 203.0.113.11\n203.0.113.11 PTR sv1234.xserver.jp", "<server> ptr sv1234.xserver.jp!"},
		{"by the MX", "shin-rentalserver", "@ MX sv9.wpx.ne.jp", "<server> mx sv9.wpx.ne.jp!"},
		{"by a term, behind another company's MX", "sakura-rs", "@ MX smtp.google.com\n@ TXT v=spf1 a:www77.sakura.ne.jp include:_spf.google.com ~all", "<server> spf www77.sakura.ne.jp!"},
		{"an old server in SPF, the present one in DNS: the present first", "sakura-rs", "@ MX example.jp\n@ A 203.0.113.7\n203.0.113.7 PTR www2222.sakura.ne.jp\n@ TXT v=spf1 a:www1111.sakura.ne.jp ~all", "<server> ptr www2222.sakura.ne.jp! spf www1111.sakura.ne.jp!"},
		{"the host's MX tells no server: asked", "sakura-rs", "@ MX k03.sakura.ne.jp\nk03.sakura.ne.jp. A 192.0.2.3", "<server>"},
		{"an address, of a server that the MX names", "coreserver", "@ MX v9001.coreserver.jp\nv9001.coreserver.jp. A 192.0.2.104", "<ip> address 192.0.2.104! <ip6>"},
		{"an address, of the owner's own name", "own-server", "@ MX mail.example.jp\nmail A 203.0.113.71\nmail AAAA 2001:db8:77::1", "<ip> address 203.0.113.71 <ip6> address 2001:db8:77::1"},
		{"no address of servers that only take mail in", "own-server", "@ MX smtp.google.com\nsmtp.google.com. A 142.251.1.1", "<ip> <ip6>"},
		{"a single address in SPF, for a server of one's own", "own-server", "@ MX smtp.google.com\n@ TXT v=spf1 ip4:203.0.113.9 ip4:198.51.100.0/24 -ip4:203.0.113.10 ~all", "<ip> spf 203.0.113.9 <ip6>"},
		{"nothing is wanted", "google-workspace", "@ MX smtp.google.com", ""},
	} {
		h, ok := c.Host(d.host)
		if !ok {
			t.Fatal(d.host)
		}
		var out []string
		for _, w := range c.Wanted(h, zone(t, d.zone)) {
			out = append(out, w.Placeholder)
			for _, f := range w.Found {
				s := f.From + " " + f.Text
				if f.Sure {
					s += "!"
				}
				out = append(out, s)
				if len(f.Evidence) == 0 {
					t.Errorf("%s: %s has no evidence", d.about, f.Text)
				}
			}
		}
		if got := strings.Join(out, " "); got != d.want {
			t.Errorf("%s: %q, want %q", d.about, got, d.want)
		}
	}
}

// TestReplaces: an older name, a contract's or a region's own meets the whole need.
func TestReplaces(t *testing.T) {
	c, err := source()
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range []struct {
		sender, term string
		want         bool
	}{
		{"spiral", "include:smp.ne.jp", true}, {"spiral", "+include:SMP.ne.jp.", true}, {"spiral", "include:example.test", false}, {"spiral", "a:smp.ne.jp", false},
		{"colorme", "include:spf001.shop-pro.jp", true}, {"mimecast", "include:us._netblocks.mimecast.com", true}, {"barracuda", "include:spf.ess.de.barracudanetworks.com", true},
		{"trend-micro-email-security", "include:spf.tmems-jp.trendmicro.com", true}, {"proofpoint", "include:spf-0011aabb.pphosted.com", true}, {"brevo", "~include:spf.brevo.com", false}, {"mailchimp", "include:servers.mcsv.net", false},
	} {
		s, ok := c.Sender(d.sender)
		if !ok || s.Replaces(d.term) != d.want {
			t.Errorf("%s, %s: %v", d.sender, d.term, !d.want)
		}
	}
	if h, ok := c.Host("onamae-sd"); !ok || !h.Replaces("include:spf03.gmoserver.jp") || h.Replaces("include:spf.example.test") {
		t.Error("a numbered include of a host")
	}
}

// TestKinds: every entry has the kind that decides what its names mean, and none claims to do what its kind cannot.
func TestKinds(t *testing.T) {
	c, err := source()
	if err != nil {
		t.Fatal(err)
	}
	count := map[Kind]int{}
	for _, h := range c.Hosts() {
		count[h.Kind]++
		if h.Kind == KindFreeMail && (h.DKIM.Can != "no" || len(h.Detect.MX) > 0) {
			t.Errorf("%s: a free account has no key and no MX of the owner's domain", h.ID)
		}
	}
	for _, s := range c.Senders() {
		count[s.Kind]++
	}
	for k, most := range map[Kind]int{KindHost: 60, KindSender: 130, KindGateway: 20, KindReceiveOnly: 8, KindFreeMail: 3, KindHostedSPF: 9} {
		if count[k] < most {
			t.Errorf("%d entries of the kind %s", count[k], k)
		}
	}
}

// TestSelectorDigits: "#" stands for digits, at least one.
func TestSelectorDigits(t *testing.T) {
	for _, d := range []struct {
		pattern, s string
		want       bool
	}{
		{"rs#", "rs20240819", true}, {"rs#", "rs", false}, {"rs#", "rsa", false}, {"#pm", "20240102030405pm", true}, {"#pm", "pm", false}, {"hs1-#", "hs1-77", true},
		{"cf#-#", "cf2024-1", true}, {"cf#-#", "cf2024-", false}, {"a#b*c", "a12bxc", true}, {"#", "007", true}, {"#", "", false}, {"#1", "11", true}, {"#1", "1", false},
	} {
		if got := glob(d.pattern, d.s); got != d.want {
			t.Errorf("glob(%q, %q) = %v", d.pattern, d.s, got)
		}
	}
}

// TestNameOwnersByForm: a server's name in any of its forms has its owner.
func TestNameOwnersByForm(t *testing.T) {
	c, err := source()
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{"sv5670.xserver.jp": "xserver", "WWW43.conoha.ne.jp.": "conoha-wing", "users9.lolipop.jp": "lolipop", netip.MustParseAddr("192.0.2.1").String(): ""} {
		if got := strings.Join(c.NameOwners(name), " "); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
}

// TestSPFOwners: an include is that of the product that gives it out, not of a free account that profits by it.
func TestSPFOwners(t *testing.T) {
	c, err := source()
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{"_spf.google.com": "google-workspace", "spf.sender.xserver.jp": "shin-rentalserver xserver", "nobody.test": ""} {
		got := c.SPFOwners(name)
		slices.Sort(got)
		if strings.Join(got, " ") != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
}

// TestSelectorsOfAnEntry: those that can be asked for, and those that only can be recognised.
func TestSelectorsOfAnEntry(t *testing.T) {
	d := DKIM{Selectors: []string{"hs1", "hs1-#", "atlassian-*"}}
	if got := d.Fixed(); !slices.Equal(got, []string{"hs1"}) {
		t.Errorf("fixed: %q", got)
	}
	for sel, want := range map[string]bool{"hs1": true, "HS1-12345": true, "hs1-": false, "atlassian-a1b2c3": true, "s1": false} {
		if d.Uses(sel) != want {
			t.Errorf("%s: %v", sel, !want)
		}
	}
}
