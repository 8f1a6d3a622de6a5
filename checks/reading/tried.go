package reading

// Strangers are addresses far apart from each other: no SPF record has a reason to let several of them pass.
var Strangers = []string{"1.2.3.4", "77.77.77.77", "130.130.130.130", "180.180.180.180", "222.222.222.222"}

// MaxTried is the largest number of sending addresses for which SPF names that depend on the address (exists, macros)
// are looked up.
const MaxTried = 6
