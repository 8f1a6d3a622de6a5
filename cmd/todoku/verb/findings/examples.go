package findings

import (
	_ "embed" // for the examples
	"encoding/json"
	"sync"

	"example.org/todoku/checks"
	"example.org/todoku/wizard/document"
)

// examplesFile holds an example of each finding: a scenario of the lab that shows it, the records that the plan
// changes for it there, and what was seen. A test writes the file from the scenarios and checks every example
// against the rules.
//
//go:embed examples.json
var examplesFile []byte

var examples = sync.OnceValues(func() (map[checks.Code]document.Example, error) {
	out := map[checks.Code]document.Example{}
	return out, json.Unmarshal(examplesFile, &out)
})
