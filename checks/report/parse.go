package report

import (
	"io"
)

// maxDepth is how deep elements may lie; those of a report lie six deep.
const maxDepth = 64

// parser reads the aggregate reports in one XML text. It is used again for the next one, so that reading many allocates little.
type parser struct {
	scan    scanner
	stack   []frame
	text    []byte // of the leaf that is open
	head    Header
	row     Row
	words   map[string]string // texts that come again, so that each is kept once
	names   map[string]string // names of elements as compared, by what is written
	domains map[string]string // domains as compared, likewise

	// begin is called where a report begins, each for every row, end where a report is complete.
	begin func(*Header)
	each  func(*Header, *Row)
	end   func(*Header) error

	found  int  // reports that were begun
	around int  // elements outside any report
	open   bool // one is begun and not complete
	inRow  bool
	after  error // why the input could not be read on behind the last report
}

type frame struct {
	name string // as compared
	of   *element
}

// read reads all reports in r. Its error is a fault, or one of r.
func (p *parser) read(r io.Reader) error {
	p.scan.reset(r)
	p.stack = append(p.stack[:0], frame{of: schema})
	p.found, p.open, p.inRow, p.after, p.around = 0, false, false, nil, 0
	p.text = p.text[:0]
	p.clear()
	for {
		t, err := p.scan.next()
		if err == nil {
			switch t.kind {
			case tokenStart:
				err = p.start(t)
			case tokenClose:
				err = p.close(t)
			case tokenText:
				err = p.took(t.text)
			case tokenEnd:
				return p.finish(nil)
			}
			if err != nil {
				return err
			}
			continue
		}
		return p.finish(err)
	}
}

// maxAround is how many elements may stand around a report.
const maxAround = 100_000

// finish ends the reading. A report whose end is missing counts where it ends between two records of a whole file, for
// all that it says was read; else a part of it would pass for the whole.
func (p *parser) finish(err error) error {
	switch {
	case !p.open && p.found > 0:
		p.after = err // what follows the last report is no concern of it
		return nil
	case !p.open:
		return err
	case err == nil && len(p.stack) == 2 && !p.inRow:
		p.head.Problem |= Cut
		p.open = false
		return p.end(&p.head)
	case err == nil:
		return fail(Truncated, nil)
	}
	return err
}

// start opens an element.
func (p *parser) start(t token) error {
	if len(p.stack) >= maxDepth {
		return fail(TooDeep, nil)
	}
	name := p.compared(t.name)
	of := p.place(name)
	if of == nil && !p.open { // what stands around a report, or other XML
		if p.around++; p.around > maxAround {
			return fail(NoReport, nil)
		}
		return nil
	}
	p.stack = append(p.stack, frame{name, of})
	if of != nil {
		if err := p.opens(of); err != nil {
			return err
		}
	}
	if t.empty {
		return p.pop(len(p.stack) - 1)
	}
	return nil
}

// place says which element of the schema begins here, after closing what should have been closed before it.
func (p *parser) place(name string) *element {
	top := p.stack[len(p.stack)-1].of
	if top == nil {
		return p.outside(name)
	}
	if top == schema {
		e, _ := schema.find(name)
		return e
	}
	if e := top.exact[name]; e != nil {
		return e
	}
	// A leaf has no elements in it, and what holds others holds none of its own kind: the end tag before was left out.
	for i := len(p.stack) - 1; i > 0; i-- {
		above := p.stack[i-1].of
		if above == nil || above == schema {
			break
		}
		e := above.exact[name]
		if e != nil && (e.holds() || !top.holds() && i == len(p.stack)-1) && top.below[name] == nil {
			if p.pop(i) != nil {
				return nil
			}
			return e
		}
	}
	if !top.holds() {
		return nil
	}
	e, guessed := top.find(name)
	if e == nil { // what should hold it may be missing, or hold less than it should
		for i := len(p.stack) - 1; i > 0 && e == nil && p.stack[i].of != nil; i-- {
			e = p.stack[i].of.below[name]
		}
	}
	if guessed {
		p.problem(Misspelt)
	}
	return e
}

// outside says which element begins inside one that no report has: a part of the report itself, where the strange one was
// never closed (a schema's opening that a reporter left in its reports).
func (p *parser) outside(name string) *element {
	for i := len(p.stack) - 1; i > 0; i-- {
		above := p.stack[i-1].of
		if above == nil {
			continue
		}
		e := above.exact[name]
		if e == nil || !e.holds() || above.open != opensFeedback || p.pop(i) != nil {
			return nil
		}
		return e
	}
	return nil
}

// close closes the innermost element of that name, with all in it that was left open.
func (p *parser) close(t token) error {
	name := p.compared(t.name)
	for i := len(p.stack) - 1; i > 0; i-- {
		if p.stack[i].name == name {
			return p.pop(i)
		}
	}
	top := p.stack[len(p.stack)-1]
	if top.of != nil && !top.of.holds() && top.of != schema && near(name, top.name) {
		p.problem(Misspelt)
		return p.pop(len(p.stack) - 1)
	}
	return nil
}

// pop closes the elements from the i-th on.
func (p *parser) pop(i int) error {
	for len(p.stack) > i {
		top := p.stack[len(p.stack)-1]
		p.stack = p.stack[:len(p.stack)-1]
		if top.of == nil {
			continue
		}
		if top.of.field != noField {
			p.set(top.of.field)
		}
		p.text = p.text[:0]
		if err := p.closes(top.of.open); err != nil {
			return err
		}
	}
	return nil
}

// took takes text in the element that is open.
func (p *parser) took(b []byte) error {
	top := p.stack[len(p.stack)-1].of
	switch {
	case top == nil || !p.open:
	case top.holds():
		if !blank(b) {
			p.problem(StrayText)
		}
	case top.field != noField:
		if len(p.text)+len(b) > maxText {
			return fail(TooLong, nil)
		}
		p.text = append(p.text, b...)
	}
	return nil
}

// maxText is how long the text of an element may be that is read.
const maxText = 64 << 10

func blank(b []byte) bool {
	for _, c := range b {
		if c != ' ' && c != '\n' && c != '\r' && c != '\t' {
			return false
		}
	}
	return true
}

// opens begins what an element begins.
func (p *parser) opens(e *element) error {
	switch e.open {
	case opensFeedback:
		p.head = Header{Policy: Policy{Percent: -1}}
		p.open, p.inRow = true, false
		p.found++
		p.begin(&p.head)
	case opensRecord:
		p.clear()
		p.inRow = true
	case opensReason:
		p.row.Reasons = append(p.row.Reasons, Reason{})
	case opensSignature:
		p.row.Signatures = append(p.row.Signatures, Auth{})
	case opensSender:
		p.row.Senders = append(p.row.Senders, Auth{})
	}
	if len(p.row.Reasons)+len(p.row.Signatures)+len(p.row.Senders) > maxResults {
		return fail(TooMany, nil)
	}
	return nil
}

// clear makes the row empty for the next record.
func (p *parser) clear() {
	p.row = Row{Reasons: p.row.Reasons[:0], Signatures: p.row.Signatures[:0], Senders: p.row.Senders[:0], Count: -1}
}

// maxResults is how many results and reasons one record may have.
const maxResults = 1000

// closes ends what an element began.
func (p *parser) closes(o opened) error {
	switch o {
	case opensRecord:
		if !p.inRow {
			return nil
		}
		p.inRow = false
		p.complete()
		p.each(&p.head, &p.row)
		return nil
	case opensFeedback:
		p.open = false
		return p.end(&p.head)
	}
	return nil
}

// complete notes what a record lacks.
func (p *parser) complete() {
	r := &p.row
	if r.Count < 0 {
		r.Count = 0
		r.Problem |= BadCount
	}
	if !r.IP.IsValid() {
		r.Problem |= BadIP
	}
	if r.DKIM == NoResult && r.SPF == NoResult {
		r.Problem |= NoEvaluation
	} else if r.Disposition == NotDisposed {
		r.Problem |= BadDisposition
	}
}

// problem notes a problem of the record that is read, or of the report.
func (p *parser) problem(x Problems) {
	if p.inRow {
		p.row.Problem |= x
	} else {
		p.head.Problem |= x
	}
}

// compared is a name as names are compared.
func (p *parser) compared(name []byte) string {
	if s, ok := p.names[string(name)]; ok {
		return s
	}
	if p.names == nil || len(p.names) > maxKept {
		p.names = map[string]string{}
	}
	s := clip(squeeze(name))
	if len(name) <= 64 {
		p.names[string(name)] = s
	}
	return s
}

// maxKept bounds what is kept of names and texts.
const maxKept = 4096

// keep gives a text as a string, each text once.
func (p *parser) keep(b []byte) string {
	if s, ok := p.words[string(b)]; ok {
		return s
	}
	if p.words == nil || len(p.words) > maxKept {
		p.words = map[string]string{}
	}
	s := string(b)
	if len(b) <= 256 {
		p.words[s] = s
	}
	return s
}
