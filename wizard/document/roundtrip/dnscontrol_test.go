package roundtrip_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os/exec"
	"strings"
	"testing"
	"unicode/utf8"

	"example.org/todoku/checks/snapshot"
)

// dnsControlHelpers are what DNSControl defines for dnsconfig.js, as far as the files use it. It runs each file of the list
// on standard input, and prints what each has defined.
const dnsControlHelpers = `
const vm = require("vm");
const files = JSON.parse(require("fs").readFileSync(0, "utf8"));
console.log(JSON.stringify(files.map(function (file) {
  const got = [];
  const env = { TTL: n => ({ ttl: n }) };
  for (const type of ["TXT", "CNAME", "A", "AAAA", "NS", "PTR"])
    env[type] = (name, value, ttl) => Object.assign({ type, name, value }, ttl);
  env.MX = (name, preference, host, ttl) => Object.assign({ type: "MX", name, value: preference + " " + host }, ttl);
  env.D_EXTEND = (domain, ...records) => records.forEach(r => got.push(Object.assign({ domain }, r)));
  vm.runInNewContext(file, env);
  return got;
})));
`

// The calls, run as DNSControl runs them, make the plan's records. Bytes that are no text cannot be said in JavaScript, and
// are told as such.
func TestDNSControl(t *testing.T) {
	t.Parallel()
	node, err := exec.LookPath("node")
	if err != nil {
		t.Skip("node is not here")
	}
	var all []handed
	var files []string
	each(t, "dnscontrol", func(t *testing.T, h handed, data string) {
		all, files = append(all, h), append(files, data)
		if strings.Contains(data, ",\n)") || strings.Trim(data, ascii+"\n") != "" && strings.ContainsAny(data, "\u2028\u2029\r") {
			t.Errorf("%s: ECMAScript 5 does not read it", h.name)
		}
	})
	input, err := json.Marshal(files)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	cmd := exec.CommandContext(ctx, node, "-e", dnsControlHelpers)
	cmd.Stdin = bytes.NewReader(input)
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%v\n%s", err, err.(*exec.ExitError).Stderr)
	}
	var defined [][]struct {
		Domain, Name, Value string
		Type                snapshot.Type
		TTL                 uint32
	}
	if err := json.Unmarshal(out, &defined); err != nil {
		t.Fatal(err)
	}
	for i, h := range all {
		var got, want []record
		for _, r := range defined[i] {
			name := r.Name + "." + r.Domain
			if r.Name == "@" {
				name = r.Domain
			}
			got = append(got, plain(name, r.Type, r.TTL, r.Value))
		}
		unsaid := 0
		for _, r := range wanted(h.Input) {
			if utf8.ValidString(r.value) {
				want = append(want, r)
			} else {
				unsaid++
			}
		}
		same(t, h, got, want)
		if n := strings.Count(files[i], "cannot hold the value"); n != unsaid {
			t.Errorf("%s: %d values cannot be written, %d are told", h.name, unsaid, n)
		}
	}
	if len(all) != len(defined) {
		t.Error(fmt.Sprint(len(all), " files, ", len(defined), " were run"))
	}
}
