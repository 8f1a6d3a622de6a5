package report

import (
	"context"
	"fmt"
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"
)

func TestFolder(t *testing.T) {
	file := func(n int) *fstest.MapFile { return &fstest.MapFile{Data: []byte(numbered(n)), Mode: 0o600} }
	fsys := fstest.MapFS{"cur/1:2,S": file(1), "cur/2:2,S": file(2), "new/3": file(3), "dovecot.index": {Data: []byte("x")}, "dovecot-uidlist": {Data: []byte("x")},
		".DS_Store": {Data: []byte("x")}, ".Sub/cur/4": file(4), "tmp/.5": {Data: []byte("x")}, "pipe": {Mode: fs.ModeNamedPipe}, "__MACOSX/x": {Data: []byte("x")}, "a.xml": file(5)}
	files := Folder(fsys, "mail")
	var names []string
	for _, f := range files {
		names = append(names, f.Name)
	}
	if got, want := strings.Join(names, " "), "mail/.Sub/cur/4 mail/a.xml mail/cur/1:2,S mail/cur/2:2,S mail/new/3"; got != want {
		t.Errorf("%s\nwant %s", got, want)
	}
	if got := told(read(t, files...)); got != "a.example: 5 reports, 15 messages, 15 pass; 192.0.2.1 15 +-" {
		t.Error(got)
	}
	if lost := Folder(fsys, "x")[:0]; len(lost) > 0 {
		t.Error(lost)
	}
	gone := Folder(fstest.MapFS{}, "x")
	if got := told(read(t, gone...)); got != "" && got != "error unreadable" {
		t.Error(got)
	}
}

// Several at once or one after the other, the result is the same, in the same order; of two reports with one identifier
// the first counts.
func TestWorkers(t *testing.T) {
	var files []File
	for n := range 120 {
		text := string(generator{5000}.xml(n % 100))
		if n%7 == 0 {
			text = strings.Replace(text, "bench.example", fmt.Sprintf("d%d.example", n%3), 1)
		}
		if n%11 == 0 {
			text = strings.Replace(text, "<count>1", "<count>2", 1)
		}
		if n%13 == 0 {
			text = text[:len(text)/2]
		}
		files = append(files, textFile(fmt.Sprint(n), text))
	}
	one := Read(t.Context(), files, Options{Workers: 1})
	if len(one.Errors) != 10 || len(one.Domains) < 3 || one.Domains[0].Duplicates == 0 {
		t.Fatalf("%d errors, %s", len(one.Errors), told(one)[:200])
	}
	for range 5 {
		if got := told(Read(t.Context(), files, Options{Workers: 4})); got != told(one) {
			t.Fatalf("four workers: %s\none: %s", got, told(one))
		}
	}
}

// What is stopped ends at once, and gives what was read.
func TestStop(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	files := []File{textFile("a", numbered(1)), textFile("b", numbered(2))}
	long := generator{1 << 20}.xml(3)
	for range 1000 {
		files = append(files, File{Name: "long", Open: fileOf("", long).Open})
	}
	r := Read(ctx, files, Options{Workers: 2, Progress: func(n int) {
		if n == 2 {
			cancel()
		}
	}})
	if !r.Stopped || r.Files < 2 || r.Files > 100 || len(r.Domains) < 1 {
		t.Errorf("%d files, stopped %v", r.Files, r.Stopped)
	}
}

// Reports that come twice count once. Those with one identifier and other content are told, and so are the first's sums.
func TestDuplicates(t *testing.T) {
	a := numbered(1)
	more := strings.Replace(a, ">3<", ">30<", 1)
	case2 := strings.Replace(a, "Receiver", "RECEIVER", 1)
	other := strings.Replace(a, "Receiver", "Other", 1)
	nameless := strings.Replace(a, "<report_id>r1</report_id>", "", 1)
	otherDomain := strings.ReplaceAll(a, "a.example", "b.example")
	for about, c := range map[string]struct {
		files []string
		want  string
		twice int
	}{
		"the same":                 {[]string{a, a, a}, "a.example: 1 reports, 3 messages, 3 pass; 192.0.2.1 3 +-", 2},
		"in other letters":         {[]string{a, case2}, "a.example: 1 reports, 3 messages, 3 pass; 192.0.2.1 3 +-", 1},
		"of another organisation":  {[]string{a, other}, "a.example: 2 reports, 6 messages, 6 pass; 192.0.2.1 6 +-", 0},
		"with other content":       {[]string{a, more}, "a.example: 1 reports, 3 messages, 3 pass; 192.0.2.1 3 +- (id-reused)", 1},
		"without an identifier":    {[]string{nameless, nameless}, "a.example: 1 reports, 3 messages, 3 pass; 192.0.2.1 3 +- (id-missing)", 1},
		"without, other content":   {[]string{nameless, strings.Replace(nameless, ">3<", ">4<", 1)}, "a.example: 2 reports, 7 messages, 7 pass; 192.0.2.1 7 +- (id-missing)", 0},
		"of another domain's mail": {[]string{a, otherDomain}, "a.example: 1 reports, 3 messages, 3 pass; 192.0.2.1 3 +-; b.example: 1 reports, 3 messages, 3 pass; 192.0.2.1 3 +-", 0},
	} {
		var files []File
		for i, text := range c.files {
			files = append(files, textFile(fmt.Sprint(i), text))
		}
		r := read(t, files...)
		if got := told(r); got != c.want || r.Domains[0].Duplicates != c.twice {
			t.Errorf("%s: %s, %d twice", about, got, r.Domains[0].Duplicates)
		}
	}
}

// Days are counted by what reports cover, messages by the middle of their time.
func TestDays(t *testing.T) {
	at := func(begin, end int64) string {
		return strings.Replace(strings.Replace(numbered(1), "<begin>1700006400</begin><end>1700092799</end>", fmt.Sprintf("<begin>%d</begin><end>%d</end>", begin, end), 1), "r1", fmt.Sprint("r", begin), 1)
	}
	const midnight = 1700006400 // 2023-11-15
	for about, c := range map[string]struct {
		text string
		want string
	}{
		"a day in UTC":         {at(midnight, midnight+86399), "11-15 3"},
		"a day in Japan":       {at(midnight-9*3600, midnight+15*3600-1), "11-15 3"},
		"a day in California":  {at(midnight+8*3600, midnight+32*3600-1), "11-15 3"},
		"an hour":              {at(midnight+3600, midnight+7199), "11-15 3"},
		"three days":           {at(midnight, midnight+3*86400-1), "11-15 0 11-16 3 11-17 0"},
		"backwards":            {at(midnight+86399, midnight), "11-15 3"},
		"no time at all":       {at(midnight, midnight), "11-15 3"},
		"ten years are no day": {at(midnight, midnight+3650*86400), "11-15 3"},
	} {
		r := read(t, textFile("f", c.text))
		var got []string
		for _, d := range r.Domains[0].Days {
			got = append(got, fmt.Sprintf("%s %d", d.Date.Format("01-02"), d.Passed+d.Failed))
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("%s: %v, want %s", about, got, c.want)
		}
	}
}
