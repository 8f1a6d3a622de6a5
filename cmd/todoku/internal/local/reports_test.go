package local

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"example.org/todoku/checks/input"
	"example.org/todoku/wizard/session"
)

const aReport = "<feedback><report_metadata><org_name>x</org_name><report_id>%d</report_id><date_range><begin>1700006400</begin><end>1700092799</end></date_range></report_metadata>" +
	"<policy_published><domain>a.example</domain><p>none</p></policy_published></feedback>"

const aBounce = "From: MAILER-DAEMON@a.example\r\nTo: b@a.example\r\nSubject: Undelivered Mail\r\nContent-Type: text/plain\r\n\r\n550-5.7.26 This mail is unauthenticated\r\n"

func folder(t *testing.T) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "my reports")
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	for n := range 3 {
		if err := os.WriteFile(filepath.Join(dir, fmt.Sprint(n)+".xml"), fmt.Appendf(nil, aReport, n), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(dir, "bounce.eml"), []byte(aBounce), 0o600); err != nil {
		t.Fatal(err)
	}
	return dir
}

// A path is reports where something stands there, and a mail where it leads to one; what is no path is read as it always is.
func TestRecognise(t *testing.T) {
	dir := folder(t)
	for text, want := range map[string]string{
		"'" + dir + "'": "reports " + dir,
		strings.ReplaceAll(dir, " ", `\ `) + "/0.xml": "reports " + dir + "/0.xml",
		dir: "reports " + dir,
		"file://" + strings.ReplaceAll(dir, " ", "%20") + "/": "reports " + dir,
		"'" + dir + "/0.xml' '" + dir + "/1.xml'":             "reports " + dir + "/0.xml\n" + dir + "/1.xml",
		"'" + dir + "/bounce.eml'":                            "bounce " + aBounce,
		"'" + dir + "/gone'":                                  input.NoFile,
		"a.example":                                           "domain a.example",
		"nonsense":                                            input.NotDomain,
		aBounce:                                               "bounce " + aBounce,
	} {
		got, problem := Recognise(text, input.Recognise)
		told := string(got.Kind) + " " + got.Raw
		if problem != nil {
			told = problem.Code
		}
		if told != want {
			t.Errorf("%q: %q, want %q", text, told, want)
		}
	}
}

// A folder is read whole, what is no report costs nothing, and it is told how far the reading is; one that is cut short
// gives what it has.
func TestReadReports(t *testing.T) {
	dir := folder(t)
	var last session.Share
	all := ReadReports(t.Context(), []string{dir}, func(s session.Share) { last = s })
	if len(all.Domains) != 1 || all.Domains[0].Reports != 3 || all.Files != 4 || all.Stopped {
		t.Errorf("%+v", all)
	}
	if last.Files != 4 || last.Bytes < 3*int64(len(aReport)) || last.BytesRead > last.Bytes {
		t.Errorf("%+v", last)
	}
	ctx, stop := context.WithCancel(t.Context())
	stop()
	if all := ReadReports(ctx, []string{dir}, func(session.Share) {}); !all.Stopped {
		t.Errorf("%+v", all)
	}
}
