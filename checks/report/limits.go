package report

import "io"

// Limits bound what is read, so that a malicious file ends in an error quickly and with little memory.
type Limits struct {
	Report  int64 // bytes of one report, unpacked
	File    int64 // bytes that one file may unpack to, all its parts together
	Packed  int64 // bytes of an archive that has to be held in memory
	Depth   int   // nested archives and mails
	Parts   int   // of one archive or mail
	Sources int   // of one domain that are counted separately; the others are summed
}

// Standard are the limits for people's own files: far above any known report, and some seconds of work.
var Standard = Limits{Report: 1 << 29, File: 1 << 32, Packed: 64 << 20, Depth: 8, Parts: 100_000, Sources: 200_000}

// meter is a reader that ends with an error after a number of bytes, counted for one part and for its file.
type meter struct {
	r    io.Reader
	left int64
	file *int64
	stop func() error // returns an error to end all reading early; nil for none
}

func (m *meter) Read(b []byte) (int, error) {
	if m.stop != nil {
		if err := m.stop(); err != nil {
			return 0, fail(Stopped, err)
		}
	}
	n, err := m.r.Read(b)
	m.left -= int64(n)
	*m.file -= int64(n)
	if m.left < 0 || *m.file < 0 {
		return 0, fail(TooBig, nil)
	}
	return n, err
}
