package lab

import (
	"fmt"
	"regexp"
	"strings"

	"example.org/todoku/checks/snapshot"
)

// Mistake is a way in which records are published wrong.
type Mistake string

// The mistakes that owners make, as their articles tell.
const (
	Typo    Mistake = "typo"    // two letters of the value changed places
	Doubled Mistake = "doubled" // the full name, in a field that appends the zone
	Panel   Mistake = "panel"   // at servers that nobody asks
	Second  Mistake = "second"  // a second record of the same sort beside the right one
	Quotes  Mistake = "quotes"  // curly quotation marks, as a word processor makes them
)

// Mistakes lists the ways in which this story's records can be published wrong: at another panel only where there is one.
func (n *Internet) Mistakes() []Mistake {
	out := []Mistake{Typo, Doubled, Second, Quotes}
	if len(n.elsewhere()) > 0 {
		out = append(out, Panel)
	}
	return out
}

// elsewhere are hosts that hold a zone of the owner's though nobody is delegated to them.
func (n *Internet) elsewhere() []string {
	for _, z := range n.zones {
		if z.hidden && z.own {
			return z.text.hosts
		}
	}
	return nil
}

// PublishWrong makes the edits as somebody does who makes that mistake. PublishRight clears it up.
func (n *Internet) PublishWrong(m Mistake, edits []snapshot.Edit) error {
	if m == Panel {
		hosts := n.elsewhere()
		if len(hosts) == 0 {
			return fmt.Errorf("there is no other panel in this story")
		}
		return n.PublishAt(hosts[0], edits)
	}
	out, err := n.spoiled(m, edits)
	if err != nil {
		return err
	}
	n.publishMu.Lock()
	for _, e := range out {
		n.spoilt = append(n.spoilt, snapshot.Edit{Name: e.Name, Type: e.Type, TTL: e.TTL, Remove: e.Add})
	}
	n.publishMu.Unlock()
	return n.Publish(out)
}

// PublishRight is Publish by an owner who first takes away what PublishWrong has made.
func (n *Internet) PublishRight(edits []snapshot.Edit) error {
	n.publishMu.Lock()
	undo := n.spoilt
	n.spoilt = nil
	n.publishMu.Unlock()
	if err := n.Publish(undo); err != nil {
		return err
	}
	return n.Publish(edits)
}

// spoiled are the edits with the mistake in them.
func (n *Internet) spoiled(m Mistake, edits []snapshot.Edit) ([]snapshot.Edit, error) {
	var out []snapshot.Edit
	for _, e := range edits {
		if len(e.Add) == 0 {
			out = append(out, e)
			continue
		}
		zones, err := n.owners(canon(e.Name))
		if err != nil {
			return nil, err
		}
		wrong := e
		wrong.Add = nil
		for _, v := range e.Add {
			switch m {
			case Typo:
				wrong.Add = append(wrong.Add, mistyped(v))
			case Second:
				wrong.Add = append(wrong.Add, v, mistyped(v))
			case Quotes:
				wrong.Add = append(wrong.Add, "\u201c"+v+"\u201d")
			case Doubled:
				wrong.Add, wrong.Name, wrong.Remove = append(wrong.Add, v), canon(e.Name)+"."+zones[0].name, nil
			default:
				return nil, fmt.Errorf("the lab knows no mistake %q", m)
			}
		}
		if e.Type == snapshot.CNAME && m == Second {
			wrong.Add = wrong.Add[1:] // a name has one alias (RFC 1034 section 3.6.2)
		}
		if e.Type != snapshot.TXT && m == Quotes {
			continue // a panel takes no quotation marks for a host name
		}
		out = append(out, wrong)
	}
	return out, nil
}

// mistyped swaps two neighbouring letters that differ, in the second half of a value: its kind can still be told.
func mistyped(v string) string {
	b := []byte(v)
	for i := len(b) / 2; i+1 < len(b); i++ {
		if isLetter(b[i]) && isLetter(b[i+1]) && !strings.EqualFold(string(b[i]), string(b[i+1])) {
			b[i], b[i+1] = b[i+1], b[i]
			return string(b)
		}
	}
	return v + "x"
}

func isLetter(c byte) bool { return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' }

// zoneLine is a TXT record as a console shows it, with its name in front.
var zoneLine = regexp.MustCompile(`^(\S+?)\.?\s+(?:\d+\s+)?IN\s+TXT\s+(v=DKIM1\S*.*)$`)

// Record is the record that a console's text shows whole, as a line of a zone; ok is false where the text has no name.
func Record(text string) (e snapshot.Edit, ok bool) {
	m := zoneLine.FindStringSubmatch(text)
	if m == nil {
		return snapshot.Edit{}, false
	}
	return snapshot.Edit{Name: m[1], Type: snapshot.TXT, Add: []string{m[2]}, TTL: 3600}, true
}
