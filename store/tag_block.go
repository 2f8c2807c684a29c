package store

import (
	"context"
	"database/sql"
	"slices"
)

// keptBlocks is how many of the newest blocks of steps are kept in memory, 4 KB each.
const keptBlocks = 2000

// blockRun is blocks without a gap between their ids. They are full: such a block never changes any more.
type blockRun struct {
	first  int64 // the id of the first one
	blocks [][]byte
}

func (r *blockRun) end() int64 { return r.first + int64(len(r.blocks)) }

// eachBlock visits the blocks with ids from the first to the last, the last one first. What it visits must not be changed.
func (s *Store) eachBlock(ctx context.Context, first, last int64, visit func([]byte)) error {
	run := s.tagBlocks.Load()
	top := max(first, run.end())
	var full [][]byte
	err := s.readBlocks(ctx, top, last, func(block []byte) {
		visit(block)
		if len(block) == blockSteps*stepSize {
			full = append(full, slices.Clone(block))
		}
	})
	if err != nil {
		return err
	}
	s.keepBlocks(run, top, full)
	for id := min(last, run.end()-1); id >= max(first, run.first); id-- {
		visit(run.blocks[id-run.first])
	}
	return s.readBlocks(ctx, first, min(last, run.first-1), visit)
}

// keepBlocks adds full blocks to the run, read from their last to the one with the first id.
func (s *Store) keepBlocks(run *blockRun, first int64, full [][]byte) {
	if len(full) == 0 {
		return
	}
	slices.Reverse(full)
	longer := blockRun{first, full}
	if first == run.end() {
		longer = blockRun{run.first, slices.Concat(run.blocks, full)}
	}
	if more := len(longer.blocks) - keptBlocks; more > 0 {
		longer = blockRun{longer.first + int64(more), slices.Clone(longer.blocks[more:])}
	}
	s.tagBlocks.CompareAndSwap(run, &longer) // or somebody else was faster
}

// readBlocks is eachBlock out of the database. A block is valid only while it is visited.
func (s *Store) readBlocks(ctx context.Context, first, last int64, visit func([]byte)) error {
	if first > last {
		return nil
	}
	rows, err := s.reads.QueryContext(ctx, `SELECT steps FROM tag_blocks WHERE id BETWEEN ? AND ? ORDER BY id DESC`, first, last)
	_, err = collect(rows, err, func(r row, _ *struct{}) error {
		var block sql.RawBytes
		if err := r.Scan(&block); err != nil {
			return err
		}
		visit(block)
		return nil
	})
	return err
}
