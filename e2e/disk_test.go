package e2e

import (
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// sector is what a disk writes whole, in bytes.
const sector = 512

// disk is what is known of a disk while calls are played: what it must hold, because it was flushed, and what it may
// hold or not.
type disk struct {
	steps        []step
	next         int
	dir          string
	acknowledged []string

	now     map[string]*content // the names as the program sees them
	durable map[string]*content // the names as they are on disk for certain
	naming  []*naming           // what changed since
	flushes map[*call]func()    // what comes true when a flush ends
}

// step is the begin or the end of a call.
type step struct {
	line int
	end  bool
	call *call
	mark string // of the webhook that this call acknowledges, or ""
}

// content is one file, whatever its name.
type content struct {
	image   []byte // for certain
	pending []*pending
}

type pending struct {
	call *call
	done bool
}

// naming is a file made under a name, or a name removed (nil).
type naming struct {
	name string
	file *content
	done bool
}

// newDisk prepares to play the calls that are about the database, from an empty folder.
func newDisk(calls []*call, db string) *disk {
	d := &disk{dir: filepath.Dir(db), now: map[string]*content{}, durable: map[string]*content{}, flushes: map[*call]func(){}}
	answers := map[*call]string{}
	for mark, answer := range acknowledgements(calls) {
		answers[answer] = mark
	}
	for _, c := range calls {
		if mark := answers[c]; c.failed || mark == "" && !d.concerns(c) {
			continue
		}
		d.steps = append(d.steps, step{line: c.begin, call: c, mark: answers[c]})
		if c.end >= 0 {
			d.steps = append(d.steps, step{line: c.end, end: true, call: c})
		}
	}
	slices.SortStableFunc(d.steps, func(a, b step) int { return a.line - b.line })
	return d
}

// concerns tells whether the call is about the folder or a file in it that counts. The index of the log does not: it
// is made anew.
func (d *disk) concerns(c *call) bool {
	path := c.path
	if strings.HasPrefix(c.name, "open") || strings.HasPrefix(c.name, "unlink") || strings.HasPrefix(c.name, "rename") {
		path = string(c.data)
	}
	if strings.HasSuffix(c.fd, "(deleted)") || strings.HasSuffix(path, "-shm") {
		return false
	}
	return path == d.dir || strings.HasPrefix(path, d.dir+"/")
}

// play goes on to a line of the record.
func (d *disk) play(until int) {
	for ; d.next < len(d.steps) && d.steps[d.next].line < until; d.next++ {
		s := d.steps[d.next]
		switch {
		case s.mark != "":
			d.acknowledged = append(d.acknowledged, s.mark)
		case s.end:
			d.end(s.call)
		default:
			d.begin(s.call)
		}
	}
}

func (d *disk) begin(c *call) {
	switch c.name {
	case "open", "openat":
		if name := string(c.data); name != d.dir && d.now[name] == nil { // it is new, as the call succeeds
			d.now[name] = &content{}
			d.naming = append(d.naming, &naming{name: name, file: d.now[name]})
		}
	case "unlink", "unlinkat":
		delete(d.now, string(c.data))
		d.naming = append(d.naming, &naming{name: string(c.data)})
	case "pwrite64", "ftruncate":
		file := d.now[c.path]
		file.pending = append(file.pending, &pending{call: c})
	case "fsync", "fdatasync":
		d.flushes[c] = d.flush(c)
	case "read":
	default:
		panic(c.name + " is not something this test knows of databases")
	}
}

func (d *disk) end(c *call) {
	switch {
	case d.flushes[c] != nil:
		d.flushes[c]()
		delete(d.flushes, c)
	case strings.HasPrefix(c.name, "open"), strings.HasPrefix(c.name, "unlink"):
		for _, n := range d.naming {
			n.done = n.done || n.name == string(c.data)
		}
	case d.now[c.path] != nil:
		for _, p := range d.now[c.path].pending {
			p.done = p.done || p.call == c
		}
	}
}

// flush makes certain what is done by now, once it ends itself.
func (d *disk) flush(c *call) func() {
	if c.path == d.dir {
		var done []*naming
		for _, n := range d.naming {
			if n.done {
				done = append(done, n)
			}
		}
		return func() {
			for _, n := range done {
				rename(d.durable, n)
			}
			d.naming = slices.DeleteFunc(d.naming, func(n *naming) bool { return slices.Contains(done, n) })
		}
	}
	file := d.now[c.path]
	var done []*pending
	for _, p := range file.pending {
		if p.done {
			done = append(done, p)
		}
	}
	return func() {
		for _, p := range done {
			if slices.Contains(file.pending, p) {
				file.image = p.apply(file.image)
			}
		}
		file.pending = slices.DeleteFunc(file.pending, func(p *pending) bool { return slices.Contains(done, p) })
	}
}

func rename(names map[string]*content, n *naming) {
	if n.file == nil {
		delete(names, n.name)
	} else {
		names[n.name] = n.file
	}
}

func (p *pending) apply(image []byte) []byte {
	if p.call.name == "ftruncate" {
		if p.call.offset <= int64(len(image)) {
			return image[:p.call.offset]
		}
		return append(image, make([]byte, p.call.offset-int64(len(image)))...)
	}
	return overwrite(image, p.call.offset, p.call.data)
}

func overwrite(image []byte, offset int64, data []byte) []byte {
	if missing := offset + int64(len(data)) - int64(len(image)); missing > 0 {
		image = append(image, make([]byte, missing)...)
	}
	copy(image[offset:], data)
	return image
}

// fate is what becomes of that which was not flushed.
type fate int

const (
	dropped fate = iota
	kept
	mixed // some calls kept, some dropped
	torn  // some sectors kept, some dropped
	fates
)

// cut writes what the disk could hold if the power went now.
func (d *disk) cut(dir string, rng *rand.Rand) error {
	fate := fate(rng.IntN(int(fates)))
	names := maps.Clone(d.durable)
	for _, n := range d.naming {
		if fate == kept || fate != dropped && rng.IntN(2) == 0 {
			rename(names, n)
		}
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	for _, name := range slices.Sorted(maps.Keys(names)) {
		file := names[name]
		image := slices.Clone(file.image)
		for _, p := range file.pending {
			switch {
			case fate == torn && p.call.name == "pwrite64":
				image = p.tear(image, rng)
			case fate == kept || fate != dropped && rng.IntN(2) == 0:
				image = p.apply(image)
			}
		}
		if err := os.WriteFile(filepath.Join(dir, filepath.Base(name)), image, 0o600); err != nil {
			return err
		}
	}
	return nil
}

// tear applies some of a write's sectors.
func (p *pending) tear(image []byte, rng *rand.Rand) []byte {
	at, data := p.call.offset, p.call.data
	for len(data) > 0 {
		length := min(int64(len(data)), sector-at%sector)
		if rng.IntN(2) == 0 {
			image = overwrite(image, at, data[:length])
		}
		at, data = at+length, data[length:]
	}
	return image
}
