package store

// signal tells a job that a commit left something for it.
type signal int

// The signals.
const (
	repliesQueued    signal = iota // replies are to be sent
	snoozeChanged                  // something was snoozed
	tagsRequested                  // tags are to be asked for
	forwardsQueued                 // webhooks are to be passed on
	retentionChanged               // something is to be removed
	signalCount                    // how many there are
)

// RepliesQueued is told when there may be something to send. One look at DueSends sees all that it was told of.
func (s *Store) RepliesQueued() <-chan struct{} { return s.effects.signals[repliesQueued] }

// SnoozeChanged is told after commits that snoozed something: the next moment to call WakeDue may be an earlier one.
func (s *Store) SnoozeChanged() <-chan struct{} { return s.effects.signals[snoozeChanged] }

// TagsRequested is told when there may be tags to ask TextLink for. One look at DueTags sees all that it was told of.
func (s *Store) TagsRequested() <-chan struct{} { return s.effects.signals[tagsRequested] }

// RetentionChanged is told when there may be something to remove: a contact was deleted, or how long things are kept
// was changed.
func (s *Store) RetentionChanged() <-chan struct{} { return s.effects.signals[retentionChanged] }

// Committed is told after commits: there may be something to take into the search index.
func (s *Store) Committed() <-chan struct{} { return s.effects.committed }
