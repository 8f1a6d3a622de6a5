package propagation

import "time"

// Judge says how every wanted record stands at every place, when all will be well, and when to look next.
func Judge(wants []Want, places []Place, looks []Look, now time.Time) Verdict { panic("stub") }

// Asks lists what to ask now. A place that is no authority is asked for a name only once every authority that
// answers has the wanted record: an early question plants a negative answer (RFC 2308).
func Asks(wants []Want, places []Place, looks []Look, now time.Time) []Ask { panic("stub") }
