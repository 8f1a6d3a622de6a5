package pattern

import (
	"reflect"
	"regexp"
	"testing"
)

// A pattern has no method that says another thing than the expression's own.
func TestMethodsAreThose(t *testing.T) {
	ours, theirs := reflect.TypeFor[*Pattern](), reflect.TypeFor[*regexp.Regexp]()
	for i := range ours.NumMethod() {
		m, ok := theirs.MethodByName(ours.Method(i).Name)
		if !ok || m.Type.NumIn() != ours.Method(i).Type.NumIn() {
			t.Errorf("%s", ours.Method(i).Name)
		}
	}
	text, p, re := "aab b", New(`a(b)`), regexp.MustCompile(`a(b)`)
	if got, want := p.FindStringSubmatchIndex(text), re.FindStringSubmatchIndex(text); !reflect.DeepEqual(got, want) || p.String() != re.String() {
		t.Errorf("%v, want %v", got, want)
	}
}

// A wrong expression does not go unnoticed, whenever it is used first.
func TestAWrongExpressionPanics(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("it was taken")
		}
	}()
	New(`(`).MatchString("")
}
