package spf

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

func TestIs(t *testing.T) {
	for txt, want := range map[string]bool{
		"v=spf1": true, "v=spf1 ": true, "V=SPF1 -all": true, "v=spf1 mx": true,
		"": false, "v=spf": false, "v=spf10 mx": false, "v=spf1;mx": false, " v=spf1": false, "\"v=spf1 mx\"": false, "v=spf1\tmx": false,
	} {
		if Is(txt) != want {
			t.Errorf("Is(%q) = %v", txt, !want)
		}
	}
}

func TestResembles(t *testing.T) {
	for _, txt := range []string{
		" v=spf1 mx", "\"v=spf1 mx -all\"", "“v=spf1 mx”", "\\\"v=spf1 mx\\\"", "v=spf1;mx", "v=spf1: mx", "v=spf1,mx", "v=spf mx ~all", "v=spf ~all", "v=spf",
		"spf1 mx", "v=SPF 1 mx", "v = spf1 mx", "v:spf1 mx", "v=sfp1 mx -all", "vspf1 mx", "ｖ＝ｓｐｆ１　ｍｘ", "\ufeffv=spf1 mx", "\u00a0v=spf1 mx", "v=spf1include:a.jp ~all",
		"google-site-verification=x v=spf1 mx -all", "include:_spf.google.com ~all", "+ip4:192.0.2.1 -all", "v=spf1\tmx", "\x93v=spf1 mx\x94", "v=spf1~all", "v=spf1.0 mx",
	} {
		if !Resembles(txt) || Is(txt) {
			t.Errorf("%q is not taken for an SPF record", txt)
		}
		// The order of repair: a text that resembles is read, and says so.
		if r := Parse(txt); r.Valid() || len(r.Problems) == 0 {
			t.Errorf("%q is taken for valid: %+v", txt, r)
		}
	}
	for _, txt := range []string{
		"v=spf1 mx", "", "hello", "v=DMARC1; p=none; aspf=r", "v=DKIM1; p=abc", "google-site-verification=abc", "MS=ms123", "spf2.0/pra mx -all", "v=verify", "spfx", "v=s", "all",
		"this is about all", "v=spfaux", "apple-domain=spf1",
	} {
		if Resembles(txt) {
			t.Errorf("%q is taken for an SPF record", txt)
		}
	}
}

// show is a problem in short: code, what is underlined, what it becomes; '!' for fatal, '?' for a repair that is not certain.
func show(p Problem) string {
	s := string(p.Code) + " [" + p.Text + "]"
	if p.Certain {
		s += "->[" + p.Fix + "]"
	} else if p.Fix != "" {
		s += "?>[" + p.Fix + "]"
	}
	if p.Fatal {
		s += "!"
	}
	return s
}

var problemCases = []struct {
	txt  string // behind "v=spf1 "
	want string // problems, " | " between
}{
	{"include:_spf.google.com ~all", ""},
	{"a mx a:b.jp/24 mx:b.jp//64 ip6:2001:db8::/48 exists:%{ir}.x.jp include:_a.b.jp exp=e.%{d} -all", ""},
	{"mx redirect=_spf.b.jp", ""},
	{"ra=postmaster rp=10 rr=all mx ~all", ""},
	{"ip4:192.0.2.1 include:a.test. ~all", "trailing-dot [include:a.test.]->[include:a.test]"},
	// unknown names
	{"+ipv4:203.0.113.5 ~all", "unknown-mechanism [+ipv4:203.0.113.5]->[+ip4:203.0.113.5]!"},
	{"ip:203.0.113.5 ~all", "unknown-mechanism [ip:203.0.113.5]->[ip4:203.0.113.5]!"},
	{"ip:2001:db8::1 ~all", "unknown-mechanism [ip:2001:db8::1]->[ip6:2001:db8::1]!"},
	{"ipv6:2001:db8::/32 ~all", "unknown-mechanism [ipv6:2001:db8::/32]->[ip6:2001:db8::/32]!"},
	{"IPV4:203.0.113.0/24 ~all", "unknown-mechanism [IPV4:203.0.113.0/24]->[ip4:203.0.113.0/24]!"},
	{"ip:mail.b.jp ~all", "unknown-mechanism [ip:mail.b.jp]->[a:mail.b.jp]!"},
	{"inclde:a.jp ~all", "unknown-mechanism [inclde:a.jp]->[include:a.jp]!"},
	{"includes:a.jp ~all", "unknown-mechanism [includes:a.jp]->[include:a.jp]!"},
	{"icnlude:a.jp ~all", "unknown-mechanism [icnlude:a.jp]->[include:a.jp]!"},
	{"ip5:192.0.2.1 ~all", "unknown-mechanism [ip5:192.0.2.1]?>[ip4:192.0.2.1]!"},
	{"spf:a.jp ~all", "unknown-mechanism [spf:a.jp]?>[include:a.jp]!"},
	{"redirect:a.jp ~all", "unknown-mechanism [redirect:a.jp]->[redirect=a.jp]! | redirect-ignored [redirect:a.jp]"},
	{"wibble ~all", "unknown-mechanism [wibble]!"},
	{"mail.b.jp ~all", "bare-domain [mail.b.jp]?>[include:mail.b.jp]!"},
	{"203.0.113.5 ~all", "bare-ip [203.0.113.5]->[ip4:203.0.113.5]!"},
	{"-redirect=a.jp", "qualifier-on-modifier [-redirect=a.jp]->[redirect=a.jp]!"},
	{"++mx ~all", "two-qualifiers [++mx]->[+mx]!"},
	{"mx -~all", "two-qualifiers [-~all]?>[~all]! | no-all []?>[ ~all]"},
	// '=' for ':'
	{"ip4=203.0.113.5 ~all", "unknown-modifier-like-mechanism [ip4=203.0.113.5]->[ip4:203.0.113.5]"},
	{"ipv4=203.0.113.5 ~all", "unknown-modifier-like-mechanism [ipv4=203.0.113.5]->[ip4:203.0.113.5]"},
	{"include=a.jp ~all", "unknown-modifier-like-mechanism [include=a.jp]->[include:a.jp]"},
	{"a=b.jp ~all", "unknown-modifier-like-mechanism [a=b.jp]->[a:b.jp]"},
	{"wibble=wobble ~all", "unknown-modifier [wibble=wobble]"},
	// values
	{"include:203.0.113.5 ~all", "ip-in-include [include:203.0.113.5]->[ip4:203.0.113.5]!"},
	{"include:203.0.113.0/24 ~all", "ip-in-include [include:203.0.113.0/24]->[ip4:203.0.113.0/24]!"},
	{"a:203.0.113.0/24 ~all", "ip-in-host [a:203.0.113.0/24]->[ip4:203.0.113.0/24]!"},
	{"a:2001:db8::/64 ~all", "ip-in-host [a:2001:db8::/64]->[ip6:2001:db8::/64]!"},
	{"mx:2001:db8::1 ~all", "ip-in-host [mx:2001:db8::1]->[ip6:2001:db8::1]!"},
	{"a:ip6:2001:db8::/64 ~all", "ip-in-host [a:ip6:2001:db8::/64]->[ip6:2001:db8::/64]!"},
	{"include:ip4:203.0.113.5 ~all", "ip-in-include [include:ip4:203.0.113.5]->[ip4:203.0.113.5]!"},
	{"include:include:a.jp ~all", "odd-domain [include:include:a.jp]->[include:a.jp]"},
	{"include.a.jp ~all", "colon [include.a.jp]->[include:a.jp]!"},
	{"-ip4.203.0.113.5 ~all", "colon [-ip4.203.0.113.5]->[-ip4:203.0.113.5]!"},
	{"include:a.jp|b.jp,c.jp ~all", "separator [include:a.jp|b.jp,c.jp]->[include:a.jp include:b.jp include:c.jp]"},
	{"include:a.jp|%{i}.jp ~all", "odd-domain [include:a.jp|%{i}.jp]"},
	{"redirect=203.0.113.5", "ip-in-include [redirect=203.0.113.5]?>[ip4:203.0.113.5]!"},
	{"ip4:mail.b.jp ~all", "host-in-ip4 [ip4:mail.b.jp]->[a:mail.b.jp]!"},
	{"-ip4:2001:db8::1 ~all", "ip6-in-ip4 [-ip4:2001:db8::1]->[-ip6:2001:db8::1]!"},
	{"ip6:203.0.113.5 ~all", "ip4-in-ip6 [ip6:203.0.113.5]->[ip4:203.0.113.5]!"},
	{"ip4:203.0.113.O ~all", "bad-ip [ip4:203.0.113.O]?>[ip4:203.0.113.0]!"},
	{"ip4:203.0.113.x1 ~all", "bad-ip [203.0.113.x1]!"},
	{"mx ~a11", "unknown-mechanism [~a11]?>[~all]! | no-all []?>[ ~all]"},
	{"mx _all", "unknown-mechanism [_all]?>[~all]! | no-all []?>[ ~all]"},
	{"host:mail.b.jp domain:b.jp ~all", "unknown-mechanism [host:mail.b.jp]?>[a:mail.b.jp]! | unknown-mechanism [domain:b.jp]?>[include:b.jp]!"},
	{"ip4:203.0.113.256 ~all", "bad-ip [203.0.113.256]!"},
	{"ip4:203.0.113.5. ~all", "punctuation [ip4:203.0.113.5.]->[ip4:203.0.113.5]!"},
	{"ip4:203.0.113/24 ~all", "bad-ip [ip4:203.0.113/24]->[ip4:203.0.113.0/24]!"},
	{"ip4:203.0.113.05 ~all", "bad-ip [ip4:203.0.113.05]->[ip4:203.0.113.5]!"},
	{"ip4:203.0.113.0/33 ~all", "bad-cidr [/33]!"},
	{"ip4:203.0.113.0/ ~all", "bad-cidr [/]!"},
	{"ip4:203.0.113.0/255.255.255.0 ~all", "bad-cidr [ip4:203.0.113.0/255.255.255.0]->[ip4:203.0.113.0/24]!"},
	{"a/33 ~all", "bad-cidr [/33]!"},
	{"mx//129 ~all", "bad-cidr [//129]!"},
	{"include: ~all", "domain-missing [include:]!"},
	{"include ~all", "domain-missing [include]!"},
	{"include _spf.a.jp ~all", "extra-space [include _spf.a.jp]->[include:_spf.a.jp]!"},
	{"mx all~", "all-argument [all~]->[~all]!"},
	{"mx all:x", "all-argument [all:x]?>[all]! | pass-all [all:x]?>[~all]"},
	{"ip4:203.0.113.5: ~all", "punctuation [ip4:203.0.113.5:]->[ip4:203.0.113.5]!"},
	{"(ip4:203.0.113.5) ~all", "punctuation [(ip4:203.0.113.5)]->[ip4:203.0.113.5]!"},
	{"mx | ~all", "punctuation [|]->[]!"},
	{"mx + ~all", "punctuation [+]->[]!"},
	{"ip6:[2001:db8::1] ~all", "punctuation [ip6:[2001:db8::1]]->[ip6:2001:db8::1]!"},
	{"ip4:<203.0.113.5> ~all", "punctuation [ip4:<203.0.113.5>]->[ip4:203.0.113.5]!"},
	{"ip4:203.0.113.* ~all", "bad-ip [ip4:203.0.113.*]?>[ip4:203.0.113.0/24]!"},
	{"ip4:203.0.*.* ~all", "bad-ip [ip4:203.0.*.*]?>[ip4:203.0.0.0/16]!"},
	{"ip4:*.*.*.* ~all", "placeholder [ip4:*.*.*.*]!"},
	{"ip4:203.0.113.5:25 ~all", "bad-ip [ip4:203.0.113.5:25]->[ip4:203.0.113.5]!"},
	{"ip4:203.0.113.5:8080 ~all", "bad-ip [ip4:203.0.113.5:8080]?>[ip4:203.0.113.5]!"},
	{"ip4:203.0.113.5/ ~all", "bad-cidr [ip4:203.0.113.5/]->[ip4:203.0.113.5]!"},
	{"ip4:203.0.113.5/33 ~all", "bad-cidr [ip4:203.0.113.5/33]->[ip4:203.0.113.5]!"},
	{"ip4:203.0.113.5+ ~all", "bad-cidr [ip4:203.0.113.5+]->[ip4:203.0.113.5]!"},
	{"a:@ ~all", "domain-syntax [a:@]->[a]!"},
	{"+mx:@/24 ~all", "domain-syntax [+mx:@/24]->[+mx/24]!"},
	{"include:@ ~all", "domain-syntax [@]!"},
	{"a:mail.b.jp:25 ~all", "domain-syntax [a:mail.b.jp:25]->[a:mail.b.jp]!"},
	{"ip4:203.0.113.4-203.0.113.7 ~all", "bad-ip [ip4:203.0.113.4-203.0.113.7]->[ip4:203.0.113.4/30]!"},
	{"203.0.113.8-9 ~all", "bad-ip [203.0.113.8-9]->[ip4:203.0.113.8/31]!"},
	{"ip4:203.0.113.1-203.0.113.9 ~all", "bad-ip [ip4:203.0.113.1-203.0.113.9]->[ip4:203.0.113.1 ip4:203.0.113.2/31 ip4:203.0.113.4/30 ip4:203.0.113.8/31]!"},
	{"ip4:203.0.113.1-203.0.113.254 ~all", "bad-ip [203.0.113.1-203.0.113.254]!"},
	{"include:localhost ~all", "domain-syntax [localhost]!"},
	{"include:https://a.jp/x ~all", "url [include:https://a.jp/x]->[include:a.jp]!"},
	{"include:https://a.jp ~all", "url [include:https://a.jp]->[include:a.jp]"},
	{"include:a.jp/ ~all", "punctuation [include:a.jp/]->[include:a.jp]!"},
	{"include:info@a.jp ~all", "odd-domain [include:info@a.jp]"},
	{"include:a..jp ~all", "odd-domain [include:a..jp]"},
	{"exists:%{x}.a.jp ~all", "bad-macro [%{x}]!"},
	{"exists:%{c}.a.jp ~all", "bad-macro [%{c}]!"},
	{"exists:%(i).a.jp ~all", "bad-macro [%(]!"},
	// spaces
	{"ip4:203.0.113.5~all", "missing-space [ip4:203.0.113.5~all]->[ip4:203.0.113.5 ~all]!"},
	{"ip4:203.0.113.5include:a.jp ~all", "missing-space [ip4:203.0.113.5include:a.jp]->[ip4:203.0.113.5 include:a.jp]!"},
	{"ip4:203.0.113.5mx ~all", "missing-space [ip4:203.0.113.5mx]->[ip4:203.0.113.5 mx]!"},
	{"include:a.jp-all", "missing-space [include:a.jp-all]->[include:a.jp -all] | no-all []?>[ ~all]"},
	{"include:a.jpinclude:b.jp ~all", "missing-space [include:a.jpinclude:b.jp]->[include:a.jp include:b.jp]"},
	{"a:b.jp+mx~all", "missing-space [a:b.jp+mx~all]->[a:b.jp +mx ~all]!"},
	{"include: a.jp ~all", "extra-space [include: a.jp]->[include:a.jp]!"},
	{"mx ~ all", "extra-space [~ all]->[~all]!"},
	{"ip4 :203.0.113.5 ~all", "extra-space [ip4 :203.0.113.5]->[ip4:203.0.113.5]!"},
	{"ip4:203.0.113.0/ 24 ~all", "extra-space [ip4:203.0.113.0/ 24]->[ip4:203.0.113.0/24]!"},
	{"ip4:203.0.113.0 /24 ~all", "extra-space [ip4:203.0.113.0 /24]->[ip4:203.0.113.0/24]!"},
	{"mx,include:a.jp;~all", "separator [,]->[ ]! | separator [;]->[ ]!"},
	{"mx ~all;", "separator [;]->[]!"},
	{"include;a.jp ip4,192.0.2.1 ~all", "colon [;]->[:]! | colon [,]->[:]!"},
	{"a;mx;~all", "separator [;]->[ ]! | separator [;]->[ ]!"},
	// letters
	{"mx ～all", "typographic [～]->[~]!"},
	{"mx 〜all", "typographic [〜]->[~]!"},
	{"mx –all", "typographic [–]->[-]!"},
	{"mx ‐all", "typographic [‐]->[-]!"},
	{"mx ーall", "typographic [ー]->[-]!"},
	{"mx —all", "typographic [—]->[-]!"},
	{"mx\u00a0~all", "typographic [\u00a0]->[ ]!"},
	{"mx\u3000~all", "typographic [\u3000]->[ ]!"},
	{"include:\u200ba.jp ~all", "typographic [\u200b]->[]!"},
	{"mx ~all”", "typographic [”]->[]!"},
	{"mx ~all\"", "quotes [\"]->[]!"},
	{"mx\t~all", "control-char [\t]->[ ]!"},
	{"mx\r\n~all", "control-char [\r\n]->[ ]!"},
	{"ｉｐ４：１９２．０．２．１ ~all", "typographic [ｉｐ４：１９２．０．２．１]->[ip4:192.0.2.1]!"},
	{"ip4：192.0.2.1 ~all", "typographic [：]->[:]!"},
	{"mx \x81\x60all", "typographic [\x81\x60]->[~]!"},
	{"mx \x96all", "typographic [\x96]->[-]!"},
	{"include:日本.jp ~all", "non-ascii [include:日本.jp]->[include:xn--wgv71a.jp]!"},
	{"redirect=日本.jp", "non-ascii [redirect=日本.jp]->[redirect=xn--wgv71a.jp]!"},
	{"a:\xc6\xfc.jp ~all", "non-ascii [a:\xc6\xfc.jp]!"},
	{"ip4:サーバーのIPアドレス ~all", "placeholder [ip4:サーバーのIPアドレス]!"},
	{"a:（サーバー名） ~all", "placeholder [a:（サーバー名）]!"},
	{"ｉｐｖ４：192.0.2.1 ~all", "typographic [ｉｐｖ４：]->[ipv4:]! | unknown-mechanism [ｉｐｖ４：192.0.2.1]->[ip4:192.0.2.1]!"},
	// placeholders
	{"a:www***.sakura.ne.jp ~all", "placeholder [a:www***.sakura.ne.jp]"},
	{"a:www〇〇.sakura.ne.jp ~all", "placeholder [a:www〇〇.sakura.ne.jp]!"},
	{"ip4:xxx.xxx.xxx.xxx ~all", "placeholder [ip4:xxx.xxx.xxx.xxx]!"},
	{"include:XXX.b.jp ~all", "placeholder [include:XXX.b.jp]"},
	{"ip4:<address> ~all", "placeholder [ip4:<address>]!"},
	{"include:your-domain.jp ~all", "placeholder [include:your-domain.jp]"},
	{"a:xxxa.b.jp ~all", ""},
	{"include:spf.b.xxx ~all", ""},
	{"a:svXXXX.b.jp ~all", "placeholder [a:svXXXX.b.jp]"},
	{"a:wwwNNNN.sakura.ne.jp ~all", "placeholder [a:wwwNNNN.sakura.ne.jp]"},
	{"a:wwwnnnn.sakura.ne.jp include:example.jp.b.jp include:myexample.com ~all", ""},
	{"+a:example.com mx:mail.example.co.jp ~all", "placeholder [+a:example.com] | placeholder [mx:mail.example.co.jp]"},
	// the whole record
	{"-all mx a", "after-all [mx] | after-all [a]"},
	{"mx", "no-all []?>[ ~all]"},
	{"mx +all", "pass-all [+all]?>[~all]"},
	{"mx all", "pass-all [all]?>[~all]"},
	{"mx ?all", "neutral-all [?all]?>[~all]"},
	{"mx all.", "punctuation [all.]->[all]! | pass-all [all.]?>[~all]"},
	{"mx redirect=a.jp redirect=b.jp", "several-redirect [redirect=b.jp]!"},
	{"mx redirect=a.jp redirect=a.jp", "several-redirect [redirect=a.jp]->[]!"},
	{"mx exp=a.jp exp=b.jp ~all", "several-exp [exp=b.jp]!"},
	{"mx redirect=a.jp ~all", "redirect-ignored [redirect=a.jp]"},
	{"mx +MX ~all", "duplicate [+MX]->[]"},
	{"ip4:192.0.2.0/24 ip4:192.0.2.7 -ip4:192.0.2.8 ip6:2001:db8::/48 ip6:2001:db8::1 ~all", "covered [ip4:192.0.2.7]->[] | covered [ip6:2001:db8::1]->[]"},
	{"ip4:192.0.2.7 ip4:192.0.2.0/24 ~all", ""},
	{"mx ~all v=spf1 a -all", "double-version [v=spf1]->[] | after-all [a] | after-all [-all]"},
	{"ptr ~all", "ptr [ptr]"},
	{"ip4:192.168.0.1 ~all", "private-address [ip4:192.168.0.1]"},
	{"ip4:100.64.1.1 ip6:fe80::1 ~all", "private-address [ip4:100.64.1.1] | private-address [ip6:fe80::1]"},
	{"ip4:203.0.0.0/8 a/8 ip6:2001::/16 ~all", "broad-range [ip4:203.0.0.0/8] | broad-range [a/8] | broad-range [ip6:2001::/16]"},
	{"-ip4:10.0.0.0/8 ~all", ""},
}

func TestProblems(t *testing.T) {
	for _, c := range problemCases {
		r := Parse("v=spf1 " + c.txt)
		var got []string
		fatal := false
		for _, p := range r.Problems {
			got = append(got, show(p))
			fatal = fatal || p.Fatal
			if p.Text != r.Raw[p.Span.Start:p.Span.End] {
				t.Errorf("%q: %s does not stand at %v", c.txt, p.Text, p.Span)
			}
		}
		if g := strings.Join(got, " | "); g != c.want {
			t.Errorf("%q\n got %s\nwant %s", c.txt, g, c.want)
		}
		if fatal == r.Valid() || fatal != strict(r.Raw) {
			t.Errorf("%q: fatal is %v", c.txt, fatal)
		}
	}
}

// strict says, by the grammar alone, whether a receiver gives permerror.
func strict(raw string) bool {
	n := map[string]int{}
	for w := range strings.SplitSeq(raw[len(version):], " ") {
		if w == "" {
			continue
		}
		t, bad := readTerm(w)
		if bad != nil {
			return true
		}
		if t.Modifier && (t.Name == "redirect" || t.Name == "exp") {
			if n[t.Name]++; n[t.Name] > 1 {
				return true
			}
		}
	}
	return false
}

func TestVersionProblems(t *testing.T) {
	for txt, want := range map[string]string{
		"v=spf mx ~all":          "v=spf1 mx ~all",
		"v=spf1;mx ~all":         "v=spf1 mx ~all",
		"v=spf1: mx ~all":        "v=spf1 mx ~all",
		"“v=spf1 mx ~all”":       "v=spf1 mx ~all",
		"\"v=spf1 mx ~all\"":     "v=spf1 mx ~all",
		"\\\"v=spf1 mx ~all\\\"": "v=spf1 mx ~all",
		"  v=spf1 mx ~all":       "v=spf1 mx ~all",
		"v=spf1include:a.jp":     "v=spf1 include:a.jp",
		"v=spf1~all":             "v=spf1 ~all",
		"include:a.jp ~all":      "v=spf1 include:a.jp ~all",
		"V = SPF1 mx":            "v=spf1 mx",
		"v=spf1\u3000mx":         "v=spf1 mx",
		"v=spf 203.0.113.5 ~all": "v=spf1 ip4:203.0.113.5 ~all",
		"ｖ＝ｓｐｆ１　ｉｎｃｌｕｄｅ：ａ．ｊｐ　～ａｌｌ":             "v=spf1 include:a.jp ~all",
		"v=spf1,ip4:192.0.2.1,192.0.2.2,～all,": "v=spf1 ip4:192.0.2.1 ip4:192.0.2.2 ~all",
		"\"v=spf1 mx\" \"include:a.jp ~all\"":  "v=spf1 mx include:a.jp ~all",
	} {
		got, fixed := Parse(txt).Repaired()
		if got = strings.Join(strings.Fields(got), " "); got != want || len(fixed) == 0 || !Parse(got).Valid() {
			t.Errorf("%q is repaired to %q, want %q", txt, got, want)
		}
	}
	if r := Parse("hello world"); r.Valid() || len(r.Terms) > 0 || r.Problems[0].Code != "version" {
		t.Errorf("%+v", r)
	}
	r := Parse("google-site-verification=x v=spf1 mx ~all")
	if !slices.ContainsFunc(r.Problems, func(p Problem) bool { return p.Code == "glued" && p.Text == "google-site-verification=x " }) {
		t.Errorf("%+v", r.Problems)
	}
}

func TestTerms(t *testing.T) {
	r := Parse("v=spf1  +A:B.jp/24//64 -ip4:192.0.2.7/24 exp=%{d} ～all")
	var got []string
	for _, x := range r.Terms {
		got = append(got, fmt.Sprintf("%c %v %s|%v|%s|%v|%d|%d %q", max(x.Qualifier, '0'), x.Explicit, x.Name, x.Modifier, x.Value, x.Prefix, x.CIDR4, x.CIDR6, r.Raw[x.Start:x.End]))
	}
	want := []string{
		`0 true a|false|B.jp|invalid Prefix|24|64 "+A:B.jp/24//64"`,
		`0 true ip4|false|192.0.2.7|192.0.2.7/24|24|-1 "-ip4:192.0.2.7/24"`,
		`0 false exp|true|%{d}|invalid Prefix|-1|-1 "exp=%{d}"`,
		`~ true all|false||invalid Prefix|-1|-1 "～all"`,
	}
	if !slices.Equal(got, want) {
		t.Errorf("%s", strings.Join(got, "\n"))
	}
}

func TestTooLong(t *testing.T) {
	long := "v=spf1 " + repeat(40, func(i int) string { return fmt.Sprintf("ip4:192.0.2.%d", i) }) + " ~all"
	r := Parse(long)
	if len(long) <= MaxSize || len(r.Problems) != 1 || r.Problems[0].Code != "too-long" || r.Problems[0].Span != (Span{MaxSize, len(long)}) {
		t.Errorf("%d: %+v", len(long), r.Problems)
	}
}
