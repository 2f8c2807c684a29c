package web

import (
	"sync"
	"time"
)

const (
	// cacheLife is how long an entry is kept that nobody asked for meanwhile; it may be twice as long. Sockets that
	// need the same need it at about the same time, and a thread takes a lot of memory.
	cacheLife = 5 * time.Second
	// cacheSize is how many entries are kept at most, or twice as many.
	cacheSize = 4096
)

// Cache keeps what was read or rendered for one viewer for others that need the same. Whatever changes a value must be
// part of its key: what the viewer may see above all.
type Cache struct {
	latest func() int64 // the number of the latest change
	now    func() time.Time

	mu      sync.Mutex
	rotated time.Time      // when recent became older
	recent  map[any]*entry // asked for since then
	older   map[any]*entry // asked for before, and not since
}

// entry is one value. Its lock is held while it is read, so that others who need it wait instead of reading it as well.
type entry struct {
	mu    sync.Mutex
	read  bool
	asOf  int64 // the value shows every change up to this number
	value any
}

// NewCache returns an empty cache. latest returns the number of the latest change.
func NewCache(latest func() int64, now func() time.Time) *Cache {
	return &Cache{latest: latest, now: now, recent: map[any]*entry{}}
}

// GetCached returns the value of a key with every change up to the number since in it. It calls read only where the
// cache has none that is as new.
func GetCached[V any](c *Cache, key any, since int64, read func() (V, error)) (V, error) {
	return load(c, key, since, func() int64 { return max(since, c.latest()) }, read)
}

// GetCachedAsOf is GetCached for values made of what was read before, with every change up to the number since: a later
// change may be missing in them, whenever they are made.
func GetCachedAsOf[V any](c *Cache, key any, since int64, read func() (V, error)) (V, error) {
	return load(c, key, since, func() int64 { return since }, read)
}

// load keeps the value that read returns as one that shows every change up to asOf, which is called before read.
func load[V any](c *Cache, key any, since int64, asOf func() int64, read func() (V, error)) (V, error) {
	e := c.find(key)
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.read && e.asOf >= since {
		return e.value.(V), nil
	}
	newest := asOf()
	value, err := read()
	if err == nil {
		e.read, e.asOf, e.value = true, newest, value
	}
	return value, err
}

func (c *Cache) find(key any) *entry {
	c.mu.Lock()
	defer c.mu.Unlock()
	if now := c.now(); len(c.recent) >= cacheSize || now.Sub(c.rotated) >= cacheLife {
		c.older, c.recent, c.rotated = c.recent, map[any]*entry{}, now
	}
	e := c.recent[key]
	if e == nil {
		if e = c.older[key]; e == nil {
			e = &entry{}
		}
		c.recent[key] = e
	}
	return e
}
