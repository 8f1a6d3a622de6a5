package report

import (
	"io"
)

// maxDepth is the deepest nesting of elements; reports use six levels.
const maxDepth = 64

// parser parses the aggregate reports in one XML text. It is reused for the next text to save allocations.
type parser struct {
	scan    scanner
	stack   []frame
	text    []byte // of the open leaf element
	head    Header
	row     Row
	words   map[string]string // repeated texts, each kept once
	names   map[string]string // normalised element names by how they were written
	domains map[string]string // normalised domains, likewise

	// begin is called at the start of a report, each for every row, and end when a report is complete.
	begin func(*Header)
	each  func(*Header, *Row)
	end   func(*Header) error

	found  int  // number of reports begun
	around int  // elements outside any report
	open   bool // a report is begun and not complete
	inRow  bool
	after  error // why the input could not be read beyond the last report
}

type frame struct {
	name string // normalised
	of   *element
}

// read reads all reports in r. Its error is a fault, or one of r.
func (p *parser) read(r io.Reader) error {
	p.scan.reset(r)
	p.stack = append(p.stack[:0], frame{of: schema()})
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

// maxAround is the largest number of elements outside reports.
const maxAround = 100_000

// finish ends the parsing. A report whose end is missing counts only if the input ended cleanly between two records;
// otherwise a part of it would pass for the whole.
func (p *parser) finish(err error) error {
	switch {
	case !p.open && p.found > 0:
		p.after = err // what follows the last report does not matter
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
	if of == nil && !p.open { // an element around a report, or other XML
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

// place returns the schema element that begins here, after closing elements whose end tags are missing.
func (p *parser) place(name string) *element {
	top := p.stack[len(p.stack)-1].of
	if top == nil {
		return p.outside(name)
	}
	if top == schema() {
		e, _ := schema().find(name)
		return e
	}
	if e := top.exact[name]; e != nil {
		return e
	}
	// A leaf has no child elements, and a container none of its own kind: its end tag is missing.
	for i := len(p.stack) - 1; i > 0; i-- {
		above := p.stack[i-1].of
		if above == nil || above == schema() {
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
	if e == nil { // its container may be missing, or closed too early
		for i := len(p.stack) - 1; i > 0 && e == nil && p.stack[i].of != nil; i-- {
			e = p.stack[i].of.below[name]
		}
	}
	if guessed {
		p.problem(Misspelt)
	}
	return e
}

// outside returns the schema element that begins inside an unknown element: a part of the report itself, if the unknown
// element was never closed (such as a schema tag that a reporter left in its reports).
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

// close closes the innermost element of that name, and all elements in it that are still open.
func (p *parser) close(t token) error {
	name := p.compared(t.name)
	for i := len(p.stack) - 1; i > 0; i-- {
		if p.stack[i].name == name {
			return p.pop(i)
		}
	}
	top := p.stack[len(p.stack)-1]
	if top.of != nil && !top.of.holds() && top.of != schema() && near(name, top.name) {
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

// took handles text in the open element.
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

// maxText is the longest text of an element that is read, in bytes.
const maxText = 64 << 10

func blank(b []byte) bool {
	for _, c := range b {
		if c != ' ' && c != '\n' && c != '\r' && c != '\t' {
			return false
		}
	}
	return true
}

// opens starts what an element begins (a report, a record, a result).
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

// clear empties the row for the next record.
func (p *parser) clear() {
	p.row = Row{Reasons: p.row.Reasons[:0], Signatures: p.row.Signatures[:0], Senders: p.row.Senders[:0], Count: -1}
}

// maxResults is the largest number of results and reasons in one record.
const maxResults = 1000

// closes finishes what an element began.
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

// complete records what a record lacks.
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

// problem records a problem of the current record, or of the report.
func (p *parser) problem(x Problems) {
	if p.inRow {
		p.row.Problem |= x
	} else {
		p.head.Problem |= x
	}
}

// compared returns a name in the form in which names are compared.
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

// maxKept is how many names and texts are kept.
const maxKept = 4096

// keep returns a text as a string, sharing equal strings.
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
