package roundtrip_test

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/miekg/dns"

	"example.org/todoku/checks/snapshot"
)

// parsed reads lines of a zone file.
func parsed(t *testing.T, h handed, text, origin string) []record {
	t.Helper()
	var out []record
	p := dns.NewZoneParser(strings.NewReader(text), origin, "")
	for rr, ok := p.Next(); ok; rr, ok = p.Next() {
		out = append(out, read(rr))
	}
	if err := p.Err(); err != nil {
		t.Errorf("%s: %v\n%s", h.name, err, text)
	}
	return out
}

// read is a record of the library in the form of this test.
func read(rr dns.RR) record {
	head := rr.Header()
	typ := snapshot.Type(dns.TypeToString[head.Rrtype])
	value := ""
	switch x := rr.(type) {
	case *dns.TXT:
		value = bytesOf(strings.Join(x.Txt, ""))
	case *dns.MX:
		value = strconv.Itoa(int(x.Preference)) + " " + x.Mx
	case *dns.CNAME:
		value = x.Target
	case *dns.A:
		value = x.A.String()
	case *dns.AAAA:
		value = x.AAAA.String()
	}
	return plain(head.Name, typ, head.Ttl, value)
}

// bytesOf undoes the presentation form that the library keeps.
func bytesOf(s string) string {
	var out []byte
	for i := 0; i < len(s); i++ {
		if s[i] != '\\' {
			out = append(out, s[i])
			continue
		}
		if n, err := strconv.ParseUint(s[i+1:min(i+4, len(s))], 10, 8); err == nil && i+4 <= len(s) {
			out, i = append(out, byte(n)), i+3
			continue
		}
		out, i = append(out, s[i+1]), i+1
	}
	return string(out)
}

// The lines read back by miekg/dns are the plan's records; so are those that BIND's own checker reads, in a zone with the
// SOA and NS that a zone has.
func TestZone(t *testing.T) {
	t.Parallel()
	each(t, "zone", func(t *testing.T, h handed, data string) {
		same(t, h, parsed(t, h, data, "elsewhere."), wanted(h.Input))
		for line := range strings.Lines(data) {
			if strings.Count(line, `"`) > 0 && !strings.HasPrefix(line, ";") && len(line) > 0 {
				for i, part := range strings.Split(line, `" "`) {
					if len(bytesOf(part)) > 255+80 && i > 0 {
						t.Errorf("%s: a string of %d bytes", h.name, len(part))
					}
				}
			}
		}
	})
}

func TestZoneInBIND(t *testing.T) {
	t.Parallel()
	checker, err := exec.LookPath("named-checkzone")
	if err != nil {
		for _, dir := range []string{"/usr/sbin", "/sbin"} {
			if _, err := os.Stat(filepath.Join(dir, "named-checkzone")); err == nil {
				checker = filepath.Join(dir, "named-checkzone")
			}
		}
	}
	if checker == "" {
		if os.Getenv("TODOKU_REQUIRE_SERVERS") != "" {
			t.Fatal("named-checkzone is not here, and is required")
		}
		t.Skip("named-checkzone is not here (Debian: bind9-utils)")
	}
	dir := t.TempDir()
	each(t, "zone", func(t *testing.T, h handed, data string) {
		if len(wanted(h.Input)) == 0 {
			return
		}
		zone := h.Zone()
		file := filepath.Join(dir, "zone")
		text := "$ORIGIN " + zone + ".\n$TTL 60\n@ SOA ns.invalid. root.invalid. 1 3600 600 86400 300\n@ NS ns.invalid.\n" + data
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), patience)
		defer cancel()
		out, err := exec.CommandContext(ctx, checker, "-q", "-i", "none", "-k", "ignore", "-n", "ignore", "-m", "ignore", "-M", "ignore", "-T", "ignore", "-D", "-o", "-", zone, file).CombinedOutput()
		if err != nil {
			t.Errorf("%s: %v: %s\n%s", h.name, err, out, text)
			return
		}
		var got []record
		for _, r := range parsed(t, h, string(out), zone) {
			if r.typ != "SOA" && r.typ != snapshot.NS {
				got = append(got, r)
			}
		}
		same(t, h, got, wanted(h.Input))
	})
}
