package report

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"
	"testing"
	"testing/iotest"
)

// ours tells the tokens of the scanner; text without any letter is left out, and adjoining texts are one.
func ours(r io.Reader) (string, error) {
	var s scanner
	s.reset(r)
	var out tokens
	for {
		t, err := s.next()
		if err != nil {
			return out.String(), err
		}
		switch t.kind {
		case tokenEnd:
			return out.String(), nil
		case tokenStart:
			out.add("<" + string(t.name) + ">")
			if t.empty {
				out.add("</" + string(t.name) + ">")
			}
		case tokenClose:
			out.add("</" + string(t.name) + ">")
		case tokenText:
			out.text += string(t.text)
		}
	}
}

type tokens struct {
	strings.Builder
	text string
}

func (t *tokens) add(tag string) {
	if s := strings.TrimSpace(t.text); s != "" {
		fmt.Fprintf(t, "%q", s)
	}
	t.text = ""
	t.WriteString(tag)
}

// theirs tells the tokens of encoding/xml in the same way.
func theirs(text string) (string, error) {
	d := xml.NewDecoder(strings.NewReader(text))
	var out tokens
	for {
		t, err := d.Token()
		if errors.Is(err, io.EOF) {
			return out.String(), nil
		}
		if err != nil {
			return "", err
		}
		switch t := t.(type) {
		case xml.StartElement:
			out.add("<" + t.Name.Local + ">")
		case xml.EndElement:
			out.add("</" + t.Name.Local + ">")
		case xml.CharData:
			out.text += string(t)
		}
	}
}

var oddDirective = regexp.MustCompile("<![^A-Za-z[-]")

// same checks that the scanner reads what encoding/xml can read in the same way, whatever the size of the pieces.
func same(t *testing.T, text string) {
	want, err := theirs(text)
	if err != nil || strings.ContainsAny(text, "\r") || strings.Contains(text, "<!ENTITY") || oddDirective.MatchString(text) {
		return // it turns CR LF into LF, which says nothing here, and takes no quote for one right behind "<!"
	}
	for name, r := range map[string]io.Reader{"whole": strings.NewReader(text), "by bytes": iotest.OneByteReader(strings.NewReader(text)),
		"halves": iotest.HalfReader(strings.NewReader(text))} {
		if got, err := ours(r); err != nil || got != want {
			t.Errorf("%s: %q\nread as %s (%v)\nnot as  %s", name, text, got, err, want)
		}
	}
}

var scanned = []string{
	"<a>x</a>", "<a b='>' c=\">>\">x<b/>y<c  /></a>", "<x:a xmlns:x='u'>&lt;&amp;&#65;&#x42;&quot;&apos;&gt;</x:a>", "<a><!-- - > <b> --><![CDATA[<b>&amp;]]]]></a>",
	"<?xml version='1.0'?><!DOCTYPE a [<!ELEMENT a (b)> <!ATTLIST a b CDATA '>'>]>\n<a\n>x</a\n>", "<a><?pi <b> ?>x</a>", "<a>]]</a>", "<\u00e9>\u00e9</\u00e9>",
}

func TestScanner(t *testing.T) {
	for _, text := range append(scanned, string(generator{20_000}.xml(7))) {
		if want, err := theirs(text); err != nil || want == "" {
			t.Errorf("%q is no test: %v", text, err)
		}
		same(t, text)
	}
	// What is wrong in XML and is read all the same.
	for text, want := range map[string]string{"<a>x<b": `<a>`, "<a>&x; & &#xd800; &toolongtobeanentity;</a>": `<a>"&x; & ` + "\ufffd" + ` &toolongtobeanentity;"</a>`,
		"<a>1 < 2 <3</a>": `<a>"1 < 2 <3"</a>`, "</a></b>": "</a></b>", "<a b=c>x</a b>": `<a>"x"</a>`, "<a/ >": "<a>", "x": "", "<": "", "<a><!-- x": "<a>", "<a><![CDATA[x": "<a>"} {
		if got, _ := ours(strings.NewReader(text)); got != want {
			t.Errorf("%q: %s, want %s", text, got, want)
		}
	}
}

func FuzzScanner(f *testing.F) {
	for _, s := range scanned {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if len(text) > 4096 {
			return
		}
		same(t, text)
		got, _ := ours(strings.NewReader(text))
		if again, _ := ours(iotest.OneByteReader(strings.NewReader(text))); again != got {
			t.Errorf("%q: by bytes %s, whole %s", text, again, got)
		}
	})
}

// Whatever a file holds, reading it ends, gives something or says why not, and never sums more than it was told.
func FuzzRead(f *testing.F) {
	f.Add([]byte(numbered(1)))
	f.Add(gzipped([]byte(numbered(1))))
	f.Add([]byte(mailOf(attached("x/y", "z", gzipped([]byte(numbered(2)))))))
	f.Add([]byte("From a@b.example Mon Nov 20 10:00:00 2023\n" + mailOf()))
	f.Add([]byte(`{"policies":[{}],"report-id":"1"}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		limits := Standard
		limits.Report, limits.File, limits.Sources = 1<<20, 2<<20, 100
		r := Read(t.Context(), []File{fileOf("f", b)}, Options{Workers: 1, Limits: limits})
		if len(r.Domains)+len(r.Errors)+len(r.Failures)+len(r.TLS) == 0 {
			t.Error("nothing was found, and nothing said")
		}
		for _, d := range r.Domains {
			var total int64
			for i := range d.Sources {
				total = sum(total, d.Sources[i].Count)
			}
			if total != d.Messages || d.Passed > d.Messages || d.Reports < 1 {
				t.Errorf("sums differ: %+v", d)
			}
			judged := Judge(d, Knowledge{})
			Next(Weigh(d, judged, Knowledge{}))
		}
		if again := Read(t.Context(), []File{fileOf("f", bytes.Clone(b))}, Options{Workers: 2, Limits: limits}); told(again) != told(r) {
			t.Errorf("read again: %s\nnot %s", told(again), told(r))
		}
	})
}
