package catalog

import (
	"errors"
	"fmt"
	"io/fs"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync"
	"unsafe"

	"github.com/pelletier/go-toml/v2/unstable"
)

// decoder decodes TOML files into structs, with go-toml's parser. It is strict: unknown keys, values of another kind and
// duplicate keys are errors, each with file and line. It exists because general decoders take 1.5 times (go-toml) to ten
// times (BurntSushi) as long; a test compares the results with theirs.
type decoder struct {
	p    unstable.Parser
	name string
	text string // the text of the file
	errs []error
	// header and within are the tables around the current key, written with [] and with {}.
	header string
	within []*unstable.Node
	// kind and fields are those of the struct that was filled last, as most keys belong to the same one as the key
	// before.
	kind   reflect.Type
	fields map[string][]int
}

// decode decodes a file into a struct, given by pointer. Its "toml" tags name the keys.
func (d *decoder) decode(fsys fs.FS, name string, into any) error {
	text, err := textOf(fsys, name)
	if err != nil {
		return err
	}
	return d.decodeText(name, text, into)
}

// textOf returns the text of a file.
func textOf(fsys fs.FS, name string) (string, error) {
	raw, err := fs.ReadFile(fsys, name)
	return unsafe.String(unsafe.SliceData(raw), len(raw)), err // raw is not used elsewhere
}

// decodeText decodes the text of a file, or a part of it.
func (d *decoder) decodeText(name, text string, into any) error {
	d.name, d.text, d.errs, d.header = name, text, nil, ""
	d.p.Reset(unsafe.Slice(unsafe.StringData(text), len(text))) // the parser only reads
	root := reflect.ValueOf(into).Elem()
	table, known := root, true
	for d.p.NextExpression() {
		switch e := d.p.Expression(); {
		case e.Kind != unstable.KeyValue:
			d.header = dotted(e.Key()) + "."
			table, known = d.table(root, e)
		case known:
			d.assign(table, e)
		}
	}
	var broken *unstable.ParserError
	if err := d.p.Error(); errors.As(err, &broken) {
		d.bad(d.p.Range(broken.Highlight), "%s", broken.Message)
	} else if err != nil {
		d.bad(unstable.Range{}, "%w", err)
	}
	return errors.Join(d.errs...)
}

// bad adds an error about a part of the file.
func (d *decoder) bad(at unstable.Range, format string, args ...any) {
	d.errs = append(d.errs, fmt.Errorf("%s:%d: %w", d.name, d.p.Shape(at).Start.Line, fmt.Errorf(format, args...)))
}

// path returns a key with the tables around it, for errors.
func (d *decoder) path(kv *unstable.Node) string {
	out := d.header
	for _, outer := range d.within {
		out += dotted(outer.Key()) + "."
	}
	return out + dotted(kv.Key())
}

// dotted returns a key as it is written.
func dotted(key unstable.Iterator) string {
	var parts []string
	for key.Next() {
		parts = append(parts, string(key.Node().Data))
	}
	return strings.Join(parts, ".")
}

// table returns the value that the keys below a header belong to. The header of a list adds an item to it.
func (d *decoder) table(v reflect.Value, header *unstable.Node) (reflect.Value, bool) {
	list := header.Kind == unstable.ArrayTable
	for key := header.Key(); key.Next(); {
		at, last, ok := key.Node().Raw, key.IsLast(), false
		v, ok = d.member(v, key.Node().Data)
		switch {
		case !ok, last && list != (v.Kind() == reflect.Slice):
			d.bad(at, "unknown key %q", dotted(header.Key()))
			return v, false
		case last && !list && !v.IsZero():
			d.bad(at, "[%s] stands twice", dotted(header.Key()))
			return v, false
		case v.Kind() != reflect.Slice:
			continue
		case last:
			v.Set(reflect.Append(v, reflect.Zero(v.Type().Elem())))
		case v.Len() == 0:
			d.bad(at, "nothing that %q belongs to", dotted(header.Key()))
			return v, false
		}
		v = v.Index(v.Len() - 1)
	}
	return v, true
}

// assign sets the value of a key, which may be dotted, below v.
func (d *decoder) assign(v reflect.Value, kv *unstable.Node) {
	for key := kv.Key(); key.Next(); {
		if v.Kind() == reflect.Map { // its keys can be any
			d.put(v, key, kv)
			return
		}
		field, ok := d.member(v, key.Node().Data)
		if !ok {
			d.bad(kv.Raw, "unknown key %q", d.path(kv))
			return
		}
		v = field
	}
	if !v.IsZero() {
		d.bad(kv.Raw, "%s stands twice", d.path(kv))
		return
	}
	d.set(v, kv, kv.Value())
}

// put adds a key to a map of strings; the catalogue has no other maps.
func (d *decoder) put(m reflect.Value, key unstable.Iterator, kv *unstable.Node) {
	switch m := m.Addr().Interface().(type) {
	case *Text:
		putString(d, (*map[string]string)(m), key, kv)
	case *map[string]Confidence:
		putString(d, m, key, kv)
	default:
		d.bad(kv.Raw, "%s: cannot fill a %T", d.path(kv), m)
	}
}

func putString[S ~string](d *decoder, m *map[string]S, key unstable.Iterator, kv *unstable.Node) {
	if *m == nil {
		*m = make(map[string]S, 2)
	}
	name, n := string(key.Node().Data), kv.Value()
	switch _, twice := (*m)[name]; {
	case n.Kind != unstable.String || !key.IsLast():
		d.bad(kv.Raw, "%s is no text", d.path(kv))
	case twice:
		d.bad(kv.Raw, "%s stands twice", d.path(kv))
	default:
		(*m)[name] = S(d.string(n))
	}
}

// set sets v to n, which is the value of the key kv or an item of its list.
func (d *decoder) set(v reflect.Value, kv, n *unstable.Node) {
	var err error
	switch {
	case n.Kind == unstable.String && v.Kind() == reflect.String:
		v.SetString(d.string(n))
	case n.Kind == unstable.Bool && v.Kind() == reflect.Bool:
		v.SetBool(string(n.Data) == "true")
	case n.Kind == unstable.Integer && v.CanInt():
		var i int64
		i, err = strconv.ParseInt(string(n.Data), 0, v.Type().Bits())
		v.SetInt(i)
	case n.Kind == unstable.Integer && v.CanUint():
		var i uint64
		i, err = strconv.ParseUint(strings.TrimPrefix(string(n.Data), "+"), 0, v.Type().Bits())
		v.SetUint(i)
	case n.Kind == unstable.Array && v.Kind() == reflect.Slice:
		size := 0
		for items := n.Children(); items.Next(); {
			size++
		}
		v.Set(reflect.MakeSlice(v.Type(), size, size))
		for i, items := 0, n.Children(); items.Next(); i++ {
			d.set(v.Index(i), kv, items.Node())
		}
	case n.Kind == unstable.InlineTable && slices.Contains([]reflect.Kind{reflect.Struct, reflect.Map}, v.Kind()):
		d.within = append(d.within, kv)
		for items := n.Children(); items.Next(); {
			d.assign(v, items.Node())
		}
		d.within = d.within[:len(d.within)-1]
	default:
		err = fmt.Errorf("no value of this kind belongs there (%s)", strings.ToLower(n.Kind.String()))
	}
	if err != nil {
		d.bad(kv.Raw, "%s: %w", d.path(kv), err)
	}
}

// string returns a string's text. If it has no escapes, it is a substring of the file's text and needs no memory of its
// own.
func (d *decoder) string(n *unstable.Node) string {
	if quoted := d.text[n.Raw.Offset : n.Raw.Offset+n.Raw.Length]; len(quoted) == len(n.Data)+2 {
		return quoted[1 : len(quoted)-1]
	}
	return string(n.Data)
}

// member returns the field of a struct that a key names. It allocates what a nil pointer should point to.
func (d *decoder) member(v reflect.Value, key []byte) (field reflect.Value, ok bool) {
	if v.Kind() != reflect.Struct {
		return v, false
	}
	if v.Type() != d.kind {
		d.kind, d.fields = v.Type(), fieldsOf(v.Type())
	}
	at, ok := d.fields[string(key)]
	if !ok {
		return v, false
	}
	v = v.FieldByIndex(at)
	if v.Kind() == reflect.Pointer {
		if v.IsNil() {
			v.Set(reflect.New(v.Type().Elem()))
		}
		v = v.Elem()
	}
	return v, true
}

// fieldsByKind caches the results of fieldsOf.
var fieldsByKind sync.Map

// fieldsOf returns the indexes of a struct's fields by their "toml" tags, including those of an embedded struct.
func fieldsOf(t reflect.Type) map[string][]int {
	if known, ok := fieldsByKind.Load(t); ok {
		return known.(map[string][]int)
	}
	out := map[string][]int{}
	for _, f := range reflect.VisibleFields(t) {
		if key := f.Tag.Get("toml"); key != "" {
			out[key] = f.Index
		}
	}
	fieldsByKind.Store(t, out)
	return out
}
