package store

// RetentionChanged is what the audit log says.
const RetentionChanged Action = "retention changed"
