package i18n

import (
	"bytes"
	"hash/maphash"
	"io"
)

// cutter finds where the tables of a file begin: at the lines that begin with "[" and are not inside a text. It reads the file
// piece by piece, since a run needs little of it.
type cutter struct {
	piece []byte
	heads []head // the first stands for what is above all tables
	size  int32  // of the file
}

// head is where a table begins, and the sum of its name.
type head struct {
	sum uint32
	at  int32
}

// seed is that of the sums of tables' names.
var seed = maphash.MakeSeed()

// cut finds the tables of a file.
func (c *cutter) cut(file io.ReaderAt) error {
	if c.piece == nil {
		c.piece = make([]byte, 4<<10)
	}
	c.size, c.heads = 0, append(c.heads[:0], head{sum: uint32(maphash.String(seed, ""))})
	quote := byte(0) // three of them end the text that the line is inside of
	for {
		n, err := file.ReadAt(c.piece, int64(c.size))
		if err != nil && err != io.EOF {
			return err
		}
		lines := c.piece[:n]
		if err == nil {
			lines = lines[:bytes.LastIndexByte(lines, '\n')+1]
			if len(lines) == 0 { // it is longer than the piece
				c.piece = make([]byte, 2*len(c.piece))
				continue
			}
		}
		for len(lines) > 0 {
			end := bytes.IndexByte(lines, '\n') + 1
			if end == 0 {
				end = len(lines)
			}
			quote = c.line(lines[:end], quote)
			lines, c.size = lines[end:], c.size+int32(end)
		}
		if err != nil {
			return nil
		}
	}
}

// line takes in a line, and returns the quotation mark of the text that the next one is inside of; 0 if there is none. A text
// over several lines is looked for behind a line's first "=" only; a test compares what is read with what another library
// reads.
func (c *cutter) line(line []byte, quote byte) byte {
	if quote == 0 {
		if line[0] == '[' {
			name, _, _ := bytes.Cut(line[1:], []byte("]"))
			c.heads = append(c.heads, head{uint32(maphash.Bytes(seed, bytes.TrimSpace(name))), c.size})
			return 0
		}
		line = bytes.TrimLeft(line[bytes.IndexByte(line, '=')+1:], " ")
		if len(line) < 3 || line[0] != '"' && line[0] != '\'' || line[1] != line[0] || line[2] != line[0] {
			return 0
		}
		quote, line = line[0], line[3:]
	}
	if bytes.Contains(line, []byte{quote, quote, quote}) {
		return 0
	}
	return quote
}
