package document_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"example.org/todoku/i18n"
	"example.org/todoku/wizard/document"
)

// TestLetters: the letters of the stories, whole, as their receivers get them.
func TestLetters(t *testing.T) {
	for story, codes := range map[string]string{"S1": "dns-server agency", "S2": "dns-server agency", "S5": "dns-server agency", "S6": "own-host", "S7": "dns-server agency",
		"case-ptr-missing": "mail-host"} {
		for _, lang := range i18n.Langs() {
			in := told(t, story, lang)
			var got []string
			for _, l := range in.Letters() {
				got = append(got, l.Code)
				if strings.Contains(l.Body, "no value") || l.To == "" || l.Subject == "" {
					t.Errorf("%s, %s: %+v", story, lang, l)
				}
			}
			if want := strings.Fields(codes); !slices.Equal(got, want) {
				t.Errorf("%s: letters %q, want %q", story, got, want)
			}
			data, err := document.Write("request", in)
			if err != nil {
				t.Fatal(err)
			}
			file := filepath.Join("testdata", "letters", story+"-"+string(lang)+".txt")
			if *update {
				if err := os.WriteFile(file, data, 0o644); err != nil {
					t.Fatal(err)
				}
			}
			if want, err := os.ReadFile(file); err != nil || string(want) != string(data) {
				t.Errorf("%s changed; look at it, then run with -update (%v):\n%s", file, err, data)
			}
		}
	}
}

// TestLetterAlone: one letter can be had by itself, under a name of its own.
func TestLetterAlone(t *testing.T) {
	in := told(t, "S1", i18n.EN)
	data, name, ok := document.Letter(in, "agency")
	if !ok || name != "todoku-hanazono.example-2026-11-22-request-agency.txt" || !strings.Contains(string(data), "the web agency") || strings.Contains(string(data), "To the DNS team") {
		t.Errorf("%v, %s:\n%s", ok, name, data)
	}
	if _, _, ok := document.Letter(in, "nobody"); ok {
		t.Error("a letter to nobody")
	}
}
