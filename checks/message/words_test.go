package message_test

import (
	"strings"
	"testing"

	"example.org/todoku/checks/message"
	"example.org/todoku/i18n"
)

// Every code that a reader can meet has its words in every language.
func TestWords(t *testing.T) {
	var ids []string
	for _, f := range message.Forms() {
		ids = append(ids, f.Words())
	}
	for _, v := range message.Views() {
		ids = append(ids, message.ViewWords(v))
	}
	for _, d := range message.Mends() {
		ids = append(ids, d.Words())
	}
	for _, g := range message.Gaps() {
		ids = append(ids, g.Words())
	}
	for _, r := range message.Results() {
		ids = append(ids, r.Words())
	}
	for _, r := range message.Reasons() {
		ids = append(ids, r.Words())
	}
	for _, d := range message.AllDetails() {
		ids = append(ids, message.DetailWords(d))
	}
	for _, k := range message.ChangeKinds() {
		ids = append(ids, k.Words())
	}
	values := i18n.Args{"by": "ml.example", "domain": "shop.example", "header": "Subject", "text": "[x]"}
	said := map[string]string{}
	for _, id := range ids {
		for _, l := range i18n.Langs() {
			if !l.Has(id) {
				t.Errorf("%s has no text %s", l, id)
				continue
			}
			text := l.T(id, values)
			if strings.TrimSpace(text) == "" || strings.Contains(text, "no value") {
				t.Errorf("%s %s: %q", l, id, text)
			}
			if other, twice := said[string(l)+text]; twice && other != id {
				t.Errorf("%s: %s and %s say the same: %s", l, id, other, text)
			}
			said[string(l)+text] = id
		}
	}
	if len(ids) < 90 {
		t.Errorf("only %d texts", len(ids))
	}
}
