package handlers

import (
	"bufio"
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"

	"tagline/store"
	"tagline/views"
	"tagline/web"
)

const (
	downloadPart = 500             // rows read at once
	downloadWait = 2 * time.Minute // that a browser may take for a part
)

// showDownload offers what the list shows as files.
func (a *downloads) showDownload(w http.ResponseWriter, r *http.Request) error {
	viewer, f := a.viewer(r, person(r)), parseFilter(r.URL.Query(), zone(r))
	var counts store.DownloadCounts
	err := a.readLong(w, r, "counts", func() (err error) {
		counts, err = a.store.CountDownload(r.Context(), viewer.User.Scope(), viewer.User.ID, f)
		return err
	})
	if err != nil {
		return err
	}
	change, err := a.store.ChangeNumber(r.Context())
	if err != nil {
		return err
	}
	return web.Render(w, r, http.StatusOK,
		views.DownloadPage(views.Download{Viewer: viewer, Change: change, Filter: f, Counts: counts}))
}

// download sends one of the files, part by part. It is a form and no link, since the audit log notes it.
func (a *downloads) download(w http.ResponseWriter, r *http.Request) error {
	kind, format, _ := strings.Cut(r.PathValue("file"), ".")
	part, known := a.files(downloadPart)[kind]
	if !known || format != "csv" && format != "jsonl" {
		return web.NotFound()
	}
	user, f := person(r), parseFilter(r.URL.Query(), zone(r))
	slot, err := a.longRead(w, r, "download")
	if err != nil {
		return err
	}
	defer slot.Release()
	if err := a.store.Audit(r.Context(), store.Downloaded, kind+"."+format); err != nil {
		return err
	}
	name := kind + "-" + store.DayOf(a.now().In(zone(r))).String() + "." + format
	var to sheet
	if format == "csv" {
		attach(w, name, "text/csv")
		to = newCSVSheet(w, zone(r))
	} else {
		attach(w, name, "application/jsonl")
		to = newJSONSheet(w)
	}
	err = a.sendDownload(r.Context(), http.NewResponseController(w), to,
		func(ctx context.Context, after int64) (rows []fields, last int64, err error) {
			err = slot.Do(ctx, func() error {
				rows, last, err = part(ctx, user, f, after)
				return err
			})
			return rows, last, err
		})

	if err != nil {
		if !errors.Is(err, context.Canceled) {
			a.log.Warn("a download ended early", "file", kind, "error", err)
		}
		panic(http.ErrAbortHandler) // so that nobody takes the part for the whole
	}
	return nil
}

// sendDownload writes rows until there are no more. Each part may take a while, the whole may take as long as it takes.
func (a *downloads) sendDownload(ctx context.Context, browser *http.ResponseController, to sheet,
	part func(context.Context, int64) ([]fields, int64, error)) error {
	for after := int64(0); ; {
		rows, last, err := part(ctx, after)
		if err != nil || last == after {
			return errors.Join(err, to.flush())
		}
		_ = browser.SetWriteDeadline(time.Now().Add(downloadWait))
		for _, row := range rows {
			if err := to.write(row); err != nil {
				return err
			}
		}
		if err := errors.Join(to.flush(), browser.Flush()); err != nil {
			return err
		}
		after = last
	}
}

// field is one value of a row: a string, a number, a bool, a moment (Unix ms) or nil.
type field struct {
	name  string
	value any
}

type fields []field

// moment is a time in Unix ms; 0 is none.
type moment int64

// sheet is a file that rows are written to.
type sheet interface {
	write(fields) error
	flush() error
}

type jsonSheet struct {
	to    *bufio.Writer
	lines *json.Encoder
}

func newJSONSheet(w http.ResponseWriter) *jsonSheet {
	to := bufio.NewWriter(w)
	lines := json.NewEncoder(to)
	lines.SetEscapeHTML(false)
	return &jsonSheet{to, lines}
}

func (s *jsonSheet) flush() error { return s.to.Flush() }

func (s *jsonSheet) write(row fields) error {
	return s.lines.Encode(row)
}

// MarshalJSON keeps the order of the fields.
func (f fields) MarshalJSON() ([]byte, error) {
	object := []byte{'{'}
	for i, one := range f {
		value := one.value
		if at, is := value.(moment); is && at == 0 {
			value = nil
		}
		content, err := json.Marshal(value)
		if err != nil {
			return nil, err
		}
		if i > 0 {
			object = append(object, ',')
		}
		object = append(append(append(object, strconv.Quote(one.name)...), ':'), content...)
	}
	return append(object, '}'), nil
}

// csvSheet is what spreadsheets open: UTF-8 with the mark that they look for, and a line of names first (RFC 4180).
type csvSheet struct {
	lines *csv.Writer
	zone  *time.Location
	begun bool
	to    http.ResponseWriter
}

func newCSVSheet(w http.ResponseWriter, zone *time.Location) *csvSheet {
	lines := csv.NewWriter(w)
	lines.UseCRLF = true
	return &csvSheet{lines: lines, zone: zone, to: w}
}

func (s *csvSheet) flush() error {
	s.lines.Flush()
	return s.lines.Error()
}

func (s *csvSheet) write(row fields) error {
	cells := make([]string, len(row))
	if !s.begun {
		s.begun = true
		if _, err := s.to.Write([]byte("\ufeff")); err != nil {
			return err
		}
		for i, one := range row {
			cells[i] = one.name
		}
		if err := s.lines.Write(cells); err != nil {
			return err
		}
	}
	for i, one := range row {
		cells[i] = s.cell(one.value)
	}
	return s.lines.Write(cells)
}

func (s *csvSheet) cell(value any) string {
	switch v := value.(type) {
	case string:
		return csvText(v)
	case int:
		return strconv.Itoa(v)
	case int64:
		return strconv.FormatInt(v, 10)
	case *int64:
		if v != nil {
			return strconv.FormatInt(*v, 10)
		}
	case bool:
		return strconv.FormatBool(v)
	case moment:
		if v != 0 {
			return time.UnixMilli(int64(v)).In(s.zone).Format("2006-01-02T15:04:05-07:00")
		}
	}
	return ""
}
