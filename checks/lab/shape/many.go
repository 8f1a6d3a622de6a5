package shape

import (
	"fmt"
	"math/rand/v2"
	"strings"

	"example.org/todoku/checks/lab"
)

// Many returns a world of count domains, derived from the seed, and their names: mail at common providers, some domains
// with keys, some without a policy, a few with nothing.
func Many(seed uint64, count int) (lab.Scenario, []string, error) {
	r := rand.New(rand.NewPCG(seed, 0))
	servers := []string{"01.dnsv.jp 02.dnsv.jp", "ns1.dns.ne.jp ns2.dns.ne.jp", "ns1.xserver.jp ns2.xserver.jp", "ada.ns.cloudflare.com bob.ns.cloudflare.com"}
	mail := []string{
		"@ MX 1 smtp.google.com.\n@ TXT \"v=spf1 include:_spf.google.com ~all\"\ngoogle._domainkey TXT " + key + "\n",
		"@ MX 1 smtp.google.com.\n@ TXT \"v=spf1 include:_spf.google.com include:sendgrid.net ~all\"\ns1._domainkey CNAME s1.domainkey.u1234567.wl123.sendgrid.net.\n",
		"@ MX 0 %s-example.mail.protection.outlook.com.\n@ TXT \"v=spf1 include:spf.protection.outlook.com -all\"\n",
		"@ MX 10 @\n@ TXT \"v=spf1 a:www1234.sakura.ne.jp mx ~all\"\n",
		"@ MX 0 @\n@ TXT \"v=spf1 +a:sv1234.xserver.jp include:spf.sender.xserver.jp ~all\"\n",
		"",
	}
	var text strings.Builder
	fmt.Fprintf(&text, head, "many", "d0.example")
	names := make([]string, count)
	for i := range names {
		name := fmt.Sprintf("d%d", i)
		names[i] = name + ".example"
		fmt.Fprintf(&text, "-- zone %s @ %s --\n@ A 203.0.113.%d\n%s", names[i], servers[r.IntN(len(servers))], 1+r.IntN(40),
			strings.ReplaceAll(mail[r.IntN(len(mail))], "%s", name))
		if r.IntN(3) > 0 {
			fmt.Fprintf(&text, "_dmarc TXT \"v=DMARC1; p=none; rua=mailto:d@%s\"\n", names[i])
		}
	}
	sc, err := lab.Parse("many.txtar", []byte(text.String()))
	return sc, names, err
}
