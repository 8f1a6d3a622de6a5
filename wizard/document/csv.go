package document

import (
	"bytes"
	"encoding/csv"
	"strings"

	"example.org/todoku/checks/plan"
	"example.org/todoku/checks/snapshot"
)

// csvColumns are the column names, the same in every language; docs/formats.md describes them.
var csvColumns = []string{"step", "action", "name", "type", "ttl", "priority", "value", "old_value", "reason", "missing", "title"}

// byteOrderMark begins the file: without it Excel reads UTF-8 in the system's legacy encoding, which in Japan is
// Shift_JIS.
const byteOrderMark = "\ufeff"

// spreadsheet writes the plan as CSV (RFC 4180): one line for each record that is made or deleted.
func spreadsheet(in Input) ([]byte, error) {
	var b bytes.Buffer
	b.WriteString(byteOrderMark)
	w := csv.NewWriter(&b)
	w.UseCRLF = true
	rows := [][]string{csvColumns}
	for _, s := range stepsOf(in) {
		rows = append(rows, csvRows(s)...)
	}
	for _, row := range rows {
		for i := range row {
			row[i] = inert(row[i])
		}
		if err := w.Write(row); err != nil {
			return nil, err
		}
	}
	w.Flush()
	return b.Bytes(), w.Error()
}

// csvRows returns the lines of a change: its record with the value that it replaces, then each other value that is
// deleted.
func csvRows(s step) [][]string {
	var reasons []string
	for _, c := range s.Because {
		reasons = append(reasons, string(c))
	}
	row := func(action plan.Action, value, old string) []string {
		out := []string{itoa(s.n), string(action), s.Name, string(s.Type), "", "", "", "", strings.Join(reasons, " "), "", s.word.Title}
		if action != plan.Remove {
			out[4] = itoa(int(s.ttl()))
		}
		if s.Type == snapshot.MX && value != "" {
			out[5], value = exchange(value)
		}
		out[6], out[7] = plainValue(value), plainValue(old)
		return out
	}
	var out [][]string
	old := s.Old
	switch {
	case s.Action == plan.Remove:
	case s.whole():
		first := ""
		if s.Action == plan.Replace && len(old) > 0 {
			first, old = old[0], old[1:]
		}
		out = append(out, row(s.Action, s.Value, first))
	default:
		lacks := row(s.Action, "", "")
		lacks[9] = s.word.Ask
		if s.Switch {
			lacks[9] = s.word.Title
		}
		out, old = append(out, lacks), nil // the old value stays until the new one is known
	}
	for _, v := range old {
		out = append(out, row(plan.Remove, "", v))
	}
	return out
}

// inert keeps a spreadsheet from evaluating a field as a formula (owasp.org/www-community/attacks/CSV_Injection). It
// puts an apostrophe before a field that begins like a formula or with an apostrophe, so that removing one leading
// apostrophe always gives the field back.
func inert(field string) string {
	if field != "" && strings.ContainsRune("=+-@'\t\r|%＝＋－＠", []rune(field)[0]) {
		return "'" + field
	}
	return field
}
