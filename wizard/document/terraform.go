package document

import (
	"fmt"
	"regexp"
	"strings"
	"sync"

	"example.org/todoku/checks/plan"
	"example.org/todoku/checks/snapshot"
)

// terraformCloudflare writes each record as a resource of provider cloudflare/cloudflare, version 5: names are
// absolute, TXT content is quoted strings, the TTL is between a minute and a day, and an MX preference is separate
// (developers.cloudflare.com/api, DNS records; registry.terraform.io, cloudflare_dns_record).
func terraformCloudflare(in Input) []byte {
	s := newFragment(in, "#", func(v string) string { return charStrings(v, decimal, " ") })
	list := stepsOf(in)
	s.head("terraform-cloudflare", list)
	s.variable("cloudflare_zone_id", list)
	names := slugs{}
	for _, x := range list {
		s.WriteString("\n")
		s.tell(x)
		if !x.whole() {
			continue
		}
		name, content, priority := names.of(x.Name, x.Type, x.Value), "", ""
		switch x.Type {
		case snapshot.TXT:
			content = charStrings(x.Value, decimal, " ")
		case snapshot.MX:
			var host string
			priority, host = exchange(x.Value)
			content = presentName(host, decimal)
		case snapshot.CNAME, snapshot.NS, snapshot.PTR:
			content = presentName(x.Value, decimal)
		default:
			content = x.Value
		}
		attributes := [][2]string{{"zone_id", "var.cloudflare_zone_id"}, {"name", hclString(presentName(x.Name, decimal))}, {"type", hclString(string(x.Type))},
			{"ttl", fmt.Sprint(min(max(x.ttl(), 60), 86400))}, {"content", hclString(content)}}
		if priority != "" {
			attributes = append(attributes, [2]string{"priority", priority})
		}
		s.block(`resource "cloudflare_dns_record" "`+name+`"`, attributes)
		if x.Action == plan.Replace {
			s.say(s.t("import-cloudflare"))
			s.say("import {")
			s.say("  to = cloudflare_dns_record." + name)
			s.say(`  id = "${var.cloudflare_zone_id}/RECORD_ID"`)
			s.say("}")
		}
	}
	return []byte(s.String())
}

// terraformRoute53 writes each record set as a resource of provider hashicorp/aws. A set replaces all records of its
// name and type, so it holds those that stay too. The strings of a long TXT value are joined by \"\" without a space
// (registry.terraform.io, aws_route53_record, "records" and "Import").
func terraformRoute53(in Input) []byte {
	s := newFragment(in, "#", func(v string) string { return charStrings(v, octal, " ") })
	list := stepsOf(in)
	s.head("terraform-route53", list)
	sets := setsOf(in, list)
	s.variable("route53_zone_id", list)
	names := slugs{}
	for _, x := range sets {
		if len(x.values()) == 0 {
			continue
		}
		s.WriteString("\n")
		s.told(x)
		name := names.of(x.name, x.typ, "")
		var records []string
		for _, v := range x.values() {
			records = append(records, hclString(route53Value(x.typ, v)))
		}
		s.block(`resource "aws_route53_record" "`+name+`"`, [][2]string{{"zone_id", "var.route53_zone_id"}, {"name", hclString(presentName(x.name, octal))},
			{"type", hclString(string(x.typ))}, {"ttl", fmt.Sprint(x.ttl)}, {"records", "[\n    " + strings.Join(records, ",\n    ") + ",\n  ]"}})
		if x.there {
			s.say(s.t("import-route53"))
			s.block("import", [][2]string{{"to", "aws_route53_record." + name},
				{"id", `"${var.route53_zone_id}_` + strings.Trim(hclString(presentName(x.name, octal)), `"`) + "_" + string(x.typ) + `"`}})
		}
	}
	s.gone(sets)
	s.lacking(list)
	return []byte(s.String())
}

// route53Value formats a value for the provider, which adds the outer quotes of a TXT value itself.
func route53Value(t snapshot.Type, v string) string {
	switch t {
	case snapshot.TXT, snapshot.SPF:
		quoted := charStrings(v, octal, "")
		return quoted[1 : len(quoted)-1]
	case snapshot.MX:
		pref, host := exchange(v)
		return pref + " " + presentName(host, octal)
	case snapshot.CNAME, snapshot.NS, snapshot.PTR:
		return presentName(v, octal)
	}
	return v
}

// variable declares the zone's ID, which DNS does not show.
func (s *fragment) variable(name string, list []step) {
	if len(list) == 0 {
		return
	}
	s.WriteString("\n")
	s.block(`variable "`+name+`"`, [][2]string{{"type", "string"}, {"description", hclString(s.in.Zone())}})
}

// block writes a block as terraform fmt does: the equals signs of consecutive lines are aligned, except for arguments
// of several lines.
func (s *fragment) block(head string, arguments [][2]string) {
	width := 0
	for _, a := range arguments {
		if !strings.Contains(a[1], "\n") {
			width = max(width, len(a[0]))
		}
	}
	s.line(head + " {")
	for _, a := range arguments {
		if strings.Contains(a[1], "\n") {
			s.line("  " + a[0] + " = " + a[1])
			continue
		}
		s.line("  " + a[0] + strings.Repeat(" ", width-len(a[0])) + " = " + a[1])
	}
	s.line("}")
}

// hclString returns printable ASCII as a quoted HCL string without template sequences (HCL native syntax, "Quoted
// Templates"): SPF macros look like them.
func hclString(v string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, "${", "$${", "%{", "%%{").Replace(v) + `"`
}

// slugs holds the resource names that are taken.
type slugs map[string]bool

var (
	notInName = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`[^a-z0-9]+`) })
	version   = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^v=([A-Za-z0-9]+)`) })
)

// of returns a name for a record's resource, stable for the same record and unique in the file. It contains the kind of
// a TXT value, or an MX's host.
func (s slugs) of(name string, t snapshot.Type, value string) string {
	parts := []string{string(t), name}
	switch kind := version().FindStringSubmatch(value); {
	case kind != nil:
		parts = append(parts, kind[1])
	case t == snapshot.MX && value != "":
		_, host := exchange(value)
		parts = append(parts, host)
	}
	base := strings.Trim(notInName().ReplaceAllString(strings.ToLower(strings.Join(parts, "_")), "_"), "_")
	out := base
	for n := 2; s[out]; n++ {
		out = fmt.Sprintf("%s_%d", base, n)
	}
	s[out] = true
	return out
}
