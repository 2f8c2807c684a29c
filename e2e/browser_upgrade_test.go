package e2e

import (
	"net/http"
	"os/exec"
	"path/filepath"
	"testing"
)

// upgraded is a build of the program that tells itself apart.
func upgraded(t *testing.T) string {
	t.Helper()
	file, err := buildAs(filepath.Join(t.TempDir(), "tagline"), "-ldflags", "-X tagline/static.release=next")
	if err != nil {
		t.Fatal(err)
	}
	return file
}

func TestAfterAnUpgradeThePageLoadsAnewAtAQuietMomentAndNothingTypedIsLost(t *testing.T) {
	t.Parallel()
	next := upgraded(t)
	l := newWired(t)
	l.openFirst()
	l.fill(`[data-note-form] textarea`, "Not sent yet")
	old := eval[string](l.tab, `document.getElementById("upgrade").dataset.version`)
	eval[any](l.tab, `document.querySelector("[name=from]").value = "2026-11-02"; window.loaded = "once"; Math.random = () => 0; 0`)
	l.server.stop()

	stderr := newOutput()
	program := exec.Command(next, append([]string{"serve"}, l.args...)...)
	program.Stderr = stderr
	if err := program.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = program.Process.Kill(); _ = program.Wait() })
	stderr.await(t, `"url":"([^"]+)"`)
	l.await("the page to say so", `document.querySelector("#upgrade .upgrade").checkVisibility()`)
	if resp, err := http.Get(l.server.url + "/healthz"); err != nil || resp.Body.Close() != nil {
		t.Fatal(err)
	}

	// Somebody is at work: nothing is loaded, however often it is tried.
	eval[any](l.tab, `window.tries = 0; { const real = document.hasFocus; setInterval(() => window.tries++, 1000); } 0`)
	l.await("three tries", `window.tries >= 3`)
	if eval[string](l.tab, `String(window.loaded)`) != "once" {
		t.Fatal("the page was loaded anew under somebody's hands")
	}

	eval[any](l.tab, `{ const now = performance.now.bind(performance); performance.now = () => now() + 31_000; } 0`)
	l.await("the page to be loaded anew", `window.loaded === undefined && !!document.getElementById("thread-header")`)
	l.live()
	l.await("what was typed", `document.querySelector("[data-note-form] textarea").value === "Not sent yet" && document.querySelector("[name=from]").value === "2026-11-02"`)
	if version := eval[string](l.tab, `document.getElementById("upgrade").dataset.version`); version == old {
		t.Error("it is the old version still")
	}
	l.await("the focus", `document.activeElement === document.querySelector("[data-note-form] textarea")`)
}
