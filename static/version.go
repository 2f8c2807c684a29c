package static

import (
	"crypto/sha256"
	"encoding/hex"
	"io"
	"maps"
	"runtime/debug"
	"slices"
	"sync"
)

// release, set by the linker (-X tagline/static.release=1.2.3), tells builds apart that source control does not.
var release string

// version is made when it is first asked for.
var version = sync.OnceValue(func() string {
	sum := sha256.New()
	_, _ = io.WriteString(sum, release)
	if info, ok := debug.ReadBuildInfo(); ok {
		_, _ = io.WriteString(sum, info.Main.Version)
		for _, setting := range info.Settings {
			if setting.Key == "vcs.revision" || setting.Key == "vcs.modified" {
				_, _ = io.WriteString(sum, setting.Value)
			}
		}
	}
	for _, address := range slices.Sorted(maps.Keys(files.byAddress)) {
		_, _ = io.WriteString(sum, address)
	}
	return hex.EncodeToString(sum.Sum(nil))[:hashLength]
})

// Version names this build for browsers: pages of another one are loaded anew.
func Version() string { return version() }

// Worker is the service worker's script. It has no hashed address: browsers look for the newest one at the same place.
func Worker() string { return string(files.byName["dist/worker.js"].content) }
