package report

import "io"

// Limits bound what is read, so that a file made to do harm ends in an error soon and in little memory.
type Limits struct {
	Report  int64 // bytes of one report, unpacked
	File    int64 // bytes that one file may unpack to, all its parts together
	Packed  int64 // bytes of an archive that must be held in memory to be opened
	Depth   int   // archives and mails inside each other
	Parts   int   // of one archive or mail
	Sources int   // of one domain that are told apart; what more there are is summed
}

// Standard are the limits for people's own files: far above any report that is known, and some seconds of work.
var Standard = Limits{Report: 1 << 29, File: 1 << 32, Packed: 64 << 20, Depth: 8, Parts: 100_000, Sources: 200_000}

// meter lets so many bytes pass, for one part and for the file that it belongs to.
type meter struct {
	r    io.Reader
	left int64
	file *int64
	stop func() error // what ends all reading early; nil where nothing does
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
