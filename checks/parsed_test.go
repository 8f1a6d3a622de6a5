package checks_test

import (
	"testing"

	"example.org/todoku/checks/dkim"
	"example.org/todoku/checks/dmarc"
	"example.org/todoku/checks/lab/trial"
	"example.org/todoku/checks/spf"
)

// A record is parsed once, however many rules read it: the second time it costs the caller's own slices alone.
func TestRecordsAreParsedOnce(t *testing.T) {
	if trial.Racing {
		t.Skip("the race detector allocates too")
	}
	const policy, tree = "v=DMARC1; p=none; pct=50; rua=mailto:a@example.jp", "v=spf1 include:_spf.example.jp ip4:192.0.2.1 ~al"
	const key = "v=DKIM1; k=ed25519; h=sha256; s=email; t=s; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="
	for name, parse := range map[string]func(){
		"spf":   func() { spf.Parse(tree) },
		"dkim":  func() { dkim.Parse(key) },
		"dmarc": func() { dmarc.Parse(policy) },
	} {
		if got := testing.AllocsPerRun(10, parse); got > 6 {
			t.Errorf("%s: %v allocations", name, got)
		}
	}
}
