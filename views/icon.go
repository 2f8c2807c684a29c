package views

// Icons are strokes in a box of 20 by 20.
const (
	iconInbox      = "M3.5 11 5.8 4.5h8.4l2.3 6.5v4.5h-13zM3.5 11H7l1 2h4l1-2h3.5"
	iconUnread     = "M10 7.2a2.8 2.8 0 1 0 0 5.6 2.8 2.8 0 0 0 0-5.6z"
	iconUnanswered = "M8 5 3.5 9.5 8 14M4 9.5h7.5a5 5 0 0 1 5 5v1"
	iconFailed     = "M10 3.5l7.5 13h-15zM10 8.5v3.5M10 14.2v.1"
	iconDone       = "M4 10.5l4 4 8-9"
	iconMenu       = "M3.5 6h13M3.5 10h13M3.5 14h13"
	iconBack       = "M12 4.5 6.5 10l5.5 5.5"
	iconClose      = "M5 5l10 10M15 5 5 15"
	iconPane       = "M3.5 4.5h13v11h-13zM12.5 4.5v11"
	iconSettings   = "M3.5 6.5h6M14 6.5h2.5M3.5 13.5H6M10.5 13.5h6M11.8 4.3v4.4M8.2 11.3v4.4"
	iconTheme      = "M10 3.5a6.5 6.5 0 1 0 0 13zM10 3.5a6.5 6.5 0 0 1 0 13"
	iconPlug       = "M7 3.5v4M13 3.5v4M5 7.5h10v2a5 5 0 0 1-10 0zM10 14.5v3"
	iconKey        = "M7 9.5a3.2 3.2 0 1 0 0 6.4 3.2 3.2 0 0 0 0-6.4zM9.3 10.4 16 3.7M13.5 6.2l2.3 2.3"
	iconLog        = "M3.5 16.5h13M5.5 13.5v-4M10 13.5v-9M14.5 13.5v-6"
	iconSignOut    = "M8 4H4.5v12H8M12.5 6.5 16 10l-3.5 3.5M16 10H8"
)
