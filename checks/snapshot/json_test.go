package snapshot

import (
	"bytes"
	"encoding/json"
	"reflect"
	"testing"
	"time"
	"unicode/utf8"
)

func TestSnapshotSurvivesSaving(t *testing.T) {
	s := New("shop.example", time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC))
	for i, data := range []string{"", "v=spf1 -all", "あ", "\xff\x00\x1b[31m", "v=spf1 \x93quoted\x94", "<a&b>", "\u202e"} {
		a := txt("shop.example", Authority, data)
		a.Name = string(rune('a'+i)) + ".shop.example"
		a.Records[0].Strings = []string{data}
		s.Add(a)
	}
	cut := txt("cut.shop.example", Resolver, "あい") // a letter cut in two
	cut.Records[0].Strings = []string{"\xe3", "\x81\x82い"}
	s.Add(cut)
	b, err := json.Marshal(s)
	if err != nil || !utf8.Valid(b) {
		t.Fatalf("%v, valid UTF-8: %v", err, utf8.Valid(b))
	}
	got := new(Snapshot)
	if err := json.Unmarshal(b, got); err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(got.Answers, s.Answers) || got.Domain != s.Domain || !got.Taken.Equal(s.Taken) {
		t.Errorf("became %+v", got)
	}
	if a := got.TXT("d.shop.example"); a.Data()[0] != "\xff\x00\x1b[31m" {
		t.Errorf("bytes became %q", a.Data())
	}
	if again, _ := json.Marshal(got); !bytes.Equal(b, again) {
		t.Error("saved again, it differs")
	}
}

func TestRecordJSONErrors(t *testing.T) {
	for _, in := range []string{`{"data":1}`, `[]`, `{"data":"x","data_base64":"***"}`, `{"ttl":-1}`} {
		if err := json.Unmarshal([]byte(in), new(Record)); err == nil {
			t.Errorf("%s was read", in)
		}
	}
}

func FuzzRecordJSON(f *testing.F) {
	f.Add("plain", "\xff", uint16(10), uint32(300))
	f.Fuzz(func(t *testing.T, data, part string, pref uint16, ttl uint32) {
		in := Record{Data: data, Strings: []string{data, part}, Pref: pref, TTL: ttl}
		b, err := json.Marshal(in)
		if err != nil {
			t.Fatal(err)
		}
		var out Record
		if err := json.Unmarshal(b, &out); err != nil || !reflect.DeepEqual(in, out) {
			t.Errorf("%v: %#v became %#v", err, in, out)
		}
	})
}
