package catalog

import "testing"

// reports are records as people published them in questions, issues and notes, under another name; what is right of each
// was written down before it was tried. The source stands beside each.
var reports = []struct{ source, zone, want string }{
	{"github.com/wintermeyer/vutuv/issues/760: the application sends by itself and signs as mail; Google receives",
		"@ MX aspmx.l.google.com\n@ TXT v=spf1 mx a ip4:134.102.58.61 ~all\nmail._domainkey TXT " + key, "google-workspace own receives sends"},
	{"blog.scaredeer.com/2023/01: domain at MuuMuu, mail at Sakura",
		"@ NS dns01.muumuu-domain.com\n@ MX tanaka.sakura.ne.jp\n@ TXT v=spf1 a:www1234.sakura.ne.jp mx ~all", "sakura-rs own receives sends"},
	{"pc-tech.andfostory.com/pc-engineer-2070: a shop beside Sakura, aliases typed without their last dot",
		"@ NS ns1.dns.ne.jp\n@ MX example.jp\n@ A 203.0.113.7\n203.0.113.7 PTR www1234.sakura.ne.jp\n@ TXT v=spf1 a:www1234.sakura.ne.jp mx include:spf001.shop-pro.jp ~all\ncolorme1._domainkey CNAME colorme1._domainkey.tanaka.shop-pro.jp.example.jp", "colorme own sends\nsakura-rs own receives sends"},
	{"tests of a mail-health page, upress.io: a gateway first, the host as a spare",
		"@ MX example.in.tmes.trendmicro.com\n@ MX example.mail.protection.outlook.com", "microsoft-365 own receives sends\ntrend-micro-email-security own receives"},
	{"a public domain-security sheet, faradaypharma.com",
		"@ MX example.in.tmes.trendmicro.com\n@ TXT v=spf1 include:spf.protection.outlook.com include:spf.tmes.trendmicro.com -all", "microsoft-365 own sends\ntrend-micro-email-security own receives sends"},
	{"a public domain-security sheet, leaner.jp: mail leaves through a Japanese gateway, its MX was not listed",
		"@ TXT v=spf1 include:spf.mta.hdems.com include:_spf.google.com ~all", "google-workspace own sends\nhennge-one own sends"},
	{"a survey of addresses, 0xc1.space: forwarded by the registrar, an application sends over SES",
		"@ MX eforward1.registrar-servers.com\n@ MX eforward4.registrar-servers.com\n@ TXT v=spf1 include:spf.efwd.registrar-servers.com ~all\nsend MX feedback-smtp.ap-northeast-1.amazonses.com",
		"amazon-ses shared sends at=send.example.jp or loops resend\nloops shared sends at=send.example.jp or amazon-ses resend\nnamecheap-forwarding own receives\nresend shared sends at=send.example.jp or amazon-ses loops"},
	{"a public domain-security sheet, inmobi.com: flattened SPF, HubSpot by its number",
		"@ TXT v=spf1 ip4:50.213.20.161 include:_s00230767.autospf.email include:outbound.mailhop.org include:2714195.spf01.hubspotemail.net -all", "autospf own\nhubspot own sends"},
	{"dig of uber.com in public scans: hosted SPF and Mailgun, ownership texts of half the industry",
		"@ TXT v=spf1 include:uber.com._nspf.vali.email include:%{i}._ip.%{h}._ehlo.%{d}._spf.vali.email include:mailgun.org ~all\n@ TXT atlassian-domain-verification=MMot\n@ TXT docusign=fd9b\n@ TXT MS=ms46230291\n@ TXT stripe-verification=27d8",
		"mailgun own sends\nmicrosoft-365 token\nstripe token\nvalimail own"},
	{"github.com/kiwix/operations/issues/87: four senders, two of them known",
		"@ MX spool.mail.gandi.net\n@ MX fb.mail.gandi.net\n@ TXT v=spf1 include:_mailcust.gandi.net include:gaggle.email include:email.freshdesk.com include:cyon.ch ~all", "freshdesk own sends\ngandi-mail own receives sends"},
	{"a note on damageshield.org: Porkbun forwards, an application sends over SES, the site is at Vercel",
		"@ MX fwd1.porkbun.com\n@ MX fwd2.porkbun.com\nwww CNAME c5046.vercel-dns-017.com\nsend MX feedback-smtp.us-east-1.amazonses.com\n@ TXT v=spf1 include:_spf.porkbun.com ~all\nresend._domainkey TXT " + key,
		"porkbun-forwarding own receives\nresend own sends at=send.example.jp"},
	{"a hoster's note: filter and relay of a cPanel host",
		"@ MX mx.spamexperts.com\n@ TXT v=spf1 +a +mx +ip4:131.153.147.50 include:spf.antispamcloud.com include:spf.host-ww.net +include:relay.mailchannels.net ~all\ndefault._domainkey TXT " + key, "mailchannels own sends\nspamexperts own receives sends"},
	{"a migration plan of mygbi.com: Sophos takes in, the SPF record is an include of one's own",
		"@ MX mx-01-us-east-2.prod.hydra.sophos.com\n@ TXT v=spf1 include:spf.example.jp -all\nspf TXT v=spf1 include:_spf_useast2.prod.hydra.sophos.com include:spf.protection.outlook.com -all", "microsoft-365 own sends\nsophos-email own receives sends"},
	{"github.com/anonaddy/docker/issues/78: a mail server of one's own",
		"@ MX mail.example.jp\nmail A 203.0.113.77\n@ TXT v=spf1 mx ~all\ndefault._domainkey TXT " + key, "own-server shared receives sends"},
}

func TestReports(t *testing.T) {
	c, err := source()
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range reports {
		t.Run(d.source, func(t *testing.T) {
			if got := told(c.Detect(zone(t, d.zone))); got != d.want {
				t.Errorf("%s\n\nwant\n%s", got, d.want)
			}
		})
	}
}
