package forecast

import (
	"fmt"
	"reflect"
	"testing"

	"example.org/todoku/checks/internal/packed"
)

// TestPacked: packed.go says what receivers.toml says; TODOKU_UPDATE=1 writes it.
func TestPacked(t *testing.T) {
	list, err := read(table)
	if err != nil {
		t.Fatal(err)
	}
	packed.Same(t, "packed.go", "forecast", fmt.Sprintf("// packedLength is that of the table from which this was made.\nconst packedLength = %d\n\n", len(table))+
		"var packedReceivers = []Receiver{\n"+packed.Lines(reflect.ValueOf(list), "forecast")+"}\n",
		"TODOKU_UPDATE=1 go test ./checks/forecast -run TestPacked")
}
