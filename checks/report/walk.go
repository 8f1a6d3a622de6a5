package report

import (
	"bufio"
	"bytes"
	"compress/bzip2"
	"errors"
	"io"
)

// walker reads one file with everything in it: archives, mails, and their reports.
type walker struct {
	limits Limits
	stop   func() error // returns an error to end the reading early; nil for none
	parser *parser
	align  aligner
	out    func(item) error // receives what was found; its error ends the reading

	left    int64 // how many bytes the file may still unpack to
	parts   int   // members and parts so far
	now     place // of the text that the parser is reading
	current *part // the report being read
	ready   *part // the previous report, held until its archive is known to be intact
	found   int   // reports of any kind
	faults  int
}

// item is one thing found in a file; exactly one is set.
type item struct {
	report  *part
	err     *Error
	failure *Failure
	tls     *TLS
	barren  string // a file with nothing in it
}

// place is a location inside a file.
type place struct {
	file, part string
	depth      int
}

// in returns the place of a part inside this one.
func (p place) in(name string) place {
	if p.part != "" {
		name = p.part + " > " + name
	}
	return place{p.file, name, p.depth + 1}
}

// file reads a whole file. at is not nil if the file supports random access, which a ZIP archive needs.
func (w *walker) file(name string, r io.Reader, at io.ReaderAt, size int64) error {
	w.left, w.parts, w.found, w.faults = w.limits.File, 0, 0, 0
	w.current, w.ready = nil, nil
	here := place{file: name}
	err := w.open(&stoppable{r, w.stop}, at, size, here)
	if stopped(err) {
		return err
	}
	if err == nil && w.found == 0 && w.faults == 0 {
		err = fail(NoReport, nil)
	}
	if err != nil && (w.found == 0 && w.faults == 0 || !silent(err)) {
		if err := w.fault(here, err); err != nil {
			return err
		}
	}
	if w.found == 0 {
		return w.out(item{barren: name})
	}
	return nil
}

// stoppable is a reader that ends early when stop says so.
type stoppable struct {
	r    io.Reader
	stop func() error
}

func (s *stoppable) Read(b []byte) (int, error) {
	if s.stop != nil {
		if err := s.stop(); err != nil {
			return 0, fail(Stopped, err)
		}
	}
	n, err := s.r.Read(b)
	if err != nil && !errors.Is(err, io.EOF) && s.stop != nil && s.stop() != nil { // the source stopped first
		return n, fail(Stopped, err)
	}
	return n, err
}

// open reads the content of r according to how it begins.
func (w *walker) open(r io.Reader, src io.ReaderAt, size int64, at place) error {
	if at.depth > w.limits.Depth {
		return fail(TooDeep, nil)
	}
	b := bufio.NewReaderSize(r, 2*sniffed)
	head, err := b.Peek(sniffed)
	if len(head) == 0 && err != nil && !errors.Is(err, io.EOF) {
		return packFault(err)
	}
	switch kindOf(head) {
	case isEmpty:
		return fail(Empty, nil)
	case isXML, isUTF16:
		return w.xml(b, head, at)
	case isGzip:
		return w.unpacked(&unzipped{src: b}, at)
	case isBzip2:
		return w.unpacked(faulty{bzip2.NewReader(b)}, at)
	case isBase64:
		return w.unpacked(&base64Reader{src: b}, at)
	case isZip:
		if src != nil {
			return w.zipped(src, size, at)
		}
		held, err := w.held(b)
		if err != nil {
			return err
		}
		return w.zipped(held, held.Size(), at)
	case isTar:
		return w.tarred(b, at)
	case isJSON:
		return w.tls(b, at)
	case isMbox:
		return w.mbox(b, at)
	case isMail:
		return w.mail(b, at)
	case isFailure:
		return w.failure(b, at)
	case isOtherArchive:
		return fail(OtherArchive, nil)
	case isOutlook:
		return fail(OutlookFile, nil)
	case isOther:
		return w.within(b, head, at)
	}
	return fail(NoReport, nil)
}

// within looks for a report in the middle of a text, such as a web page that shows one.
func (w *walker) within(b *bufio.Reader, head []byte, at place) error {
	if bytes.IndexByte(head, 0) >= 0 {
		return fail(NoReport, nil)
	}
	err := w.xml(b, head, at)
	if err != nil && w.parser.found == 0 && !stopped(err) {
		return fail(NoReport, nil)
	}
	return err
}

// unpacked reads the content of a single compressed stream.
func (w *walker) unpacked(r io.Reader, at place) error {
	at.depth++
	return w.open(&meter{r: r, left: w.limits.Report, file: &w.left, stop: w.stop}, nil, 0, at)
}

// inner reads a part. A fault in it is recorded and does not affect other parts; a returned error ends the whole file.
func (w *walker) inner(r io.Reader, at place) error {
	err := w.open(r, nil, 0, at)
	switch {
	case err == nil || silent(err):
		return nil
	case stopped(err) || w.left < 0:
		return err
	}
	return w.fault(at, err)
}

// part counts a member or part.
func (w *walker) part() error {
	if w.parts++; w.parts > w.limits.Parts {
		return fail(TooMany, nil)
	}
	return nil
}

// fault records what is wrong with a file or a part.
func (w *walker) fault(at place, err error) error {
	w.faults++
	e := &Error{File: at.file, Part: at.part, Why: Unreadable, Err: err}
	var f *fault
	if errors.As(err, &f) {
		e.Why, e.Err = f.why, f.err
	}
	return w.out(item{err: e})
}

// silent reports whether an error only says that a part is something other than a report, which is no fault.
func silent(err error) bool { return errorIs(err, NoReport) || errorIs(err, Empty) }

// stopped reports whether an error ends all reading, since it is not about the file.
func stopped(err error) bool {
	return errors.Is(err, errStop) || errorIs(err, Stopped)
}

// errStop ends all reading.
var errStop = errors.New("reading was stopped")

func errorIs(err error, why Why) bool {
	var f *fault
	return errors.As(err, &f) && f.why == why
}

// xml reads the reports in one XML text.
func (w *walker) xml(b *bufio.Reader, head []byte, at place) error {
	w.now = at
	p := w.parser
	p.begin, p.each, p.end = w.begin, w.each, w.end
	err := p.read(decoded(b, head))
	w.current = nil // a report that was cut off
	if err == nil && p.found == 0 {
		return fail(NoReport, nil)
	}
	if p.after != nil && w.ready != nil { // the checksum is wrong, or the end is missing
		w.ready.odd.add(Oddity{Code: Broken, File: at.file, Times: 1})
	}
	if ferr := w.flush(); ferr != nil {
		return ferr
	}
	return err
}

// begin starts a report.
func (w *walker) begin(*Header) {
	w.current = newPart(w.limits.Sources, &w.align)
}

// each adds one record.
func (w *walker) each(h *Header, r *Row) { w.current.add(h, r) }

// end stores a complete report.
func (w *walker) end(h *Header) error {
	if err := w.flush(); err != nil {
		return err
	}
	c := w.current
	w.current = nil
	c.finish(*h, w.now)
	switch hollow := c.count == 0 && h.Begin.IsZero() && h.ID == ""; {
	case h.Problem&Cut != 0 && (hollow || c.domain == ""):
		return w.fault(w.now, fail(Truncated, nil))
	case c.domain == "":
		return w.fault(w.now, fail(NoDomain, nil))
	case hollow:
		return w.fault(w.now, fail(Incomplete, nil))
	}
	w.ready = c
	w.found++
	return nil
}

// flush sends the last report.
func (w *walker) flush() error {
	c := w.ready
	if c == nil {
		return nil
	}
	w.ready = nil
	return w.out(item{report: c})
}
