package roundtrip_test

import (
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/hashicorp/hcl/v2/hclwrite"
	"github.com/miekg/dns"
	"github.com/zclconf/go-cty/cty"

	"example.org/todoku/checks/plan"
	"example.org/todoku/checks/snapshot"
)

// hclBlock is a block with its arguments evaluated as Terraform does.
type hclBlock struct {
	kind   string
	labels []string
	args   map[string]cty.Value
}

// blocks reads a file as Terraform does; the variables for the zones' IDs are "ZONE".
func blocks(t *testing.T, h handed, data string) []hclBlock {
	t.Helper()
	file, diags := hclsyntax.ParseConfig([]byte(data), "x.tf", hcl.InitialPos)
	if diags.HasErrors() {
		t.Fatalf("%s: %v\n%s", h.name, diags, data)
	}
	if tidy := string(hclwrite.Format([]byte(data))); tidy != data {
		t.Errorf("%s: terraform fmt would change it to:\n%s", h.name, tidy)
	}
	zone := cty.StringVal("ZONE")
	env := &hcl.EvalContext{Variables: map[string]cty.Value{"string": cty.StringVal("string"),
		"var": cty.ObjectVal(map[string]cty.Value{"cloudflare_zone_id": zone, "route53_zone_id": zone})}}
	var out []hclBlock
	names := map[string]bool{}
	for _, b := range file.Body.(*hclsyntax.Body).Blocks {
		x := hclBlock{b.Type, b.Labels, map[string]cty.Value{}}
		key := b.Type + "." + strings.Join(b.Labels, ".")
		if names[key] && b.Type == "resource" {
			t.Errorf("%s: %s twice", h.name, key)
		}
		names[key] = true
		for name, a := range b.Body.Attributes {
			if b.Type == "import" && name == "to" {
				tr, _ := hcl.AbsTraversalForExpr(a.Expr)
				to := tr.RootName() + "." + tr[1].(hcl.TraverseAttr).Name
				if !names["resource."+to] {
					t.Errorf("%s: an import of %s, which is no resource", h.name, to)
				}
				continue
			}
			v, diags := a.Expr.Value(env)
			if diags.HasErrors() {
				t.Errorf("%s: %v", h.name, diags)
			}
			x.args[name] = v
		}
		out = append(out, x)
	}
	return out
}

// text is a string argument, count a number.
func (b hclBlock) text(name string) string { return b.args[name].AsString() }

func (b hclBlock) count(name string) uint32 {
	n, _ := b.args[name].AsBigFloat().Uint64()
	return uint32(n)
}

// Each resource of Cloudflare is a record of the plan.
func TestTerraformCloudflare(t *testing.T) {
	t.Parallel()
	each(t, "terraform-cloudflare", func(t *testing.T, h handed, data string) {
		var got, want []record
		for _, b := range blocks(t, h, data) {
			if b.kind != "resource" {
				continue
			}
			if b.labels[0] != "cloudflare_dns_record" || b.text("zone_id") != "ZONE" {
				t.Errorf("%s: %v", h.name, b)
			}
			typ, value := snapshot.Type(b.text("type")), b.text("content")
			switch typ {
			case snapshot.TXT:
				rr, err := dns.NewRR(". 1 IN TXT " + value)
				if err != nil {
					t.Fatalf("%s: %v", h.name, err)
				}
				value = bytesOf(strings.Join(rr.(*dns.TXT).Txt, ""))
			case snapshot.MX:
				value = strconv.Itoa(int(b.count("priority"))) + " " + value
			}
			got = append(got, plain(b.text("name"), typ, b.count("ttl"), value))
		}
		for _, r := range wanted(h.Input) {
			r.ttl = min(max(r.ttl, 60), 86400) // what Cloudflare takes
			want = append(want, r)
		}
		same(t, h, got, want)
	})
}

// Each resource of Route 53 is a whole set: what the plan makes, and what stands there and stays. A set that exists is
// imported.
func TestTerraformRoute53(t *testing.T) {
	t.Parallel()
	each(t, "terraform-route53", func(t *testing.T, h handed, data string) {
		var got []record
		imports, exist := map[string]bool{}, map[string]bool{}
		for _, b := range blocks(t, h, data) {
			switch b.kind {
			case "import":
				imports[b.text("id")] = true
			case "resource":
				typ := snapshot.Type(b.text("type"))
				a, _ := h.DNS.Find(snapshot.Key{Name: b.text("name"), Type: typ, Via: snapshot.Authority})
				wild := h.DNS.Get(snapshot.WildcardLabel+"."+snapshot.Parent(b.text("name")), typ)
				added := slices.ContainsFunc(h.Plan.Changes, func(c plan.Change) bool { // so it does not stand there: a wildcard makes it
					return c.Action == plan.Add && c.Name == b.text("name") && c.Type == typ && slices.Contains(a.Data(), c.Value[strings.LastIndex(c.Value, " ")+1:])
				})
				if len(a.Records) > 0 && len(a.Chain) == 0 && !slices.Equal(wild.Data(), a.Data()) && !added {
					exist["ZONE_"+b.text("name")+"_"+string(typ)] = true
				}
				for _, v := range b.args["records"].AsValueSlice() {
					value := v.AsString()
					if typ == snapshot.TXT {
						value = octalStrings(t, h, value)
					}
					if typ == snapshot.CNAME {
						value = strings.ReplaceAll(value, `\073`, `\059`)
					}
					got = append(got, plain(b.text("name"), typ, b.count("ttl"), value))
				}
			}
		}
		same(t, h, got, standing(h.Input))
		if len(imports) != len(exist) {
			t.Errorf("%s: imports %v, sets that exist %v", h.name, imports, exist)
		}
		for id := range exist {
			if !imports[id] {
				t.Errorf("%s: %s is not imported", h.name, id)
			}
		}
	})
}

// octalStrings reads what the provider puts between quotes, as Route 53 does: strings of 255 bytes, escapes in octal.
func octalStrings(t *testing.T, h handed, v string) string {
	t.Helper()
	var out []byte
	for part := range strings.SplitSeq(v, `""`) {
		n := 0
		for i := 0; i < len(part); i, n = i+1, n+1 {
			if part[i] != '\\' {
				if part[i] == '"' || part[i] > '~' || part[i] < ' ' {
					t.Errorf("%s: %q stands bare", h.name, part[i])
				}
				out = append(out, part[i])
				continue
			}
			c, err := strconv.ParseUint(part[i+1:i+4], 8, 8)
			if err != nil {
				t.Fatal(err)
			}
			out, i = append(out, byte(c)), i+3
		}
		if n > 255 {
			t.Errorf("%s: a string of %d bytes", h.name, n)
		}
	}
	return string(out)
}
