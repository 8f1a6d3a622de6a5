package report

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"mime/quotedprintable"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
)

// zipOf packs files, given as name and content in turn.
func zipOf(t *testing.T, files ...string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for i := 0; i < len(files); i += 2 {
		w, err := z.Create(files[i])
		if err == nil {
			_, err = io.WriteString(w, files[i+1])
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func tarOf(t *testing.T, files ...string) []byte {
	t.Helper()
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	for i := 0; i < len(files); i += 2 {
		if err := w.WriteHeader(&tar.Header{Name: files[i], Size: int64(len(files[i+1])), Typeflag: tar.TypeReg, Mode: 0o600}); err != nil {
			t.Fatal(err)
		}
		_, _ = io.WriteString(w, files[i+1])
	}
	_ = w.Close()
	return b.Bytes()
}

// lined is base64 in lines, as mails have it.
func lined(b []byte) string {
	s := base64.StdEncoding.EncodeToString(b)
	var out strings.Builder
	for ; len(s) > 76; s = s[76:] {
		out.WriteString(s[:76] + "\r\n")
	}
	return out.String() + s + "\r\n"
}

// mailOf is a mail with a text and these attachments, each with its own header.
func mailOf(parts ...string) string {
	out := "Return-Path: <>\r\nFrom: reports@receiver.example\r\nSubject: Report Domain: a.example\r\nMIME-Version: 1.0\r\n" +
		"Content-Type: multipart/mixed;\r\n boundary=\"b 1\"\r\n\r\nin front\r\n--b 1\r\nContent-Type: text/plain\r\n\r\nThis is a report.\r\n"
	for _, p := range parts {
		out += "--b 1\r\n" + p
	}
	return out + "--b 1--\r\nbehind\r\n"
}

// attached is a part in base64.
func attached(kind, name string, b []byte) string {
	return fmt.Sprintf("Content-Type: %s; name=%q\r\nContent-Transfer-Encoding: base64\r\nContent-Disposition: attachment; filename=%[2]q\r\n\r\n%s", kind, name, lined(b))
}

// numbered makes the same report with another identifier.
func numbered(n int) string {
	return strings.Replace(plainSample(record("192.0.2.1", 3, "none", "pass", "fail")).String(), "r1", fmt.Sprintf("r%d", n), 1)
}

// What holds reports is known by its content; its name says nothing.
func TestContainers(t *testing.T) {
	one := numbered(1)
	gz := gzipped([]byte(one))
	two := zipOf(t, "a.xml", one, "folder/b", numbered(2), "__MACOSX/._a.xml", "\x00\x05", "readme.txt", "hello")
	bad := bytes.Clone(gz)
	bad[len(bad)-6] ^= 0xff // of the checksum
	half := gzipped([]byte(generator{30_000}.xml(1)))
	encrypted := bytes.Clone(zipOf(t, "a.xml", one))
	encrypted[6] |= 1
	encrypted[bytes.Index(encrypted, []byte("PK\x01\x02"))+8] |= 1
	var latin, qp bytes.Buffer
	_, _ = charmap.Windows1252.NewEncoder().Writer(&latin).Write([]byte(strings.Replace(one, `"1.0"`, `"1.0" encoding="windows-1252"`, 1)))
	q := quotedprintable.NewWriter(&qp)
	_, _ = io.WriteString(q, one)
	_ = q.Close()
	wide, err := unicode.UTF16(unicode.BigEndian, unicode.UseBOM).NewEncoder().String(one)
	if err != nil {
		t.Fatal(err)
	}
	mail := mailOf(attached("application/gzip", "x!a.example!1!2.xml.gz", gz))
	const single, double = "a.example: 1 reports, 3 messages, 3 pass; 192.0.2.1 3 +-", "a.example: 2 reports, 6 messages, 6 pass; 192.0.2.1 6 +-"
	for about, c := range map[string]struct {
		content string
		want    string
	}{
		"gzip":                     {string(gz), single},
		"gzip with garbage behind": {string(gz) + "\x00\x00garbage", single},
		"gzip with CR LF behind":   {string(gz) + "\r\n", single},
		"gzip of several members":  {string(gz) + string(gzipped([]byte(numbered(2)))), double},
		"gzip split in members":    {string(gzipped([]byte(one[:200]))) + string(gzipped([]byte(one[200:]))), single},
		"gzip twice":               {string(gzipped(gz)), single},
		"gzip, checksum wrong":     {string(bad), single + " (archive-damaged)"},
		"gzip without its end":     {string(gz[:len(gz)-8]), single + " (archive-damaged)"},
		"gzip cut":                 {string(half[:len(half)/2]), "error truncated"},
		"gzip of nothing":          {string(gzipped(nil)), "error empty"},
		"gzip's head alone":        {"\x1f\x8b\x08", "error truncated"},
		"zip":                      {string(two), double},
		"zip without directory":    {string(two[:bytes.Index(two, []byte("PK\x01\x02"))]), double},
		"zip cut":                  {string(two[:len(two)/2-40]), single + "; error truncated"},
		"zip in zip":               {string(zipOf(t, "in.zip", string(two), "c.gz", string(gzipped([]byte(numbered(3)))))), "a.example: 3 reports, 9 messages, 9 pass; 192.0.2.1 9 +-"},
		"zip with a password":      {string(encrypted), "error encrypted"},
		"zip of nothing":           {string(zipOf(t)), "error no-report"},
		"zip of other things":      {string(zipOf(t, "a.txt", "hello", "b.jpg", "\xff\xd8\xff")), "error no-report"},
		"zip, one of two broken":   {string(zipOf(t, "a.xml", one, "b.xml", one[:500])), single + "; error truncated"},
		"tar":                      {string(tarOf(t, "x/a.xml", one, "x/._b", "z", "x/b.gz", string(gzipped([]byte(numbered(2)))))), double},
		"tar in gzip":              {string(gzipped(tarOf(t, "a.xml", one))), single},
		"rar":                      {"Rar!\x1a\x07\x01\x00rest", "error other-archive"},
		"outlook":                  {"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1rest", "error outlook-file"},
		"base64":                   {lined(gz), single},
		"utf-8 with a mark":        {"\ufeff" + one, single},
		"utf-16":                   {wide, single},
		"utf-16 that is none":      {strings.Replace(one, `"1.0"`, `"1.0" encoding="utf-16"`, 1), single},
		"windows-1252":             {latin.String(), single},
		"a charset nobody knows":   {strings.Replace(one, `"1.0"`, `"1.0" encoding="x-none"`, 1), single},
		"mail":                     {mail, single},
		"mail, LF only":            {strings.ReplaceAll(mail, "\r\n", "\n"), single},
		"mail without its end":     {strings.TrimSuffix(mail, "--b 1--\r\nbehind\r\n"), single},
		"mail, two attachments":    {mailOf(attached("application/gzip", "a.xml.gz", gz), attached("application/zip", "b.zip", zipOf(t, "b", numbered(2)))), double},
		"mail, wrong type":         {mailOf(attached("application/octet-stream", "report.pdf", gz)), single},
		"mail, zip called gzip":    {mailOf(attached("application/gzip", "a.xml.gz", zipOf(t, "b", one))), single},
		"mail, XML as text":        {mailOf("Content-Type: text/xml\r\n\r\n" + one + "\r\n"), single},
		"mail, quoted-printable":   {mailOf("Content-Type: text/xml\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n" + qp.String() + "\r\n"), single},
		"mail that is the report":  {"From: x@b.example\r\nContent-Type: application/gzip\r\nContent-Transfer-Encoding: base64\r\n\r\n" + lined(gz), single},
		"mail in a mail":           {mailOf("Content-Type: message/rfc822\r\n\r\n" + strings.ReplaceAll(mail, "b 1", "b 2")), single},
		"mail in a mail in base64": {mailOf(attached("message/rfc822", "m.eml", []byte(mail))), single},
		"inner boundary not closed": {mailOf("Content-Type: multipart/mixed; boundary=in\r\n\r\n--in\r\nContent-Type: text/plain\r\n\r\nx\r\n",
			attached("application/gzip", "a", gz)), single},
		"mail, one of two broken":  {mailOf(attached("application/gzip", "a", half[:len(half)/2]), attached("application/gzip", "b", gz)), single + "; error truncated"},
		"mail without a report":    {mailOf(), "error no-report"},
		"mail, empty part":         {mailOf("", attached("application/gzip", "b", gz)), single},
		"mail, empty attachment":   {mailOf(attached("application/gzip", "b", nil)), "error no-report"},
		"mbox":                     {"From a@b.example Mon Nov 20 10:00:00 2023\n" + mail + "\nFrom b@b.example Mon Nov 20 10:00:00 2023\n" + mailOf() + "\r\nFrom MAILER-DAEMON Mon Nov 20 10:00:00 2023\r\n" + mailOf(attached("x/y", "z", gzipped([]byte(numbered(2))))), double},
		"mbox of other mails":      {"From a@b.example Mon Nov 20 10:00:00 2023\n" + mailOf(), "error no-report"},
		"the same twice":           {one + one, single},
		"the same in two archives": {string(zipOf(t, "a.gz", string(gz), "b.xml", one)), single},
	} {
		t.Run(about, func(t *testing.T) {
			if got := told(read(t, fileOf("f", []byte(c.content)))); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
			// The same from a disk, where an archive is opened from its end.
			name := filepath.Join(t.TempDir(), "report.pdf")
			if err := os.WriteFile(name, []byte(c.content), 0o600); err != nil {
				t.Fatal(err)
			}
			if got := told(read(t, File{Name: name, Open: func() (io.ReadCloser, error) { return os.Open(name) }})); got != c.want {
				t.Errorf("from a disk %s\nwant %s", got, c.want)
			}
		})
	}
}

// Reports of other kinds are recognised and read briefly.
func TestOtherReports(t *testing.T) {
	const fields = "Feedback-Type: auth-failure\r\nUser-Agent: x/1\r\nVersion: 1\r\nAuth-Failure: dmarc\r\nReported-Domain: A.example\r\n" +
		"Source-IP: ::ffff:192.0.2.7\r\nOriginal-Mail-From: <x@b.example>\r\nDelivery-Result: reject\r\nArrival-Date: Mon, 20 Nov 2023 10:00:00 +0900\r\n"
	mail := "From: x@c.example\r\nContent-Type: multipart/report; report-type=feedback-report; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nx\r\n" +
		"--b\r\nContent-Type: message/feedback-report\r\n\r\n" + fields + "\r\n--b\r\nContent-Type: message/rfc822\r\n\r\nFrom: me@a.example\r\n\r\nhi\r\n--b--\r\n"
	r := read(t, textFile("f", mail))
	if len(r.Failures) != 1 || len(r.Errors) > 0 {
		t.Fatalf("%s", told(r))
	}
	if f := r.Failures[0]; f.Type != "auth-failure" || f.Failed != "dmarc" || f.Domain != "a.example" || f.IP.String() != "192.0.2.7" ||
		f.Envelope != "b.example" || f.Action != "reject" || f.Arrived.Hour() != 10 {
		t.Errorf("read as %+v", f)
	}
	const tls = `{"organization-name":"Receiver","date-range":{"start-datetime":"2023-11-15T00:00:00Z","end-datetime":"2023-11-15T23:59:59Z"},"report-id":"t1",
		"policies":[{"policy":{"policy-type":"sts","policy-domain":"A.example"},"summary":{"total-successful-session-count":5,"total-failure-session-count":"2"},
		"failure-details":[{"result-type":"certificate-expired","failed-session-count":2}]}]}`
	for about, text := range map[string]string{"bare": tls, "gzip": string(gzipped([]byte(tls))), "mail": mailOf(attached("application/tlsrpt+gzip", "a.json.gz", gzipped([]byte(tls))))} {
		r := read(t, textFile("f", text))
		if len(r.TLS) != 1 || len(r.Errors) > 0 || len(r.TLS[0].Policies) != 1 {
			t.Fatalf("%s: %s", about, told(r))
		}
		if x := r.TLS[0]; x.Org != "Receiver" || x.Begin.Day() != 15 || x.Policies[0] != (TLSPolicy{"sts", "a.example", 5, 2, "certificate-expired"}) {
			t.Errorf("%s: read as %+v", about, x)
		}
	}
	for text, want := range map[string]string{`{"a":1}`: "error no-report", `[1,2]`: "error no-report", tls[:len(tls)-40]: "error truncated", "{": "error no-report"} {
		if got := told(read(t, textFile("f", text))); got != want {
			t.Errorf("%s: %s", text, got)
		}
	}
}

// A file that cannot be opened or read costs the others nothing.
func TestUnreadable(t *testing.T) {
	broken := errors.New("broken disk")
	r := read(t, fileOf("a", []byte(numbered(1))),
		File{Name: "b", Open: func() (io.ReadCloser, error) { return nil, broken }},
		File{Name: "c", Open: func() (io.ReadCloser, error) {
			return io.NopCloser(io.MultiReader(strings.NewReader(numbered(3)[:500]), failing{broken})), nil
		}},
		fileOf("d", []byte(numbered(4))))
	if got := told(r); got != "a.example: 2 reports, 6 messages, 6 pass; 192.0.2.1 6 +-; error unreadable; error unreadable" {
		t.Error(got)
	}
	for _, e := range r.Errors {
		if !errors.Is(e, broken) || !strings.Contains(e.Error(), e.File+": unreadable: broken disk") {
			t.Errorf("%v", e)
		}
	}
}

type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }
