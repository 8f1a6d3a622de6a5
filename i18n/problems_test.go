package i18n_test

import (
	"slices"
	"strings"
	"testing"

	"example.org/todoku/checks/dkim"
	"example.org/todoku/checks/dmarc"
	"example.org/todoku/i18n"
)

// TestEveryKeyAndPolicyProblemIsWorded: every mistake that makes a key useless, and every one of a DMARC record that a
// finding tells, has its words; and no other has.
func TestEveryKeyAndPolicyProblemIsWorded(t *testing.T) {
	for topic, codes := range map[string][]string{
		"dkim": {dkim.NotDKIM, dkim.NoKey, dkim.BadVersion, dkim.BadBase64, dkim.Padding, dkim.Truncated, dkim.Trailing, dkim.NotAKey,
			dkim.WrongKey, dkim.Wrapped, dkim.ShortKey, dkim.PrivateKey, dkim.PEM, dkim.UnknownType, dkim.NoSHA256, dkim.NotForMail,
			dkim.Quotes, dkim.ZoneLine, dkim.Escaped, dkim.FullWidth, dkim.Typographic, dkim.BadSeparator, dkim.TagCase, dkim.Duplicate, dkim.BadTag},
		"dmarc": {"not-a-record", "cut", dmarc.BadVersion, dmarc.NoPolicy, dmarc.BadPolicy, dmarc.BadSeparator, dmarc.Typographic, dmarc.FullWidth,
			dmarc.Quotes, dmarc.BadValue, dmarc.BadTag, dmarc.Duplicate, dmarc.UnknownTag, dmarc.SizeLimit, dmarc.NoMailto,
			dmarc.BadAddress, dmarc.TagCase, dmarc.ValueCase, "no-mailbox", "testing", "registry"},
	} {
		for _, code := range codes {
			for _, l := range i18n.Langs() {
				if !l.Has(topic + ".problem." + code) {
					t.Errorf("%s has no text for %s of %s", l, code, topic)
				}
			}
		}
		for id := range ids(t) {
			if code, ok := strings.CutPrefix(id, topic+".problem."); ok && !slices.Contains(codes, code) {
				t.Errorf("%s words a mistake that nobody reports", id)
			}
		}
	}
}
