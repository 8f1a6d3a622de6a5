package wizard

// StepID names a question.
type StepID string

// Kind is how a question is answered.
type Kind string

// The ways to answer.
const (
	Text   Kind = "text"   // one line
	Paste  Kind = "paste"  // many lines, may be empty
	Choose Kind = "choose" // one of the options
	Pick   Kind = "pick"   // any number of the options
	Page   Kind = "page"   // no question: the front end shows a page (check, diagnosis, records, watch, proof, keep)
)

// Step is one question or page, as data. Its words are i18n "wizard.<id>.*".
type Step struct {
	ID   StepID
	Kind Kind
	// Options names the list to choose from: a fixed one (Fixed), or the catalogue's "hosts", "senders", "panels".
	Options string
	Fixed   []string
	// Check names how a typed reply is tested: domain, ip, address, host, text; "" for none.
	Check string
	// Optional: an empty reply is allowed.
	Optional bool
	// Put stores a reply in the answers.
	Put func(*Answers, Reply)
	// Next: the first edge whose guard holds decides.
	Next []Edge
}

// Guard is a named condition, so that the graph can be printed and tested.
type Guard struct {
	Name  string
	Holds func(Answers) bool
}

// Edge leads to a step when its guard holds.
type Edge struct {
	If Guard
	To StepID
}

// Reply answers one step: the chosen IDs, or the typed text as Values[0]; pages reply with none.
type Reply struct {
	Step   StepID            `json:"step"`
	Values []string          `json:"values,omitempty"`
	Extra  map[string]string `json:"extra,omitempty"` // a value that belongs to a choice, by its ID (a server name)
}

// Path is every reply so far: the wizard's whole state.
type Path []Reply

// Back drops the last reply.
func (p Path) Back() Path {
	if len(p) == 0 {
		return p
	}
	return p[:len(p)-1]
}

// Flow is the questions and where they begin.
type Flow struct {
	First StepID
	Steps []Step
}
