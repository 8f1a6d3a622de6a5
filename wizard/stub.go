package wizard

// Main is todoku's flow (product section 2).
func Main() Flow { panic("stub") }

// Step finds a step.
func (f Flow) Step(id StepID) (Step, bool) { panic("stub") }

// Walk replays the path: the answers so far and the step that is to be asked now. An error names the reply that does
// not fit (another step than the one to be asked, or a value that its options do not have).
func (f Flow) Walk(p Path) (Answers, StepID, error) { panic("stub") }

// Graph prints the flow for people: one line an edge, as Mermaid.
func (f Flow) Graph() string { panic("stub") }
