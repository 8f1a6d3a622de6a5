package reading

// Strangers are addresses far from one another: nobody's record has a reason to let several of them pass.
var Strangers = []string{"1.2.3.4", "77.77.77.77", "130.130.130.130", "180.180.180.180", "222.222.222.222"}

// MaxTried bounds for how many sending addresses the names in SPF that hang on them are asked for.
const MaxTried = 6
