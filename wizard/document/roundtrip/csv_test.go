package roundtrip_test

import (
	"encoding/csv"
	"strconv"
	"strings"
	"testing"

	"example.org/todoku/checks/plan"
	"example.org/todoku/checks/snapshot"
)

// The table read back has a line for each record that is made, and one for each that goes away.
func TestCSV(t *testing.T) {
	t.Parallel()
	each(t, "csv", func(t *testing.T, h handed, data string) {
		text, bom := strings.CutPrefix(data, "\ufeff")
		if !bom || strings.Count(text, "\n") != strings.Count(text, "\r\n") {
			t.Errorf("%s: no mark of UTF-8, or a bare line feed", h.name)
		}
		rows, err := csv.NewReader(strings.NewReader(text)).ReadAll()
		if err != nil {
			t.Fatalf("%s: %v", h.name, err)
		}
		at := map[string]int{}
		for i, name := range rows[0] {
			at[name] = i
		}
		var got, gone, away []record
		for _, row := range rows[1:] {
			for i, field := range row {
				if field != "" && strings.ContainsAny(field[:1], "=+-@\t\r") {
					t.Errorf("%s: a formula for a spreadsheet: %s", h.name, field)
				}
				row[i] = strings.TrimPrefix(field, "'")
			}
			cell := func(name string) string { return row[at[name]] }
			typ := snapshot.Type(cell("type"))
			if cell("missing") != "" && cell("value") != "" {
				t.Errorf("%s: a value that lacks is written: %q", h.name, row)
			}
			if cell("action") != string(plan.Remove) && cell("missing") == "" {
				ttl, _ := strconv.ParseUint(cell("ttl"), 10, 32)
				value := unescaped(t, cell("value"))
				if typ == snapshot.MX {
					value = cell("priority") + " " + value
				}
				got = append(got, plain(cell("name"), typ, uint32(ttl), value))
			}
			if old := cell("old_value"); old != "" {
				gone = append(gone, plain(cell("name"), typ, 1, unescaped(t, old)))
			}
		}
		for _, c := range h.Plan.Changes {
			for _, old := range c.Old {
				if (whole(c) || c.Action == plan.Remove) && old != "" {
					away = append(away, plain(c.Name, c.Type, 1, old))
				}
			}
		}
		same(t, h, got, wanted(h.Input))
		same(t, h, gone, away)
	})
}

// unescaped undoes the escapes of docs/formats.md: \\ and \DDD.
func unescaped(t *testing.T, s string) string {
	t.Helper()
	var out []byte
	for i := 0; i < len(s); i++ {
		switch {
		case s[i] != '\\':
			out = append(out, s[i])
		case s[i+1] == '\\':
			out, i = append(out, '\\'), i+1
		default:
			n, err := strconv.ParseUint(s[i+1:i+4], 10, 8)
			if err != nil {
				t.Fatal(err)
			}
			out, i = append(out, byte(n)), i+3
		}
	}
	return string(out)
}
