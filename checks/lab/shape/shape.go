// Package shape provides domains of typical shapes, on which the duration of a check is measured.
package shape

import (
	"fmt"
	"strings"
	"testing"

	"example.org/todoku/checks/lab"
)

// Shape is a domain of a typical shape, about which the owner has answered nothing, and the number of rounds that a
// check needs: the longest chain of answers in which each is needed for the next question. By hand, one would first ask
// for the name servers and those of the parent zone, then for their addresses, then the zone's own servers for the
// records, then for what these name.
type Shape struct {
	ID        string
	Rounds    int
	Memory    int // further rounds for what watched resolvers have cached: they are asked when nothing else is left to ask
	Questions int // the most that a check may ask: 5 % more than it asks now
	lab.Scenario
}

const head = `A domain of a usual shape.
-- scenario.toml --
id = "%s"
[title]
en = "%[1]s"
[about]
en = "%[1]s"
[answers]
domain = "%[2]s"
`

// key is the public half of an RSA key whose private half does not exist.
const key = `"v=DKIM1; k=rsa; p=MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAuYqtM24WJCLrnsJTWdfjsxyMYnclERRQx9GUa5AtVJ+IA0dJAhi8/7PfJxxbm1RiUcxH4Ezr5j+IlsmaOVs24SBtCkGIyxNFkA3pJGQzoi5gTUpaPBKNblOR4jIUqM83sBS+Qj/7vlb/rIEstYT/Rc42OUW/f2GtmHmmmGm9LQN5r9HQcr66qdmqn3W4wex19" "taRDBPvdUPxKwlK0yk11b+FQjL0YZQGCZRHwx+A9F2qT9cOpKUlyDqgXC650FSC6rnSx2jWyZxFbsXYM9xIOBQc5z5QNs6jmma1YToit77MIMrMHViSfx1icUscOVtvOVuISdhivZylcoDmz36anQIDAQAB"`

// treeDepth is the number of nested includes in the long SPF tree.
const treeDepth = 6

// All returns the shapes.
func All(t testing.TB) []Shape {
	t.Helper()
	tree := strings.Builder{}
	fmt.Fprint(&tree, "-- zone nagai.example @ 01.dnsv.jp 02.dnsv.jp --\n@ A 203.0.113.31\n@ TXT \"v=spf1 include:_t1.ki.test ~all\"\n"+
		"_dmarc TXT \"v=DMARC1; p=none; rua=mailto:info@nagai.example\"\n@ MX 1 smtp.google.com.\ngoogle._domainkey TXT "+key+"\n"+
		"-- zone ki.test @ ns1.dns.ne.jp ns2.dns.ne.jp --\n")
	for i := 1; i < treeDepth; i++ {
		fmt.Fprintf(&tree, "_t%d TXT \"v=spf1 ip4:203.0.113.%d include:_t%d.ki.test ~all\"\n", i, 100+i, i+1)
	}
	fmt.Fprintf(&tree, "_t%d TXT \"v=spf1 ip4:203.0.113.%d ~all\"\n", treeDepth, 100+treeDepth)
	var out []Shape
	for _, s := range []struct {
		id, domain string
		rounds     int
		questions  int
		zones      string
	}{
		{"clean-ws", "kirei.example", 4, 158, `-- zone kirei.example @ 01.dnsv.jp 02.dnsv.jp --
@ A 203.0.113.31
@ MX 1 smtp.google.com.
@ TXT "v=spf1 include:_spf.google.com ~all"
google._domainkey TXT ` + key + `
_dmarc TXT "v=DMARC1; p=reject; rua=mailto:dmarc@kirei.example"
`},
		{"split-dkim", "wakare.example", 5, 171, `-- zone wakare.example @ ns1.dns.ne.jp ns2.dns.ne.jp --
@ A 203.0.113.90
@ MX 0 wakare-example.mail.protection.outlook.com.
@ TXT "v=spf1 include:spf.protection.outlook.com include:sendgrid.net -all"
selector1._domainkey CNAME selector1-umikaze-example._domainkey.umikaze.onmicrosoft.com.
selector2._domainkey CNAME selector2-umikaze-example._domainkey.umikaze.onmicrosoft.com.
s1._domainkey CNAME s1.domainkey.u1234567.wl123.sendgrid.net.
s2._domainkey CNAME s2.domainkey.u1234567.wl123.sendgrid.net.
em4321 CNAME u1234567.wl123.sendgrid.net.
_dmarc TXT "v=DMARC1; p=quarantine; rua=mailto:dmarc@wakare.example"
`},
		{"forward", "tensou.example", 5, 208, `-- zone tensou.example @ ns1.dns.ne.jp ns2.dns.ne.jp --
@ A 203.0.113.10
@ MX 10 @
@ TXT "v=spf1 a:www1234.sakura.ne.jp mx ~all"
_dmarc TXT "v=DMARC1; p=none"
rs20240819._domainkey TXT ` + key + `
`},
		{"nothing", "karappo.example", 4, 86, "-- zone karappo.example @ 01.dnsv.jp 02.dnsv.jp --\n@ A 203.0.113.31\n"},
		{"longtree", "nagai.example", 3 + treeDepth, 164, tree.String()},
	} {
		sc, err := lab.Parse(s.id+".txtar", []byte(fmt.Sprintf(head, s.id, s.domain)+s.zones))
		if err != nil {
			t.Fatal(err)
		}
		memory := 1
		if s.id == "nothing" {
			memory = 0 // no record stands
		}
		out = append(out, Shape{ID: s.id, Memory: memory, Rounds: s.rounds, Questions: s.questions, Scenario: sc})
	}
	return out
}
