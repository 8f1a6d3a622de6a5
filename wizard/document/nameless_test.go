package document_test

import (
	"testing"

	"example.org/todoku/checks/plan"
	"example.org/todoku/checks/snapshot"
	"example.org/todoku/i18n"
	"example.org/todoku/wizard/document"
)

// TestNameless: a record whose selector only a console shows has no name that could be taken for a real one.
func TestNameless(t *testing.T) {
	in := input(t, i18n.EN)
	in.Plan.Changes = []plan.Change{
		{Action: plan.Add, Name: "_domainkey.shop.example", Type: snapshot.TXT, Ask: "sakura-rs"},
		{Action: plan.Add, Name: "google._domainkey.shop.example", Type: snapshot.TXT, Ask: "google-workspace"},
	}
	got := document.Contract(in).Changes
	if got[0].Name != "<selector>._domainkey.shop.example" || got[0].Panel.Host != "" || got[0].Ask != "sakura-rs" {
		t.Errorf("without a selector: %+v", got[0])
	}
	if got[1].Name != "google._domainkey.shop.example" {
		t.Errorf("with one: %+v", got[1])
	}
}
