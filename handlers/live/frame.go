package live

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"strconv"
	"sync"

	"github.com/a-h/templ"

	"tagline/web"
)

// A frame is what is sent over a socket, as JSON; live.js and the htmx extension read it:
//
//	change   the last change that the page shows with it
//	view     the page of the browser tab that it is for
//	content  HTML with a part for every place that changes
//	more     the content goes on in the next frame: they are shown together, as one
//	stale    the page cannot be caught up: load it anew

// frames are the buffers that frames are made in.
var frames = sync.Pool{New: func() any { return new(bytes.Buffer) }}

const (
	longestFrame   = 60 << 10  // bytes of content in one frame
	longestContent = 256 << 10 // bytes of content in all; a page that needs more is loaded anew, which is less
)

// largeFrame is from where on the memory of a frame is not kept for the next, in bytes: whole threads are sent now and
// then, and hundreds of sockets would each keep room for one.
const largeFrame = 64 << 10

func putFrame(f *bytes.Buffer) {
	if f.Cap() <= largeFrame {
		frames.Put(f)
	}
}

// fragment is HTML as it stands within a JSON string, so that what many frames have in common is made once.
type fragment []byte

func makeFragment(ctx context.Context, parts ...templ.Component) (fragment, error) {
	var html bytes.Buffer
	for _, part := range parts {
		if err := part.Render(ctx, &html); err != nil {
			return nil, err
		}
	}
	var quoted bytes.Buffer
	to := json.NewEncoder(&quoted)
	to.SetEscapeHTML(false) // nobody reads a frame as HTML
	if err := to.Encode(html.String()); err != nil {
		return nil, err
	}
	text := bytes.TrimSuffix(quoted.Bytes(), []byte("\n"))
	return fragment(text[1 : len(text)-1]), nil
}

// write puts the parts into a frame's content.
func writeParts(ctx context.Context, to io.Writer, parts ...templ.Component) error {
	f, err := makeFragment(ctx, parts...)
	if err == nil {
		_, err = to.Write(f)
	}
	return err
}

// stale has the page load its panes anew.
func (l *pageSession) stale() error { return l.sendFrame(nil, true) }

// sendFrame sends one frame, or several where the content is long. A browser that does not take them has gone.
func (l *pageSession) sendFrame(content []byte, stale bool) error {
	if len(content) > longestContent {
		content, stale = nil, true
	}
	for len(content) > longestFrame {
		end := bytes.LastIndexByte(content[:longestFrame], '>') + 1 // never within a character or what is escaped
		if end == 0 {
			content, stale = nil, true
			break
		}
		if l.writeFrame(content[:end], `,"more":true`) != nil {
			return web.CloseGone
		}
		content = content[end:]
	}
	state := ""
	if stale {
		state = `,"stale":true`
	}
	if l.writeFrame(content, state) != nil {
		return web.CloseGone
	}
	return nil
}

func (l *pageSession) writeFrame(content []byte, state string) error {
	f := frames.Get().(*bytes.Buffer)
	defer putFrame(f)
	f.Reset()
	number := f.AvailableBuffer()
	number = append(number, `{"change":`...)
	number = strconv.AppendInt(number, l.screen.Change, 10)
	number = append(number, `,"view":`...)
	number = strconv.AppendInt(number, int64(l.screen.View), 10)
	f.Write(number)
	if len(content) > 0 {
		f.WriteString(`,"content":"`)
		f.Write(content)
		f.WriteByte('"')
	}
	f.WriteString(state)
	f.WriteByte('}')
	return l.socket.Write(f.Bytes())
}
