package check

import (
	"cmp"
	"errors"
	"io/fs"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"example.org/todoku/cmd/todoku/internal/cli"
	"example.org/todoku/cmd/todoku/internal/world"
	"example.org/todoku/i18n"
	"example.org/todoku/wizard/document"
)

// folder is where --html puts a page for each domain as it is done, and an index. Of a domain whose page is written
// only the index row is kept, so that a thousand domains need little memory. A nil folder writes nothing.
type folder struct {
	o    *Options
	mu   sync.Mutex
	rows []document.IndexRow
	err  error // the first page that could not be written
}

// open makes the folder, which must be new or empty; nil without --html.
func (o *Options) open() (*folder, error) {
	if o.HTML == "" {
		return nil, nil
	}
	if err := o.Folder(o.HTML); err != nil {
		if errors.Is(err, fs.ErrExist) {
			return nil, cli.Usage(o.Lang.T("cmd.fault.folder-full", i18n.Args{"folder": cli.Printable(o.HTML)}), o.Lang.T("cmd.fault.folder-new"))
		}
		return nil, o.Unwritten(o.HTML, err)
	}
	return &folder{o: o}, nil
}

// page writes the page of a domain that was looked at, and keeps its index row.
func (f *folder) page(r world.Result) {
	if f == nil {
		return
	}
	in := r.Document(f.o.Program)
	if blind := world.BlindnessOf(r.DNS); blind != world.Sighted {
		f.keep(f.failed(in.Domain, false, func(l i18n.Lang) string { return l.T("cmd.blind." + string(blind)) }))
		return
	}
	name := document.PageName(in.Answers.Domain)
	if !f.keep(document.IndexRowOf(in, name)) {
		return // its page is written
	}
	data, err := document.Write("html", in)
	path := filepath.Join(f.o.HTML, name)
	if err == nil {
		err = f.o.Write(path, data)
	}
	if err != nil {
		f.fail(f.o.Unwritten(path, err))
	}
}

// unnamed keeps the index row of a name that is not a domain.
func (f *folder) unnamed(name string, why string) {
	if f != nil {
		f.keep(f.failed(name, true, func(i18n.Lang) string { return why }))
	}
}

func (f *folder) failed(name string, bad bool, why func(i18n.Lang) string) document.IndexRow {
	row := document.IndexRow{Of: map[i18n.Lang]document.Overview{}}
	for _, l := range i18n.Langs() {
		row.Of[l] = document.OverviewFailed(name, why(l), bad)
	}
	return row
}

// keep adds an index row; false where the page of that name is already written.
func (f *folder) keep(row document.IndexRow) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	if row.File != "" && slices.ContainsFunc(f.rows, func(r document.IndexRow) bool { return r.File == row.File }) {
		return false
	}
	f.rows = append(f.rows, row)
	return true
}

func (f *folder) fail(err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.err = cmp.Or(f.err, err)
}

// finish writes the index, and says where it is.
func (f *folder) finish(now time.Time) error {
	if f == nil {
		return nil
	}
	if f.err != nil {
		return f.err
	}
	o := f.o
	data, err := document.HTMLIndex(o.Lang, f.rows, now, "todoku "+o.Version)
	if err != nil {
		return err
	}
	path := filepath.Join(o.HTML, "index.html")
	if err := o.Write(path, data); err != nil {
		return o.Unwritten(path, err)
	}
	o.Note(o.Lang.T("cmd.check.html", i18n.Args{"file": cli.Printable(path)}))
	return nil
}
