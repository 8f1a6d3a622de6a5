package earlyinit

import (
	"os"
	"testing"
)

// While packages are loaded CI is set; afterwards the environment is as it was.
func TestEnd(t *testing.T) {
	now := func() (string, bool) { return os.LookupEnv(name) }
	if v, _ := now(); v == "" {
		t.Error("CI is not set while loading")
	}
	for _, c := range []struct {
		value string
		set   bool
	}{{"", false}, {"", true}, {"yes", true}} {
		t.Setenv(name, c.value)
		if !c.set {
			_ = os.Unsetenv(name)
		}
		before, had = now()
		begin()
		if v, _ := now(); v == "" {
			t.Errorf("%+v: CI is not set", c)
		}
		End()
		if v, ok := now(); v != c.value || ok != c.set {
			t.Errorf("%+v: left as %q, %v", c, v, ok)
		}
	}
}
