package i18n

import (
	"testing"

	gt "github.com/pelletier/go-toml/v2"
	"github.com/BurntSushi/toml"
)

func BenchmarkLoadJA(b *testing.B) { for b.Loop() { load(JA) } }
func BenchmarkUn(b *testing.B) {
	names, _ := files.ReadDir("ja")
	var raws [][]byte
	for _, n := range names { r, _ := files.ReadFile("ja/"+n.Name()); raws = append(raws, r) }
	b.Run("burnt", func(b *testing.B) { for b.Loop() { for _, r := range raws { var v any; if err := toml.Unmarshal(r, &v); err != nil {b.Fatal(err)} } } })
	b.Run("pelletier", func(b *testing.B) { for b.Loop() { for _, r := range raws { var v any; if err := gt.Unmarshal(r, &v); err != nil {b.Fatal(err)} } } })
}
