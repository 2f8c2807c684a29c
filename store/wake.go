package store

// wake is a part of the program that sleeps until a commit leaves something for it.
type wake int

// Whom commits wake.
const (
	wakeOutbox    wake = iota // replies are to be sent
	wakeAlarm                 // something was snoozed
	wakeTagger                // tags are to be asked for
	wakeForwarder             // webhooks are to be passed on
	wakeRetention             // something is to be removed
	wakeAll                   // how many there are
)

// Due is told when there may be something to send. One look at DueSends sees all that it was told of.
func (s *Store) Due() <-chan struct{} { return s.effects.wakes[wakeOutbox] }

// Slept is told after commits that snoozed something: the next moment to look at Wake may be an earlier one.
func (s *Store) Slept() <-chan struct{} { return s.effects.wakes[wakeAlarm] }

// Asked is told when there may be tags to ask TextLink for. One look at DueTags sees all that it was told of.
func (s *Store) Asked() <-chan struct{} { return s.effects.wakes[wakeTagger] }

// RetentionDue is told when there may be something to remove: a contact was deleted, or how long things are kept was changed.
func (s *Store) RetentionDue() <-chan struct{} { return s.effects.wakes[wakeRetention] }

// Committed is told after commits: there may be something to take into the search index.
func (s *Store) Committed() <-chan struct{} { return s.effects.committed }
