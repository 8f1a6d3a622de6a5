package words

import (
	"net/netip"
	"strconv"
	"strings"
	"time"

	"example.org/todoku/checks/propagation"
	"example.org/todoku/checks/snapshot"
	"example.org/todoku/i18n"
)

// Sight words a place's state.
func (p P) Sight(s propagation.Sight, place propagation.Place, now time.Time) Sight {
	out := Sight{
		Place: snapshot.Printable(place.Name), Kind: snapshot.Printable(bare(place.Addr)),
		State: p.t("words.state." + string(s.State)),
		Wrong: s.State == propagation.Wrong,
	}
	if out.Place == "" {
		out.Place = snapshot.Printable(place.ID)
	}
	if place.Authority {
		out.Kind = p.t("words.place.authority")
	}
	if !s.Since.IsZero() {
		out.At = p.When(s.Since, now)
	}
	switch s.State {
	case propagation.Old, propagation.Negative:
		out.Waiting = true
		p.left(&out, s, now)
		out.Do = p.why(s, now)
		if s.CachesWith > 0 && s.CachesWith < s.Caches {
			out.Caches = p.Lang.T("words.state.some", i18n.Args{"with": s.CachesWith, "all": s.Caches})
		}
	case propagation.Pending:
		out.Waiting = true
		if out.Do = p.why(s, now); out.Do == "" && place.Authority {
			out.Do = p.t("words.do.pending")
		}
	case propagation.Wrong:
		out.Do, out.Letter = p.wrong(s), p.letter(s.Diff)
		if s.Diff != nil && s.Diff.Kind == propagation.DoubledName { // letters of a name say nothing; what the field must hold does
			x := p.doubled(s.Diff)
			out.Letter = p.t("words.diff.doubled-field", "field", x.Field, "has", x.Has, "must", x.Must)
		}
	case propagation.Unreachable:
		out.Do = p.t("words.do.unreachable")
	}
	return out
}

// Advice says what to do, and which characters differ, in one text for lines without columns; "" if there is nothing
// to do.
func (s Sight) Advice() string { return strings.TrimSpace(s.Do + " " + s.Letter) }

// AdviceOn is Advice, naming the record if the record is at fault.
func (s Sight) AdviceOn(w propagation.Want) string {
	text := s.Advice()
	if !s.Wrong || text == "" {
		return text
	}
	return string(w.Type) + " " + snapshot.Printable(w.Name) + ": " + text
}

// left sets the countdown and the share of the wait that is over.
func (p P) left(out *Sight, s propagation.Sight, now time.Time) {
	if s.Until.IsZero() {
		out.Left = p.t("words.left.unknown")
		return
	}
	rest := s.Until.Sub(now)
	if rest <= 0 {
		out.Left, out.Share = p.t("words.left.due"), 1
		return
	}
	out.Left = p.t("words.left.time", "left", p.Duration(rest))
	if s.Total > 0 {
		out.Share = min(1, max(0, 1-float64(rest)/float64(s.Total)))
	}
}

// wrong says what differs and what to do about it.
func (p P) wrong(s propagation.Sight) string {
	found := strings.Join(s.Found, " / ")
	if s.Diff == nil {
		return p.t("words.diff."+propagation.Changed) + p.t("words.diff.stands", "found", found)
	}
	if s.Diff.Found != "" {
		found = s.Diff.Found
	}
	id := "words.diff." + s.Diff.Kind
	if s.Diff.Kind == propagation.OtherPanel && p.Catalog != nil {
		for _, x := range p.Catalog.Panels() {
			if x.Serves(found) {
				found = p.in(x.Name) + p.t("words.list") + found
				break
			}
		}
	}
	text := p.t(id, "want", s.Diff.Want, "found", found)
	if s.Diff.Kind == propagation.OtherPanel {
		if real, ok := p.panel(p.Panel); ok {
			return text + p.t("words.panel.there", "panel", real)
		}
	}
	return text
}

// panel returns the name of a panel of the catalogue.
func (p P) panel(id string) (string, bool) {
	if p.Catalog == nil {
		return "", false
	}
	x, ok := p.Catalog.Panel(id)
	return p.in(x.Name), ok
}

// Asides says what to know about the panels besides the wait: that the one that the owner named cannot be looked into,
// and that the zone has moved since the plan was made.
func (p P) Asides(x propagation.Panel) []string {
	var out []string
	if len(x.Moved) > 0 {
		out = append(out, p.t("words.panel.moved", "servers", strings.Join(x.Moved, p.t("words.list"))))
	}
	if said, ok := p.panel(x.ID); x.Hidden && ok {
		text := p.t("words.panel.hidden", "panel", said)
		if real, ok := p.panel(p.Panel); ok {
			text += p.t("words.panel.there", "panel", real)
		}
		out = append(out, text)
	}
	return out
}

// why says what delays a record, other than time.
func (p P) why(s propagation.Sight, now time.Time) string {
	if s.Why == "" {
		return ""
	}
	return p.t("words.why."+s.Why, "clock", p.When(s.WhySince, now), "serial", number(s.Serial), "newest", number(s.Newest))
}

// number words a serial; a dash if it is not known.
func number(n uint32) string {
	if n == 0 {
		return "-"
	}
	return strconv.FormatUint(uint64(n), 10)
}

// bare removes the port.
func bare(addr string) string {
	if ap, err := netip.ParseAddrPort(addr); err == nil {
		return ap.Addr().String()
	}
	if host, _, ok := strings.Cut(addr, ":"); ok && strings.Count(addr, ":") == 1 {
		return host
	}
	return addr
}

// Verdict words the whole wait in one sentence.
func (p P) Verdict(v propagation.Verdict, now time.Time) string {
	switch {
	case v.Result == propagation.ResultWaiting && v.Done.After(now):
		return p.t("words.verdict.until", "clock", p.When(v.Done, now))
	case v.Result == propagation.ResultPending:
		for _, s := range v.Sights {
			if s.Why == propagation.WhyUnsaved {
				return p.t("words.verdict.unsaved", "clock", p.When(s.WhySince, now))
			}
		}
	}
	return p.t("words.verdict." + v.Result)
}

// Duration words a time span by its two largest units, rounded up to the second so that nobody comes back too early.
func (p P) Duration(d time.Duration) string {
	s := int((max(d, 0) + time.Second - 1) / time.Second)
	say := func(id string, a, b int) string {
		if b == 0 {
			return p.Lang.T("words.duration."+id, i18n.Args{"a": a})
		}
		return p.Lang.T("words.duration."+id+"-more", i18n.Args{"a": a, "b": b})
	}
	switch {
	case s < 60:
		return say("seconds", s, 0)
	case s < 3600:
		return say("minutes", s/60, s%60)
	case s < 86400:
		return say("hours", s/3600, s%3600/60)
	}
	return say("days", s/86400, s%86400/3600)
}

// Clock words a time of day, in the time's own zone.
func (p P) Clock(t time.Time) string { return t.Format("15:04") }

// When words a moment seen from now: the time of day, with the date if that is another day.
func (p P) When(t, now time.Time) string {
	t = t.In(now.Location())
	if t.Format(time.DateOnly) == now.Format(time.DateOnly) {
		return p.Clock(t)
	}
	return p.Lang.T("words.date", i18n.Args{"month": int(t.Month()), "day": t.Day(), "clock": p.Clock(t)})
}
