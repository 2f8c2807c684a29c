package store

import (
	"context"
	"encoding/binary"
	"math"
)

// A tag step is a tag change as far as it is counted and filtered by. Steps stand packed in blocks, in the order they
// were written: going through 100,000 of them takes a few milliseconds, whatever the filter, where grouping as many
// rows takes a hundred times as long, and counters by tags, subusers and time would be nearly as many as the changes.

// step is a tag change with the stay that it ended.
type step struct {
	id       int64 // the change's
	at       int64 // Unix ms
	lasted   int64 // how long the contact had the tag that it lost, ms; -1 if that is not known
	from, to tagID
	subuser  SubuserID // through whom the change came
	begunBy  SubuserID // through whom the one came that began the stay
}

// tagID stands for a tag's name (tag_names); 0 is no tag.
type tagID uint32

const (
	stepSize     = 1 + 5*8 + 2*4 // bytes; integers are big-endian, the first byte is the sign
	blockSteps   = 80            // a block fills a page of the database
	lookedBlocks = 6000          // how many blocks one read goes through, newest first
)

// The signs of a step.
const (
	taken    = 1
	takenOut = 2 // takes back an earlier one that is equal
)

// #nosec G115 -- readStep converts back, and nothing is lost on the way
func (s step) append(b []byte, sign byte) []byte {
	b = append(b, sign)
	for _, n := range []int64{s.id, s.at, s.lasted} {
		b = binary.BigEndian.AppendUint64(b, uint64(n))
	}
	b = binary.BigEndian.AppendUint32(b, uint32(s.from))
	b = binary.BigEndian.AppendUint32(b, uint32(s.to))
	b = binary.BigEndian.AppendUint64(b, uint64(s.subuser))
	return binary.BigEndian.AppendUint64(b, uint64(s.begunBy))
}

// readStep reads what append wrote.
// #nosec G115 -- the bits that append wrote
func readStep(b []byte) (s step, sign byte) {
	_ = b[stepSize-1]
	return step{
		id:      int64(binary.BigEndian.Uint64(b[1:])),
		at:      stepAt(b),
		lasted:  int64(binary.BigEndian.Uint64(b[17:])),
		from:    tagID(binary.BigEndian.Uint32(b[25:])),
		to:      tagID(binary.BigEndian.Uint32(b[29:])),
		subuser: SubuserID(binary.BigEndian.Uint64(b[33:])),
		begunBy: SubuserID(binary.BigEndian.Uint64(b[41:])),
	}, b[0]
}

// stepAt reads only when the step was.
// #nosec G115 -- the bits that append wrote
func stepAt(b []byte) int64 { return int64(binary.BigEndian.Uint64(b[9:])) }

// newStep is the step of a change that came after before, the zero TagChange if it was the contact's first.
func (t *tx) newStep(c, before TagChange) (step, error) {
	s := step{id: c.ID, at: c.At, lasted: -1, subuser: c.Subuser}
	if before.ID != 0 {
		s.lasted, s.begunBy = max(0, c.At-before.At), before.Subuser
	}
	var err error
	if s.from, err = t.tagID(c.From); err == nil {
		s.to, err = t.tagID(c.To)
	}
	return s, err
}

func (t *tx) tagID(name string) (id tagID, err error) {
	err = found(t.Row(`SELECT id FROM tag_names WHERE name = ?`, name).Scan(&id))
	if err == ErrNotFound {
		err = t.Row(`INSERT INTO tag_names (name) VALUES (?) RETURNING id`, name).Scan(&id)
	}
	return id, err
}

// addStep writes a change, or takes it back, where it is counted.
func (t *tx) addStep(c, before TagChange, sign byte) error {
	s, err := t.newStep(c, before)
	if err != nil {
		return err
	}
	packed := s.append(nil, sign)
	added, err := t.Affected(`UPDATE tag_blocks SET count = count + 1, first_at = min(first_at, ?1), last_at = max(last_at, ?1), steps = CAST(steps || ?2 AS BLOB)
		WHERE id = (SELECT max(id) FROM tag_blocks) AND count < ?3`, s.at, packed, blockSteps)
	if err != nil || added > 0 {
		return err
	}
	return t.Exec(`INSERT INTO tag_blocks (count, first_at, last_at, steps) VALUES (1, ?1, ?1, ?2)`, s.at, packed)
}

// addSteps writes a contact's changes, or takes them back. The first of them is the one before those that are meant,
// the zero TagChange if there is none.
func (t *tx) addSteps(changes []TagChange, sign byte) error {
	for i := 1; i < len(changes); i++ {
		if err := t.addStep(changes[i], changes[i-1], sign); err != nil {
			return err
		}
	}
	return nil
}

// eachStep visits the steps from one moment until another (Unix ms) that were not taken back, the last written first.
// It tells whether there were too many to visit all.
func (s *Store) eachStep(ctx context.Context, from, until int64, visit func(*step)) (cut bool, err error) {
	var first, last int64
	if err := s.reads.QueryRowContext(ctx, `SELECT coalesce((SELECT min(+id) FROM tag_blocks WHERE last_at >= ?), 0),
		coalesce((SELECT max(+id) FROM tag_blocks WHERE first_at < ?), -1)`, from, until).Scan(&first, &last); err != nil {
		return false, err
	}
	if cut = last-first >= lookedBlocks; cut {
		first = last - lookedBlocks + 1
	}
	out := map[step]int{}
	var one step // the one that is visited: one for each would be garbage to collect
	err = s.eachBlock(ctx, first, last, func(block []byte) {
		for end := len(block); end >= stepSize; end -= stepSize {
			packed := block[end-stepSize : end]
			if at := stepAt(packed); at < from || at >= until {
				continue
			}
			var sign byte
			one, sign = readStep(packed)
			switch {
			case sign == takenOut:
				out[one]++
			case len(out) > 0 && out[one] > 0:
				out[one]--
			default:
				visit(&one)
			}
		}
	})
	return cut, err
}

// bounds are From and Until of a filter as they are compared with.
func bounds(from, until int64) (int64, int64) {
	if until == 0 {
		until = math.MaxInt64
	}
	if from == 0 {
		from = math.MinInt64
	}
	return from, until
}
