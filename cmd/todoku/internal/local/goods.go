package local

import (
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"example.org/todoku/checks/owner"
	"example.org/todoku/checks/snapshot"
)

// Good is a domain's last good state: what DNS said, and what the owner answered.
type Good struct {
	Version int                `json:"todoku_good"`
	Domain  string             `json:"domain"` // ASCII
	Kept    time.Time          `json:"kept"`
	Answers owner.Answers      `json:"answers"`
	DNS     *snapshot.Snapshot `json:"dns"`
}

const (
	goodVersion = 1
	maxGood     = 32 << 20 // largest file that is read, in bytes
)

// Errors of Load.
var (
	ErrNewer   = errors.New("kept by a newer version")
	ErrDamaged = errors.New("damaged")
)

// Goods keeps good states in a folder, one file a domain, readable by their owner only.
type Goods struct{ Dir string }

// GoodStates returns the good states kept on this computer.
func GoodStates() *Goods { return &Goods{Dir: filepath.Join(StateDir(os.Getenv), "guard")} }

// Path returns a domain's file. Its name is safe on every file system: it begins with no name that Windows reserves,
// and holds only letters, digits, dots, hyphens and underscores.
func (g *Goods) Path(domain string) string {
	var b strings.Builder
	for _, c := range []byte(strings.ToLower(domain)) {
		if c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || strings.IndexByte(".-_", c) >= 0 {
			b.WriteByte(c)
		} else {
			fmt.Fprintf(&b, "%%%02x", c)
		}
	}
	name := b.String()
	const most = 200 // file systems allow 255 bytes, and a DNS name can be as long
	if len(name) > most {
		name = fmt.Sprintf("%s-%x", name[:most/2], sha256.Sum256([]byte(name)))
	}
	return filepath.Join(g.Dir, "good-"+name+".json")
}

// Load returns the good state of a domain; nil where none is kept.
func (g *Goods) Load(domain string) (*Good, error) {
	path := g.Path(domain)
	st, err := os.Stat(path)
	switch {
	case errors.Is(err, os.ErrNotExist):
		return nil, nil
	case err != nil:
		return nil, err
	case !st.Mode().IsRegular() || st.Size() > maxGood:
		return nil, ErrDamaged
	}
	raw, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	var good Good
	if err := json.Unmarshal(raw, &good); err != nil {
		return nil, ErrDamaged
	}
	switch {
	case good.Version > goodVersion:
		return nil, ErrNewer
	case good.Version < 1 || good.Domain != domain || good.DNS == nil || good.DNS.Schema != 1:
		return nil, ErrDamaged
	}
	return &good, nil
}

// Keep replaces the good state of a domain, completely or not at all. A pasted mail is not kept.
func (g *Goods) Keep(good Good) error {
	good.Version = goodVersion
	good.Answers.Message, good.Answers.Mail, good.Answers.Reports = "", owner.Mail{}, nil
	raw, err := json.Marshal(good)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(g.Dir, 0o700); err != nil {
		return err
	}
	tmp, err := os.CreateTemp(g.Dir, ".todoku-*") // readable by its owner only
	if err != nil {
		return err
	}
	defer func() { _ = os.Remove(tmp.Name()) }()
	_, err = tmp.Write(append(raw, '\n'))
	if err = errors.Join(err, tmp.Sync(), tmp.Close()); err != nil {
		return err
	}
	return os.Rename(tmp.Name(), g.Path(good.Domain))
}
