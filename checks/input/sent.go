package input

import (
	"net/netip"
	"regexp"
	"slices"
	"strings"
)

var (
	// replyCodes stand at the head of every line of an SMTP reply, and so within its sentences.
	replyCodes = regexp.MustCompile(`[245][0-9][0-9][ -][245]\.[0-9]+\.[0-9]+`)
	// judged is how Gmail names what it judged: "SPF [example.jp] with ip: [192.0.2.1] = did not pass".
	judged = regexp.MustCompile(`(?i)SPF *\[([^\]\s]{1,253})\] *with *ip: *\[([0-9a-f.:]{2,45})\]`)
)

// maxSent bounds how many addresses a message is read for.
const maxSent = 4

// SentFrom lists the addresses from which, as a bounce says, mail in the name of a domain was sent. A forward's or a
// forger's address stands there just so: it is evidence of what to try, not of whom to let pass.
func SentFrom(message, domain string) []netip.Addr {
	text := strings.Join(strings.Fields(replyCodes.ReplaceAllString(message, " ")), " ")
	var out []netip.Addr
	for _, m := range judged.FindAllStringSubmatch(text, -1) {
		ip, err := netip.ParseAddr(m[2])
		if err != nil || !strings.EqualFold(strings.TrimSuffix(m[1], "."), domain) || slices.Contains(out, ip.Unmap()) || len(out) == maxSent {
			continue
		}
		out = append(out, ip.Unmap())
	}
	return out
}
