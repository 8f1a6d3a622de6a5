package probe

import (
	"flag"
	"os"
	"testing"
)

// The parallel tests wait for servers that are silent, which takes no processor: more of them run at once than there are
// processors. A flag of the caller's wins.
func TestMain(m *testing.M) {
	_ = flag.Set("test.parallel", "8")
	os.Exit(m.Run())
}
