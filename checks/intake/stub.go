package intake

// Recognise reads the text. Exactly one of the results is set.
func Recognise(text string) (Input, *Problem) { panic("stub") }

// Domain is Recognise where only a domain will do (the command line's DOMAIN): an address or URL gives its domain.
func DomainOf(text string) (Input, *Problem) { panic("stub") }
