package e2e

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"tagline/store"
)

// openPage is a page with a list and a thread as a browser keeps it, without the browser: what it shows, and the last
// change that it applied.
type openPage struct {
	url, path string // of the server, and of the page on it
	session   string
	change    int64
	database  string
	from      string             // the position of its first message, where there are older ones
	until     string             // that of its last one, where there are newer ones: it begins at the first unread
	rows      map[string]listRow // by id of the element
	thread    []int64            // its messages from above
	first     int                // how many messages it showed when it was loaded
	loads     int                // how often it had to be loaded, the first time included
	halfOpen  []*websocket.Conn  // nobody reads them any more, and the server was told nothing
}

type listRow struct{ sort, shows string }

// at is when its conversation last said anything, in milliseconds; the row is sorted by that.
func (r listRow) at() int64 {
	at, _, _ := strings.Cut(r.sort, "-")
	n, _ := strconv.ParseUint(at, 16, 64)
	return int64(n ^ 1<<63)
}

var (
	pageChange    = regexp.MustCompile(`id="app"[^>]* data-change="(\d+)"`)
	pageDatabase  = regexp.MustCompile(`data-database="([^"]+)"`)
	pageFrom      = regexp.MustCompile(`<a id="older"[^>]* data-from="([^"]+)"`)
	pageUntil     = regexp.MustCompile(`id="later"[^>]* data-until="([^"]+)"`)
	rowInPage     = regexp.MustCompile(`(?s)<div id="(row-\d+)" (?:data-gone|class="row-holder" data-sort="([^"]+)".*?<span class="row-name">(.*?)</span>.*?dir="auto">(.*?)</span>\s*<span class="row-flags">(.*?)</span>\s*<span class="row-chips">)`)
	threadInFrame = regexp.MustCompile(`(?s)<hx-partial hx-target="#thread" .*?</hx-partial>`)
	bubbleInPage  = regexp.MustCompile(`<article id="message-(\d+)"`)
)

func (p *openPage) get(path string) (string, error) {
	req, err := http.NewRequest(http.MethodGet, p.url+path, nil)
	if err != nil {
		return "", err
	}
	req.AddCookie(&http.Cookie{Name: "tagline", Value: p.session})
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return "", err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err == nil && resp.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s was answered %d", path, resp.StatusCode)
	}
	return string(body), err
}

// load fetches the page anew.
func (p *openPage) load() error {
	page, err := p.get(p.path)
	if err != nil {
		return err
	}
	p.loads++
	p.change, _ = strconv.ParseInt(pageChange.FindStringSubmatch(page)[1], 10, 64)
	p.database = pageDatabase.FindStringSubmatch(page)[1]
	p.from = ""
	if older := pageFrom.FindStringSubmatch(page); older != nil {
		p.from = older[1]
	}
	p.until = ""
	if later := pageUntil.FindStringSubmatch(page); later != nil {
		p.until = later[1]
	}
	p.rows = map[string]listRow{}
	p.takeRows(page)
	p.thread = bubbles(page)
	p.first = len(p.thread)
	return nil
}

func bubbles(html string) (ids []int64) {
	for _, bubble := range bubbleInPage.FindAllStringSubmatch(html, -1) {
		id, _ := strconv.ParseInt(bubble[1], 10, 64)
		ids = append(ids, id)
	}
	return ids
}

func (p *openPage) takeRows(html string) {
	for _, row := range rowInPage.FindAllStringSubmatch(html, -1) {
		if row[2] == "" {
			delete(p.rows, row[1])
		} else {
			p.rows[row[1]] = listRow{row[2], strings.Join(row[3:], " | ")}
		}
	}
}

// list is what the first rows show, from above.
func (p *openPage) list(rows int) (shows []string) {
	all := make([]listRow, 0, len(p.rows))
	for _, row := range p.rows {
		all = append(all, row)
	}
	slices.SortFunc(all, func(a, b listRow) int { return cmp.Compare(b.sort, a.sort) })
	for _, row := range all[:min(rows, len(all))] {
		shows = append(shows, row.sort+" "+row.shows)
	}
	return shows
}

func (p *openPage) connect() (*websocket.Conn, error) {
	screen, err := json.Marshal(map[string]any{"page": p.path, "change": p.change, "database": p.database, "from": p.from, "until": p.until})
	if err != nil {
		return nil, err
	}
	header := http.Header{"Origin": {p.url}, "Cookie": {"tagline=" + p.session}}
	conn, resp, err := websocket.DefaultDialer.Dial("ws"+strings.TrimPrefix(p.url, "http")+"/live?screen="+url.QueryEscape(string(screen)), header)
	if resp != nil && err != nil {
		body, _ := io.ReadAll(resp.Body)
		err = fmt.Errorf("%w: %s %s", err, resp.Status, body)
	}
	return conn, err
}

// ends tells whether the thread goes on behind a message that stands before this position.
func (p *openPage) ends(at, id int64) bool {
	var last store.Position
	if _, err := fmt.Sscanf(p.until, "%d.%d", &last.At, &last.ID); err != nil {
		return false
	}
	return last.Before(store.Position{At: at, ID: id})
}

// liveFrame is what an open page is sent.
type liveFrame struct {
	Change  int64
	Content string
	Stale   bool
	More    bool // the content goes on in the next one
}

// errLoaded says that the page could not be caught up and was loaded anew.
var errLoaded = errors.New("loaded anew")

// readFrame reads the next frame with its whole content.
func readFrame(conn *websocket.Conn) (f liveFrame, err error) {
	content := ""
	for f.More = true; f.More && err == nil; content += f.Content {
		var data []byte
		f = liveFrame{}
		if _, data, err = conn.ReadMessage(); err == nil {
			err = json.Unmarshal(data, &f)
		}
	}
	f.Content = content
	return f, err
}

// take applies the next frame.
func (p *openPage) take(conn *websocket.Conn) error {
	f, err := readFrame(conn)
	if err != nil {
		return err
	}
	if f.Stale {
		if err := p.load(); err != nil {
			return err
		}
		return errLoaded
	}
	if f.Change < p.change {
		return outOfOrder{f.Change, p.change}
	}
	p.change = f.Change
	p.takeRows(f.Content)
	if thread := threadInFrame.FindString(f.Content); thread != "" {
		p.thread = bubbles(thread)
	}
	return nil
}

// follow keeps the page up to date until it shows the change.
func (p *openPage) follow(change int64) error {
	conn, err := p.connect()
	if err != nil {
		return err
	}
	defer conn.Close()
	_ = conn.SetReadDeadline(time.Now().Add(time.Minute))
	for p.change < change {
		if err := p.take(conn); err != nil {
			return err
		}
	}
	return nil
}

// followFor keeps the page up to date until the time is over, and ends the connection then in one of the ways in which
// connections end. The error says that what came was wrong.
func (p *openPage) followFor(d time.Duration, how int) error {
	conn, err := p.connect()
	if err != nil {
		return nil // the program was just killed
	}
	switch how % 4 {
	case 0: // the network resets it
		defer time.AfterFunc(d, func() { _ = conn.NetConn().(*net.TCPConn).SetLinger(0); _ = conn.NetConn().Close() }).Stop()
	case 1: // the page says that it goes
		goodbye := websocket.FormatCloseMessage(websocket.CloseGoingAway, "")
		defer time.AfterFunc(d, func() { _ = conn.WriteControl(websocket.CloseMessage, goodbye, time.Now().Add(time.Second)) }).Stop()
	case 2:
		defer time.AfterFunc(d, func() { _ = conn.Close() }).Stop()
	case 3: // one side is gone, and the other is not told
		_ = conn.SetReadDeadline(time.Now().Add(d))
		defer p.leaveHalfOpen(conn)
	}
	for err == nil {
		err = p.take(conn)
	}
	if how%4 != 3 {
		_ = conn.Close()
	}
	if _, wrong := errors.AsType[outOfOrder](err); wrong {
		return err
	}
	return nil
}

// outOfOrder is a change that came after a later one.
type outOfOrder struct{ change, after int64 }

func (o outOfOrder) Error() string { return fmt.Sprintf("change %d came after %d", o.change, o.after) }

const halfOpenMost = 5 // a page keeps

func (p *openPage) leaveHalfOpen(conn *websocket.Conn) {
	p.halfOpen = append(p.halfOpen, conn)
	if len(p.halfOpen) > halfOpenMost {
		_ = p.halfOpen[0].Close()
		p.halfOpen = p.halfOpen[1:]
	}
}

// Somebody comes to a page whose scripts are still loading: it connects by itself once they are there, and nothing
// breaks before.
func TestAPageIsComeToBeforeItsScriptsAreThere(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	b := d.sit("anna").another()
	b.open(d.url + "/inbox")
	b.live()
	eval[any](b, `(() => {
		const there = window.htmx, script = document.createElement("script");
		script.src = document.querySelector("script[src*='/live.']").src; // once more, as if it had just been loaded
		script.onload = () => {
			window.addEventListener("error", (e) => (window.broke = e.message));
			window.htmx = undefined;
			window.dispatchEvent(new Event("focus"));
			window.htmx = there;
			window.cameEarly = true;
		};
		document.head.append(script);
	})()`)
	b.await("the early focus", `window.cameEarly`)
	if broke := eval[string](b, `window.broke ?? ""`); broke != "" {
		t.Errorf("it broke: %s", broke)
	}
}
