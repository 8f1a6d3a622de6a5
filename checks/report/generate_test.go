package report

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"math/rand/v2"
	"strings"
)

// generator makes synthetic reports of one domain: report n is always the same.
type generator struct{ size int } // bytes of one report, about

// xml is the n-th report.
func (g generator) xml(n int) []byte {
	r := rand.New(rand.NewPCG(uint64(n), 20))
	var b bytes.Buffer
	day := int64(1700006400 + n/10*86400)
	fmt.Fprintf(&b, `<?xml version="1.0" encoding="UTF-8"?>
<feedback>
  <version>1.0</version>
  <report_metadata>
    <org_name>receiver%d.example</org_name>
    <email>noreply@receiver%d.example</email>
    <report_id>%d.%d</report_id>
    <date_range>
      <begin>%d</begin>
      <end>%d</end>
    </date_range>
  </report_metadata>
  <policy_published>
    <domain>bench.example</domain>
    <adkim>r</adkim>
    <aspf>r</aspf>
    <p>none</p>
    <sp>none</sp>
    <pct>100</pct>
  </policy_published>
`, n%10, n%10, n, day, day, day+86399)
	for b.Len() < g.size {
		g.record(&b, r)
	}
	b.WriteString("</feedback>\n")
	return b.Bytes()
}

func (g generator) record(b *bytes.Buffer, r *rand.Rand) {
	word := func(pass bool) string {
		if pass {
			return "pass"
		}
		return "fail"
	}
	ip := fmt.Sprintf("203.0.%d.%d", r.IntN(8), r.IntN(256))
	if r.IntN(4) == 0 {
		ip = fmt.Sprintf("2001:db8:0:0:0:0:%x:%x", r.IntN(4), r.IntN(256))
	}
	dkim, spf := r.IntN(10) > 0, r.IntN(3) > 0
	fmt.Fprintf(b, `  <record>
    <row>
      <source_ip>%s</source_ip>
      <count>%d</count>
      <policy_evaluated>
        <disposition>none</disposition>
        <dkim>%s</dkim>
        <spf>%s</spf>
      </policy_evaluated>
    </row>
    <identifiers>
      <envelope_from>bounce.bench.example</envelope_from>
      <header_from>bench.example</header_from>
    </identifiers>
    <auth_results>
      <dkim>
        <domain>bench.example</domain>
        <selector>s%d</selector>
        <result>%s</result>
      </dkim>
      <spf>
        <domain>bounce.bench.example</domain>
        <scope>mfrom</scope>
        <result>%s</result>
      </spf>
    </auth_results>
  </record>
`, ip, 1+r.IntN(500), word(dkim), word(spf), r.IntN(3), word(dkim), word(spf))
}

// gzipped packs a text.
func gzipped(b []byte) []byte {
	var out bytes.Buffer
	z := gzip.NewWriter(&out)
	_, _ = z.Write(b)
	_ = z.Close()
	return out.Bytes()
}

// fileOf is a file that holds these bytes.
func fileOf(name string, b []byte) File {
	return File{Name: name, Open: func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(b)), nil }}
}

// textFile is a file of text.
func textFile(name, text string) File { return fileOf(name, []byte(strings.TrimPrefix(text, "\n"))) }
