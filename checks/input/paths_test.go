package input

import (
	"slices"
	"testing"
)

// What terminals write where a file is dropped on them, and what people type.
func TestPaths(t *testing.T) {
	for text, want := range map[string][]string{
		"/home/a/reports":                                 {"/home/a/reports"},
		"  /home/a/reports/ \n":                           {"/home/a/reports/"},
		"'/home/a/my reports'":                            {"/home/a/my reports"},
		`'/home/a/it'\''s here.zip'`:                      {"/home/a/it's here.zip"},
		`"/home/a/my reports"`:                            {"/home/a/my reports"},
		`/Users/a/my\ reports/google\!a.example\(1\).zip`: {"/Users/a/my reports/google!a.example(1).zip"},
		`/a/b\ c.xml /d/e.gz`:                             {"/a/b c.xml", "/d/e.gz"},
		"'/a/b c.xml' '/d/e.gz' ":                         {"/a/b c.xml", "/d/e.gz"},
		"file:///home/a/my%20reports/%E5%B1%8A.xml":       {"/home/a/my reports/届.xml"},
		"file://localhost/a/b.xml\r\nfile:///c.xml":       {"/a/b.xml", "/c.xml"},
		"file:///C:/Users/a/b.zip":                        {"C:/Users/a/b.zip"},
		"file:/a/b":                                       {"/a/b"},
		"~/Downloads/dmarc":                               {"~/Downloads/dmarc"},
		"./reports":                                       {"./reports"},
		"../reports":                                      {"../reports"},
		`C:\Users\a\b.zip`:                                {`C:\Users\a\b.zip`},
		`"C:\Users\a b\c.zip"`:                            {`C:\Users\a b\c.zip`},
		`& 'C:\Users\a b\c.zip'`:                          {`C:\Users\a b\c.zip`},
		`\\nas\share\reports`:                             {`\\nas\share\reports`},
		"'/Users/届/レポート'":                                 {"/Users/届/レポート"},
	} {
		if got, sure := Paths(text); !sure || !slices.Equal(got, want) {
			t.Errorf("%q: %q, sure %v; want %q", text, got, sure, want)
		}
	}
	for _, text := range []string{"", "a.example", "info@a.example", "https://a.example/x", "//a.example/", "reports", "google.com!a.example!1!2.zip",
		"From: a@b.example\n\n/x", "550 5.7.26 /x", "/a b", "\xff/"} {
		if got, sure := Paths(text); sure {
			t.Errorf("%q is taken for %q", text, got)
		}
	}
}
