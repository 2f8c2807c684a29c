package web

import (
	"bytes"
	"compress/gzip"
	"net/http"
	"strconv"
	"strings"
	"sync"
)

// worthCompressing is the size from which an answer fits in fewer packets when it is compressed, in bytes.
const worthCompressing = 1400

var compressors = sync.Pool{New: func() any {
	w, err := gzip.NewWriterLevel(nil, gzip.BestSpeed)
	if err != nil {
		panic(err) // the level is a constant
	}
	return w
}}

// AcceptsGzip tells whether the answer may be compressed.
func AcceptsGzip(r *http.Request) bool {
	for coding := range strings.SplitSeq(r.Header.Get("Accept-Encoding"), ",") {
		name, weight, _ := strings.Cut(coding, ";")
		if strings.TrimSpace(name) == "gzip" {
			return strings.ReplaceAll(weight, " ", "") != "q=0"
		}
	}
	return false
}

// compress returns the body as it is sent, small if it was worth compressing, and says so in the headers. Pages that
// show secrets reflect nothing of their address, so that lengths tell nobody who listens anything about them.
func compress(w http.ResponseWriter, r *http.Request, body, small *bytes.Buffer) *bytes.Buffer {
	if body.Len() < worthCompressing {
		return body
	}
	h := w.Header()
	h.Add("Vary", "Accept-Encoding")
	if !AcceptsGzip(r) {
		return body
	}
	z := compressors.Get().(*gzip.Writer)
	defer compressors.Put(z)
	z.Reset(small)
	_, _ = z.Write(body.Bytes()) // memory takes everything
	_ = z.Close()
	h.Set("Content-Encoding", "gzip")
	h.Set("Content-Length", strconv.Itoa(small.Len()))
	return small
}
