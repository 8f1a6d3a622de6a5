package plain

import (
	"runtime"
	"slices"
	"strconv"
	"strings"

	"example.org/todoku/checks/input"
	"example.org/todoku/checks/owner"
	"example.org/todoku/wizard"
	"example.org/todoku/wizard/words"
)

// intake reads the first box. A line that is not a domain but could begin a mail begins a paste.
func (s *walk) intake() (wizard.Reply, error) {
	s.title(wizard.StepIntake)
	s.tell("plain.intake-mail")
	s.tell("plain.intake-reports")
	offer := ""
	if s.d.Lab != nil {
		s.tell("plain.lab", "story", s.d.Lab.Story(string(s.d.Lang)))
		if offer = s.d.Lab.Domain; s.d.Lab.Notice != "" {
			s.tell("tui.intake.lab-mail", "who", offer)
			offer = s.d.Lab.Notice
		}
	}
	if r := s.Before(); len(r.Values) > 0 {
		offer = r.Values[0]
	}
	kept := s.offerKept()
	for {
		switch {
		case strings.Contains(offer, "\n"):
			s.tell("plain.offer", "value", s.t("plain.lab-mail"))
		case offer != "":
			s.tell("plain.offer", "value", offer)
		}
		line, err := s.ask(func() { s.tell("wizard.intake.help") })
		if err != nil {
			return wizard.Reply{}, err
		}
		taken := strings.TrimSpace(line) == ""
		if taken {
			line = offer
		}
		if r, ok := s.continued(line, kept); ok {
			if effects, err := s.GoOn(r); err == nil {
				s.do(effects)
				return wizard.Reply{}, errOn
			}
		}
		got, problem := s.d.Recognise(line)
		if !taken && problem != nil && !single(problem.Code) && strings.TrimSpace(line) != "" && strings.ContainsAny(strings.TrimSpace(line), " \t") ||
			!taken && (problem == nil && isMail(got.Kind) || input.OpensMail(line)) || s.word(strings.TrimSpace(line), "paste") {
			if s.word(strings.TrimSpace(line), "paste") {
				line = ""
			}
			text, err := s.paste(line)
			if err != nil {
				return wizard.Reply{}, err
			}
			got, problem = s.d.Recognise(text)
			if len(text) > maxCut {
				runtime.GC() // free what reading has left before the mail is parsed
			}
		}
		if problem != nil {
			s.say(s.p.Problem(problem))
			continue
		}
		r := s.d.Placed(words.Intake(got))
		if m := s.Step().Fits(r); m != nil {
			s.say(s.p.Misfit(m))
			continue
		}
		return r, nil
	}
}

// single reports whether a problem is that of one line, which no more lines would mend.
func single(code string) bool {
	return slices.Contains([]string{input.NoFile, input.Blank, input.BlankOr, input.Record}, code)
}

func isMail(k input.Kind) bool {
	return k == input.Bounce || k == input.Header || k == input.Message
}

// title prints the title of a question or a page after an empty line.
func (s *walk) title(id wizard.StepID) {
	s.say("")
	title, _ := s.p.Asked(id, s.Answers())
	s.say(title)
}

// question asks a step by its kind.
func (s *walk) question(step wizard.Step) (wizard.Reply, error) {
	s.title(step.ID)
	if step.ID == wizard.StepWhose {
		s.inHand()
	}
	told := false // how to find out has been printed
	for {
		var r wizard.Reply
		var err error
		switch step.Kind {
		case wizard.Choose, wizard.Pick:
			r, err = s.choose(step)
		case wizard.Paste:
			r, err = s.pasted(step)
		default:
			r, err = s.typed(step)
		}
		if err != nil {
			return r, err
		}
		switch m := s.Fits(r); {
		case m != nil:
			s.say(s.p.Misfit(m))
		case !told && s.find(step, r):
			told = true
		default:
			return r, nil
		}
	}
}

// find says how to find out, for a reply of "do not know", and reports whether it did, so that the question can be
// asked again.
func (s *walk) find(step wizard.Step, r wizard.Reply) bool {
	if !slices.Contains(r.Values, owner.Unknown) || !s.d.Lang.Has("wizard."+string(step.ID)+".find") {
		return false
	}
	for _, text := range s.p.Find(step.ID, s.Names) {
		s.say(text)
	}
	s.tell("plain.found-out")
	return true
}

func (s *walk) help(step wizard.Step) func() {
	return func() {
		_, help := s.p.Asked(step.ID, s.Answers())
		s.say(help)
	}
}

// typed reads one line. An empty line accepts the offer; "-" means that there is none.
func (s *walk) typed(step wizard.Step) (wizard.Reply, error) {
	offer := ""
	if r := s.Before(); len(r.Values) > 0 {
		offer = r.Values[0]
	} else {
		offer = s.Suggestion()
	}
	switch {
	case offer != "" && step.Optional:
		s.tell("plain.offer-optional", "value", offer)
	case offer != "":
		s.tell("plain.offer", "value", offer)
	case step.Optional:
		s.tell("plain.may-be-empty")
	}
	line, err := s.ask(s.help(step))
	r := wizard.Reply{Step: step.ID}
	if err != nil {
		return r, err
	}
	text := words.Typed(step.Check, line, s.d.Recognise)
	switch {
	case text == "" && offer != "":
		text = offer
	case step.Optional && (fold(text) == "-" || text == "\u30fc"): // an input method may turn "-" into this
		text = ""
	}
	if text != "" {
		r.Values = []string{text}
	}
	if warn := s.p.Warn(r, s.Answers().Domain); warn != "" && text != offer {
		s.say(warn)
		again, err := s.ask(s.help(step))
		if err != nil || strings.TrimSpace(again) == "" {
			return r, err
		}
		r.Values = []string{words.Typed(step.Check, again, s.d.Recognise)}
	}
	return r, nil
}

// pasted reads a mail; the reply may be empty.
func (s *walk) pasted(step wizard.Step) (wizard.Reply, error) {
	s.tell("plain.paste")
	line, err := s.ask(s.help(step))
	r := wizard.Reply{Step: step.ID}
	if err != nil || strings.TrimSpace(line) == "" {
		return r, err
	}
	if step.Digest != "" {
		return s.digested(step, line)
	}
	text, err := s.paste(line)
	r.Values = []string{text}
	return r, err
}

// digested reads a paste that is not kept, or the file that the line names, and says what was read from it.
func (s *walk) digested(step wizard.Step, line string) (wizard.Reply, error) {
	r := wizard.Reply{Step: step.ID}
	text := s.d.Opened(line)
	if text == line {
		var err error
		if text, err = s.paste(line); err != nil {
			return r, err
		}
	}
	r.Values = []string{text}
	got, m := s.Digest(r)
	if m != nil {
		s.say(s.p.Misfit(m))
		return s.pasted(step)
	}
	for _, l := range s.p.Digested(got, s.Answers()) {
		s.say(l)
	}
	return got, nil
}

// firstShown is how many entries of a catalogue are listed before the user has to type to find others.
const firstShown = 16

// choose offers a numbered list. Letters find entries that are not shown.
func (s *walk) choose(step wizard.Step) (wizard.Reply, error) {
	all := s.p.Options(step, s.Offered(), s.Seen())
	shown := opening(all)
	for {
		s.list(step, shown, len(all))
		line, err := s.ask(s.help(step))
		if err != nil {
			return wizard.Reply{}, err
		}
		typed := strings.TrimSpace(fold(line))
		picked, numbers := chosen(shown, typed)
		switch {
		case typed == "":
			return s.values(step, s.offered(step, all))
		case numbers && picked != nil:
			return s.values(step, picked)
		case numbers:
			s.tell("plain.no-number", "last", len(shown))
		default:
			hits := words.Filter(all, typed)
			if !slices.ContainsFunc(hits, func(o words.Option) bool { return len(o.Search) > 0 }) {
				s.tell("plain.no-match", "typed", line)
				shown = opening(all)
				continue
			}
			shown = hits
		}
	}
}

// opening returns the list that a question begins with: the first entries, and the options that are always offered.
func opening(all []words.Option) []words.Option {
	var out []words.Option
	entries := 0
	for _, o := range all {
		if len(o.Search) > 0 {
			if entries++; entries > firstShown && !o.Chosen {
				continue
			}
		}
		out = append(out, o)
	}
	return out
}

// list prints the options, and what an empty line would choose.
func (s *walk) list(step wizard.Step, shown []words.Option, all int) {
	for i, o := range shown {
		text := "  " + strconv.Itoa(i+1) + ". " + o.Label
		if o.Extra != "" {
			text += " " + o.Extra
		}
		s.say(text)
		if o.Because != "" {
			s.say("     " + s.t("plain.because", "because", o.Because))
		}
	}
	if more := all - len(shown); more > 0 {
		s.tell("plain.more", "count", more)
	}
	if step.Kind == wizard.Pick {
		s.tell("plain.pick")
	} else {
		s.tell("plain.choose")
	}
	var names []string
	for _, o := range s.offered(step, shown) {
		names = append(names, o.Label)
	}
	if len(names) > 0 {
		s.tell("plain.offer", "value", strings.Join(names, s.t("words.list")))
	}
}

// offered returns what an empty line chooses: the defaults, else the session's guess; nil where there is neither.
func (s *walk) offered(step wizard.Step, all []words.Option) []words.Option {
	list := defaults(all)
	if guess := s.Guess(step); len(list) == 0 && guess.Said() {
		return slices.DeleteFunc(slices.Clone(all), func(o words.Option) bool { return o.ID != guess.Values[0] })
	}
	return list
}

func defaults(list []words.Option) []words.Option {
	return slices.DeleteFunc(slices.Clone(list), func(o words.Option) bool { return !o.Chosen })
}

// chosen parses numbers separated by spaces or commas. ok is false where typed is not a list of numbers; out is nil
// where a number is not on the list.
func chosen(shown []words.Option, typed string) (out []words.Option, ok bool) {
	for f := range strings.FieldsFuncSeq(typed, func(r rune) bool { return strings.ContainsRune(" ,\t\u3000\u3001", r) }) {
		n, err := strconv.Atoi(f)
		if err != nil {
			return nil, false
		}
		ok = true
		if n < 1 || n > len(shown) {
			return nil, true
		}
		out = append(out, shown[n-1])
	}
	return out, ok
}

// values makes the reply, and asks for the values that choices need.
func (s *walk) values(step wizard.Step, picked []words.Option) (wizard.Reply, error) {
	r := wizard.Reply{Step: step.ID}
	for _, o := range picked {
		r.Values = append(r.Values, o.ID)
		value := o.Extra
		if o.NeedsText != "" {
			line, err := s.value(step, o)
			if err != nil {
				return r, err
			}
			value = line
		}
		if value != "" {
			if r.Extra == nil {
				r.Extra = map[string]string{}
			}
			r.Extra[o.ID] = value
		}
	}
	return r, nil
}

// value asks for a server name or an address until it is valid; it may be left empty.
func (s *walk) value(step wizard.Step, o words.Option) (string, error) {
	for {
		s.say(o.Label + ": " + o.NeedsText)
		s.tell("plain.may-be-empty")
		line, err := s.ask(func() { s.say(o.NeedsText) })
		if err != nil {
			return "", err
		}
		text := words.Typed(step.Check, line, s.d.Recognise)
		if text == "" {
			return "", nil
		}
		m := step.Fits(wizard.Reply{Step: step.ID, Values: []string{o.ID}, Extra: map[string]string{o.ID: text}})
		if m == nil {
			return text, nil
		}
		s.say(s.p.Misfit(m))
	}
}
