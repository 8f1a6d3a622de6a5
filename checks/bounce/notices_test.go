package bounce_test

import (
	"encoding/base64"
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/japanese"

	"example.org/todoku/checks/bounce"
)

// expected is what a fixture must give; empty fields are not compared.
type expected struct {
	Encode     string   // the fixture is handed in so: shift_jis, euc-jp, iso-2022-jp, crlf, base64-body
	Kind       string   //
	Cause      string   //
	Receiver   *string  //
	Software   string   //
	Server     string   //
	Feedback   string   //
	Codes      []string // of the main recipient
	Recipients []struct {
		Final, Original, Cause, Action string
		Temporary                      bool
	}
	Fix       string
	Temporary *bool
	Forwarded string
	Evidence  []string // all of these are there
	Through   string
	List      *bool
	Address   string // of the list
	Domain    string // what it teaches
	Envelope  string
	IP        string
	Selector  string
	Route     *string
	SPF, DKIM string // what the receiver says of them
	DMARC     string // whose policy
}

// encodings are those that a fixture can be handed in.
var encodings = map[string]encoding.Encoding{"shift_jis": japanese.ShiftJIS, "euc-jp": japanese.EUCJP, "iso-2022-jp": japanese.ISO2022JP}

func encoded(t *testing.T, data []byte, how string) []byte {
	t.Helper()
	for _, step := range strings.Fields(how) {
		switch enc := encodings[step]; {
		case enc != nil:
			out, err := enc.NewEncoder().Bytes(data)
			if err != nil {
				t.Fatal(err)
			}
			data = out
		case step == "crlf":
			data = []byte(strings.ReplaceAll(string(data), "\n", "\r\n"))
		case step == "base64-body":
			head, body, _ := strings.Cut(string(data), "\n\n")
			data = []byte(head + "\nContent-Transfer-Encoding: base64\n\n" + base64.StdEncoding.EncodeToString([]byte(body)) + "\n")
		default:
			t.Fatalf("unknown encoding %q", step)
		}
	}
	return data
}

// TestNotices reads every notice of testdata/notices.txtar, each of which has what is right beside it.
func TestNotices(t *testing.T) {
	files, err := txtar.ParseFile("testdata/notices.txtar")
	if err != nil {
		t.Fatal(err)
	}
	if len(files.Files) < 60 || len(files.Files)%2 != 0 {
		t.Fatalf("%d files", len(files.Files))
	}
	for i := 0; i < len(files.Files); i += 2 {
		mail, want := files.Files[i], files.Files[i+1]
		if want.Name != mail.Name+".json" {
			t.Fatalf("%s is followed by %s", mail.Name, want.Name)
		}
		t.Run(mail.Name, func(t *testing.T) {
			var w expected
			dec := json.NewDecoder(strings.NewReader(string(want.Data)))
			dec.DisallowUnknownFields()
			if err := dec.Decode(&w); err != nil {
				t.Fatal(err)
			}
			w.check(t, bounce.Read(encoded(t, mail.Data, w.Encode)))
		})
	}
}

func (w expected) check(t *testing.T, r bounce.Result) {
	t.Helper()
	same := func(what, got, want string) {
		t.Helper()
		if want != "" && got != want {
			t.Errorf("%s: %q, want %q", what, got, want)
		}
	}
	same("kind", string(r.Kind), w.Kind)
	same("cause", string(r.Cause()), w.Cause)
	same("software", r.Software, w.Software)
	same("server", r.Server, w.Server)
	same("feedback", r.Feedback, w.Feedback)
	same("fix", string(r.Main().Fix), w.Fix)
	same("forwarded", string(r.Forwarding.Is), w.Forwarded)
	same("through", r.Forwarding.Through, w.Through)
	same("list address", r.List.Address, w.Address)
	if w.Receiver != nil && r.Receiver != *w.Receiver {
		t.Errorf("receiver: %q, want %q", r.Receiver, *w.Receiver)
	}
	if w.Codes != nil && !slices.Equal(r.Main().Codes(), w.Codes) {
		t.Errorf("codes: %q, want %q", r.Main().Codes(), w.Codes)
	}
	if w.Temporary != nil && r.Main().Temporary != *w.Temporary {
		t.Errorf("temporary: %v", r.Main().Temporary)
	}
	if w.List != nil && r.List.Is != *w.List {
		t.Errorf("list: %+v", r.List)
	}
	for _, e := range w.Evidence {
		if !slices.Contains(r.Forwarding.Evidence, bounce.Evidence(e)) {
			t.Errorf("evidence %s is not among %v", e, r.Forwarding.Evidence)
		}
	}
	w.checkRecipients(t, r)
	w.checkLesson(t, r.Teaches(), r.Claims)
	if t.Failed() {
		t.Logf("%+v", r)
	}
}

func (w expected) checkRecipients(t *testing.T, r bounce.Result) {
	t.Helper()
	if w.Recipients == nil {
		return
	}
	if len(r.Recipients) != len(w.Recipients) {
		t.Errorf("%d recipients, want %d: %+v", len(r.Recipients), len(w.Recipients), r.Recipients)
		return
	}
	for i, want := range w.Recipients {
		got := r.Recipients[i]
		if got.Final != want.Final || want.Original != "" && got.Original != want.Original || want.Cause != "" && string(got.Cause) != want.Cause ||
			want.Action != "" && got.Action != want.Action || want.Temporary && !got.Temporary {
			t.Errorf("recipient %d: %+v, want %+v", i, got, want)
		}
	}
}

func (w expected) checkLesson(t *testing.T, l bounce.Lesson, c bounce.Claims) {
	t.Helper()
	if w.Domain != "" && l.Domain != w.Domain || w.Envelope != "" && l.Envelope != w.Envelope || w.Route != nil && l.Route != *w.Route {
		t.Errorf("teaches %+v, want %s, %s, %v", l, w.Domain, w.Envelope, w.Route)
	}
	if w.IP != "" && (len(l.IPs) != 1 || l.IPs[0].String() != w.IP) && !(w.IP == "-" && len(l.IPs) == 0) {
		t.Errorf("teaches the addresses %v, want %s", l.IPs, w.IP)
	}
	if w.Selector != "" && !slices.ContainsFunc(l.Signatures, func(s bounce.Signature) bool { return s.Selector+"@"+s.Domain == w.Selector }) {
		t.Errorf("teaches the keys %v, want %s", l.Signatures, w.Selector)
	}
	for _, x := range []struct {
		claim *bounce.Claim
		want  string
	}{{c.SPF, w.SPF}, {c.DKIM, w.DKIM}} {
		if x.want != "" && (x.claim == nil || x.claim.Result != x.want) {
			t.Errorf("the receiver says %+v, want %s", x.claim, x.want)
		}
	}
	if w.DMARC != "" && (c.DMARC == nil || c.DMARC.Domain != w.DMARC) {
		t.Errorf("whose policy: %+v, want %s", c.DMARC, w.DMARC)
	}
}

// An mbox holds several mails; each is a result.
func TestMailboxOfSeveralMails(t *testing.T) {
	data, err := os.ReadFile("testdata/three.mbox")
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	all, err := bounce.ReadAll(strings.NewReader(string(data)))
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range all {
		got = append(got, string(r.Kind)+" "+string(r.Cause()))
	}
	if want := []string{"bounce no-such-user", "autoreply autoreply", "bounce mailbox-full"}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}
