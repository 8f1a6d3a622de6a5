package report

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"runtime"
	"strings"
	"testing"
	"time"
)

// repeated is a reader that repeats a text without holding it.
type repeated struct {
	text  string
	times int
	rest  string
}

func (r *repeated) Read(b []byte) (int, error) {
	if r.rest == "" {
		if r.times == 0 {
			return 0, io.EOF
		}
		r.times--
		r.rest = r.text
	}
	n := copy(b, r.rest)
	r.rest = r.rest[n:]
	return n, nil
}

// long is a file of 10 GB: a head, and then a repeated text.
func long(head, text string) func() io.Reader {
	return func() io.Reader {
		return io.MultiReader(strings.NewReader(head), &repeated{text: text, times: 10 << 30 / len(text)})
	}
}

// packedLong is the same in gzip, in many equal members, so that it is made quickly.
func packedLong(head, text string) func() io.Reader {
	one := string(gzipped([]byte(strings.Repeat(text, 16<<20/len(text)))))
	return func() io.Reader {
		return io.MultiReader(bytes.NewReader(gzipped([]byte(head))), &repeated{text: one, times: 640})
	}
}

// Files made to do harm end in an error that says what they are, soon and in little memory, and the file beside them is read.
func TestBombs(t *testing.T) {
	base := numbered(1)
	open := base[:strings.Index(base, "</org_name>")]
	body := base[:strings.Index(base, "</feedback>")]
	nested := []byte(base)
	for range 20 {
		nested = zipOf(t, "in.zip", string(nested))
	}
	mails := "x"
	for i := range 60 {
		mails = fmt.Sprintf("From: a@b.example\r\nContent-Type: message/rfc822\r\nX-Depth: %d\r\n\r\n%s", i, mails)
	}
	multi := ""
	for i := range 100 {
		multi += fmt.Sprintf("Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%[1]d\r\n", i)
	}
	many := make([]string, 0, 4000)
	for i := range 2000 {
		many = append(many, fmt.Sprint(i), base)
	}
	row := record("192.0.2.1", 1, "none", "pass", "pass")
	plain := func(s string) func() io.Reader { return func() io.Reader { return strings.NewReader(s) } }
	for about, c := range map[string]struct {
		file func() io.Reader
		want string
	}{
		"one element of 10 GB":         {long(open, "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"), "error element-too-long"},
		"the same, packed":             {packedLong(open, "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"), "error element-too-long"},
		"one of blanks":                {long(open, " \n\t                            "), "error element-too-long"},
		"one of cdata":                 {long(open+"<![CDATA[", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"), "error element-too-long"},
		"one of short pieces":          {long(open, "aaaaaaaaaaaaaaaaaaaaaaaa<!-- -->"), "error element-too-long"},
		"a tag of 10 GB":               {long(open+"</org_name><x ", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"), "error element-too-long"},
		"a comment of 10 GB, packed":   {packedLong(open+"<!-- ", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"), "error too-big"},
		"records of 10 GB, packed":     {packedLong(body, row), "error too-big"},
		"zeros of 10 GB, packed":       {packedLong("", "\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00"), "error empty"},
		"zeros behind a report":        {packedLong(base, "\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00"), "x"},
		"elements without end":         {long("<feedback>", "<a>"), "error too-deep"},
		"other XML without end":        {long("<a>", "<a>"), "error no-report"},
		"results without end":          {long(strings.TrimSuffix(body, "</auth_results></record>"), "<spf><domain>a.example</domain></spf>"), "error too-many"},
		"zips in zips":                 {plain(string(nested)), "error too-deep"},
		"mails in mails":               {plain(mails), "error too-deep"},
		"multiparts in multiparts":     {plain("From: a@b.example\r\n" + multi), "error no-report"},
		"too many members":             {plain(string(zipOf(t, many...))), "x; error too-many"},
		"entities that grow":           {plain("<?xml version='1.0'?><!DOCTYPE x [<!ENTITY a 'ha'><!ENTITY b '&a;&a;&a;'>]>" + strings.ReplaceAll(base, "Receiver", "&b;")), "error entities"},
		"an entity of a file":          {plain("<?xml version='1.0'?><!DOCTYPE x [ <!ENTITY a SYSTEM 'file:///etc/passwd'> ]>" + base), "error entities"},
		"a harmless type":              {plain("<?xml version='1.0'?><!DOCTYPE feedback SYSTEM 'x.dtd' [<!ELEMENT a (b)>]>" + base), "x"},
		"a header without end":         {long("From: a@b.example\r\nX: ", "aaaaaaaaaaaaaaa\r\n "), "error too-big"},
		"a line of a mail without end": {long("From: a@b.example\r\n\r\n", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"), "error too-big"},
	} {
		t.Run(about, func(t *testing.T) {
			limits := Standard
			limits.Report, limits.File, limits.Parts = 8<<20, 16<<20, 1000
			var before, after runtime.MemStats
			runtime.GC()
			runtime.ReadMemStats(&before)
			start := time.Now()
			bomb := File{Name: "bomb", Open: func() (io.ReadCloser, error) { return io.NopCloser(c.file()), nil }}
			r := Read(context.Background(), []File{bomb, fileOf("good", []byte(numbered(2)))}, Options{Workers: 1, Limits: limits})
			took := time.Since(start)
			runtime.ReadMemStats(&after)
			got := told(r)
			good, rest, _ := strings.Cut(got, "; error")
			if rest != "" {
				rest = "error" + rest
			}
			if c.want != "x" && strings.TrimPrefix(c.want, "x; ") != rest || !strings.HasPrefix(good, "a.example: ") || len(r.Domains) != 1 {
				t.Errorf("got %s, want %s", got, c.want)
			}
			if strings.HasPrefix(c.want, "error") && r.Domains[0].Reports != 1 {
				t.Errorf("of the good file: %s", got)
			}
			if grown := int64(after.TotalAlloc-before.TotalAlloc) >> 20; grown > 200 {
				t.Errorf("%d MB were allocated", grown)
			}
			t.Logf("%s, %d kB allocated", took.Round(time.Millisecond), (after.TotalAlloc-before.TotalAlloc)>>10)
		})
	}
}
