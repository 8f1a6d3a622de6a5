package catalog

import (
	"io/fs"
	"os"
	"reflect"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/BurntSushi/toml"
)

// shape is what a file is decoded into.
func shape(name string) any {
	switch dir, _, _ := strings.Cut(name, "/"); dir {
	case "hosts":
		return &Host{}
	case "senders":
		return &Sender{}
	case "panels":
		return &Panel{}
	case "parking.toml":
		return &parkFile{}
	case "resolvers.toml":
		return &resolverFile{}
	case "selectors.toml":
		return &selectorFile{}
	}
	return nil
}

// TestDecoderAgrees: every file reads as another TOML library reads it.
func TestDecoderAgrees(t *testing.T) {
	var d decoder
	count := 0
	err := fs.WalkDir(files, ".", func(name string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		got, want := shape(name), shape(name)
		if err := d.decode(files, name, got); err != nil {
			return err
		}
		if _, err := toml.DecodeFS(files, name, want); err != nil {
			return err
		}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%s:\n got %+v\nwant %+v", name, got, want)
		}
		count++
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if count < 250 {
		t.Errorf("%d files", count)
	}
}

// TestDecoderEmbeds: every file of an entry is in the program.
func TestDecoderEmbeds(t *testing.T) {
	err := fs.WalkDir(os.DirFS("."), ".", func(name string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() || !strings.HasSuffix(name, ".toml") || strings.HasPrefix(name, "testdata/") {
			return err
		}
		_, err = fs.Stat(files, name)
		return err
	})
	if err != nil {
		t.Error(err)
	}
}

// decoded reads a text with the decoder and with the other library.
func decoded(text string) (got, want resolverFile, err, other error) {
	var d decoder
	err = d.decode(fstest.MapFS{"x.toml": {Data: []byte(text)}}, "x.toml", &got)
	_, other = toml.Decode(text, &want)
	return got, want, err, other
}

// TestDecoderSyntax: what TOML allows is read as it says, also where no file uses it yet.
func TestDecoderSyntax(t *testing.T) {
	for _, text := range []string{
		"",
		"# nothing\n",
		"[[resolver]]\nid = \"a\"\n[[resolver]]\nid = 'b'\n",
		"[[resolver]]\nid = \"\"\"\nlong\\\n   text\"\"\"\n",
		"[[resolver]]\nid = '''it's'''\nname.ja = \"\\u3042\\t\\\"\"\nname.en = \"b\"\n",
		"[[resolver]]\ncap = 21_600\nneg_cap = 0x10\ncaches = +3\nrank = -1\ncommon = true\n",
		"[[resolver]]\naddrs = [\n  \"a\", # one\n  \"b\",\n]\nreading = []\n",
		"[[resolver]]\r\nid = \"a\"\r\n[resolver.name]\r\nja = \"b\"\r\n",
		"[[resolver]]\nconfidence = { \"addrs\" = \"seen\" }\n[[resolver.beware]]\nat = \"any\"\n[[resolver.beware]]\nat = \"mx\"\n[resolver.beware.text]\nen = \"c\"\n",
		"resolver = [{ id = \"a\", name = { en = \"b\" } }, { id = \"c\" }]\n",
	} {
		got, want, err, other := decoded(text)
		if err != nil || other != nil {
			t.Errorf("%q: %v; other library: %v", text, err, other)
		}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%q:\n got %+v\nwant %+v", text, got, want)
		}
	}
}

// TestDecoderRefuses: what is no TOML, or not of the struct, is an error that says where.
func TestDecoderRefuses(t *testing.T) {
	const in = "[[resolver]]\n"
	for text, want := range map[string]string{
		in + "ids = \"a\"": `x.toml:2: unknown key "resolver.ids"`,
		in + "name = { ja = \"a\" }\nbeware.at = \"a\"": `x.toml:3: unknown key "resolver.beware.at"`,
		"[resolvers]":                            `x.toml:1: unknown key "resolvers"`,
		"[[resolver.name]]":                      `x.toml:1: nothing that "resolver.name" belongs to`,
		in + "[[resolver.id]]":                   `x.toml:2: unknown key "resolver.id"`,
		"[resolver]":                             `x.toml:1: unknown key "resolver"`,
		in + "id = \"a\"\nid = \"b\"":            `x.toml:3: resolver.id stands twice`,
		in + "name = { en = \"a\", en = \"b\" }": `x.toml:2: resolver.name.en stands twice`,
		in + "[resolver.name]\nen = \"a\"\n[resolver.name]\nja = \"b\"": `x.toml:4: [resolver.name] stands twice`,
		in + "id = 1":                  `x.toml:2: resolver.id: no value of this kind belongs there (integer)`,
		in + "cap = \"1\"":             `x.toml:2: resolver.cap: no value of this kind belongs there (string)`,
		in + "cap = -1":                `x.toml:2: resolver.cap: strconv.ParseUint: parsing "-1": invalid syntax`,
		in + "cap = 5_000_000_000":     `x.toml:2: resolver.cap: strconv.ParseUint: parsing "5_000_000_000": value out of range`,
		in + "common = \"true\"":       `x.toml:2: resolver.common: no value of this kind belongs there (string)`,
		in + "addrs = [\"a\", 1]":      `x.toml:2: resolver.addrs: no value of this kind belongs there (integer)`,
		in + "name = { en = 1 }":       `x.toml:2: resolver.name.en is no text`,
		in + "name = { en.x = \"a\" }": `x.toml:2: resolver.name.en.x is no text`,
		in + "id = { a = 1 }":          `x.toml:2: resolver.id: no value of this kind belongs there (inlinetable)`,
		in + "a = 1\nb = 2":            "x.toml:2: unknown key \"resolver.a\"\nx.toml:3: unknown key \"resolver.b\"",
		in + "\nid = \"a":              "x.toml:3: ",
		in + "id \"a\"":                "x.toml:2: ",
		in + "id = \"a\" \"b\"":        "x.toml:2: ",
		"[[resolver]":                  "x.toml:1: ",
	} {
		_, _, err, _ := decoded(text)
		if err == nil || !strings.HasPrefix(err.Error(), want) || !strings.HasSuffix(want, ": ") && err.Error() != want {
			t.Errorf("%q: %v, want %s", text, err, want)
		}
	}
}

// TestDecoderCut: a file that ends anywhere is read or refused, as another library does.
func TestDecoderCut(t *testing.T) {
	raw, err := files.ReadFile("resolvers.toml")
	if err != nil {
		t.Fatal(err)
	}
	for n := range len(raw) {
		if n > 1200 {
			break
		}
		_, _, err, other := decoded(string(raw[:n]))
		if (err == nil) != (other == nil) {
			t.Errorf("%q: %v; other library: %v", raw[max(0, n-20):n], err, other)
		}
	}
}
