package cli

import (
	"strings"
	"testing"

	"example.org/todoku/checks/catalog"
	"example.org/todoku/checks/owner"
	"example.org/todoku/i18n"
)

// What a flag cannot take is wrong usage that names the flag; what it can is what the owner says.
func TestAnswers(t *testing.T) {
	cat, err := catalog.Load()
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		flags Answers
		bad   string // the flag that is refused
		want  func(owner.Answers) bool
	}{
		"nothing":               {Answers{}, "", func(a owner.Answers) bool { return len(a.Hosts) == 0 && a.Route == "" }},
		"a host by its alias":   {Answers{Hosts: []string{"sakura-rs=www1234.sakura.ne.jp."}}, "", func(a owner.Answers) bool { return a.Hosts[0].Value == "www1234.sakura.ne.jp" }},
		"an unknown host":       {Answers{Hosts: []string{owner.Unknown}}, "", func(a owner.Answers) bool { return a.Hosts[0].ID == owner.Unknown }},
		"no such host":          {Answers{Hosts: []string{"nobody"}}, "--mail-host", nil},
		"no sender":             {Answers{Senders: []string{owner.None}}, "", func(a owner.Answers) bool { return a.NoSender && len(a.Senders) == 0 }},
		"none before a sender":  {Answers{Senders: []string{"none", "sendgrid"}}, "--sender", nil},
		"none behind a sender":  {Answers{Senders: []string{"sendgrid", "none"}}, "--sender", nil},
		"no such panel":         {Answers{Panel: "nobody"}, "--dns-panel", nil},
		"a list means its way":  {Answers{List: "all@list.example"}, "", func(a owner.Answers) bool { return a.Route == owner.List }},
		"a way of its own":      {Answers{List: "all@list.example", Path: "direct"}, "", func(a owner.Answers) bool { return a.Route == owner.Direct }},
		"no such way":           {Answers{Path: "sideways"}, "--path", nil},
		"a private address":     {Answers{IPs: []string{"10.0.0.1"}}, "--ip", nil},
		"two report addresses":  {Answers{ReportTo: "a@a.example,b@a.example"}, "--report-to", nil},
		"a selector":            {Answers{Keys: []string{"Google."}}, "", func(a owner.Answers) bool { return a.Keys[0].Selector == "google" }},
		"a selector with space": {Answers{Keys: []string{"a b"}}, "--dkim", nil},
	} {
		t.Run(name, func(t *testing.T) {
			c.flags.Program = &Program{Lang: i18n.EN}
			got, err := c.flags.Read(cat)
			switch {
			case c.bad != "" && (StatusOf(err) != StatusUsage || !strings.HasPrefix(err.Error(), c.bad+" ")):
				t.Errorf("%v, want %s refused", err, c.bad)
			case c.bad == "" && (err != nil || !c.want(got)):
				t.Errorf("%+v, %v", got, err)
			}
		})
	}
}
