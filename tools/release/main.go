// Command release builds everything that a release consists of, as .goreleaser.yaml describes it, without goreleaser:
// archives for Windows, macOS and Linux, packages (deb, rpm, apk), an SBOM of each archive, checksums, and the
// manifests for Homebrew, Scoop and winget. It publishes nothing.
//
// Run it in the repository's root: go run -C tools/release . -root ../.. -out ../../dist
package main

import (
	"crypto/sha256"
	"encoding/hex"
	"flag"
	"fmt"
	"log"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// release is the release that is being built.
type release struct {
	root, out string
	version   string    // without the "v"
	at        time.Time // of the commit, so that the same source gives the same files
	base      string    // the URL under which the files will be published
	made      []string  // names of the files to publish
}

func main() {
	log.SetFlags(0)
	r := &release{}
	flag.StringVar(&r.root, "root", ".", "the repository")
	flag.StringVar(&r.out, "out", "dist", "the folder to fill; it must be empty or new")
	flag.StringVar(&r.version, "version", "", "the version (1.2.3); as git describes it where empty")
	flag.StringVar(&r.base, "url", "https://example.org/todoku/releases/download", "where releases are downloaded from")
	only := flag.String("only", "", "only this target (linux/amd64)")
	flag.Parse()
	start := time.Now()
	if err := r.make(*only); err != nil {
		log.Fatal("release: ", err)
	}
	for _, name := range r.made {
		st, err := os.Stat(filepath.Join(r.out, name))
		if err != nil {
			log.Fatal("release: ", err)
		}
		fmt.Printf("%10d  %s\n", st.Size(), name)
	}
	fmt.Printf("todoku %s in %s, %d files, %.0f s\n", r.version, r.out, len(r.made), time.Since(start).Seconds())
}

// targets are the systems that the program is built for.
var targets = []target{
	{"linux", "amd64"}, {"linux", "arm64"}, {"darwin", "amd64"}, {"darwin", "arm64"}, {"windows", "amd64"}, {"windows", "arm64"},
}

func (r *release) make(only string) error {
	if err := r.begin(); err != nil {
		return err
	}
	extras, err := r.extras()
	if err != nil {
		return err
	}
	for _, t := range targets {
		if only != "" && only != t.os+"/"+t.arch {
			continue
		}
		program, err := r.build(t)
		if err != nil {
			return fmt.Errorf("%s/%s: %w", t.os, t.arch, err)
		}
		archive, err := r.archive(t, program, extras)
		if err != nil {
			return err
		}
		if err := r.sbom(archive, program); err != nil {
			return err
		}
		if t.os == "linux" {
			if err := r.packages(t, program, extras); err != nil {
				return err
			}
		}
	}
	sums, err := r.checksums()
	if err != nil || only != "" {
		return err
	}
	return r.manifests(sums)
}

// begin makes the output folder and finds the version and its time.
func (r *release) begin() error {
	if left, err := os.ReadDir(r.out); err == nil && len(left) > 0 {
		return fmt.Errorf("%s is not empty", r.out)
	}
	if err := os.MkdirAll(r.out, 0o755); err != nil {
		return err
	}
	if r.version == "" {
		described, err := r.git("describe", "--tags", "--match", "v[0-9]*", "--dirty")
		if err != nil { // no tag yet
			short, err := r.git("rev-parse", "--short", "HEAD")
			if err != nil {
				return err
			}
			described = "v0.0.0-SNAPSHOT-" + short
		}
		r.version = described
	}
	r.version = strings.TrimPrefix(r.version, "v")
	at, err := r.git("log", "-1", "--format=%cI")
	if err != nil {
		return err
	}
	r.at, err = time.Parse(time.RFC3339, at)
	return err
}

func (r *release) git(args ...string) (string, error) {
	cmd := exec.Command("git", args...)
	cmd.Dir = r.root
	out, err := cmd.Output()
	return strings.TrimSpace(string(out)), err
}

// add records a file to publish, and returns its path.
func (r *release) add(name string) string {
	r.made = append(r.made, name)
	return filepath.Join(r.out, name)
}

// checksums writes the SHA-256 of every file in the format of sha256sum.
func (r *release) checksums() (map[string]string, error) {
	sums := map[string]string{}
	var text strings.Builder
	for _, name := range slices.Sorted(slices.Values(r.made)) {
		data, err := os.ReadFile(filepath.Join(r.out, name))
		if err != nil {
			return nil, err
		}
		sum := sha256.Sum256(data)
		sums[name] = hex.EncodeToString(sum[:])
		fmt.Fprintf(&text, "%s  %s\n", sums[name], name)
	}
	return sums, os.WriteFile(r.add("checksums.txt"), []byte(text.String()), 0o644)
}
