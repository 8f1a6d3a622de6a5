package bylang_test

import (
	"slices"
	"testing"

	"example.org/todoku/i18n/bylang"
)

func TestText(t *testing.T) {
	for name, c := range map[string]struct {
		text bylang.Text
		lang string
		want string
	}{
		"its own":                {bylang.Text{"ja": "名前", "en": "name"}, "ja", "名前"},
		"the fallback":           {bylang.Text{"ja": "名前", "en": "name"}, "fr", "name"},
		"an empty one":           {bylang.Text{"fr": "", "en": "name"}, "fr", "name"},
		"neither: first by code": {bylang.Text{"ja": "名前", "de": "Name", "it": "nome"}, "fr", "Name"},
		"empty ones are skipped": {bylang.Text{"ja": "名前", "de": ""}, "fr", "名前"},
		"none":                   {bylang.Text{"en": ""}, "en", ""},
		"nothing at all":         {nil, "en", ""},
	} {
		if got := c.text.In(c.lang); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
		if got := c.text.Given(); got != (c.want != "") {
			t.Errorf("%s: given: %v", name, got)
		}
	}
	all := bylang.Text{"ja": "c", "en": "b", "de": "a", "fr": ""}
	if got := all.All(); !slices.Equal(got, []string{"a", "b", "c"}) {
		t.Errorf("all: %q", got)
	}
	if got := all.Missing("de", "fr", "it"); !slices.Equal(got, []string{"fr", "it"}) {
		t.Errorf("missing: %q", got)
	}
	if got := (bylang.Text{"en": ""}).Missing("en"); got != nil {
		t.Errorf("missing of none: %q", got)
	}
}
