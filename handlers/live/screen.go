package live

// screen is what a socket keeps up to date. The browser says so when it connects and when it goes to another page.
type screen struct {
	Page     string `json:"page"`     // its address on this site
	Change   int64  `json:"change"`   // the last change it shows
	Database string `json:"database"` // whose change that is; "" where the page does not know
	From     string `json:"from"`     // position of the first message it shows
	Until    string `json:"until"`    // position of the last one where the thread goes on behind it, else ""
	Unread   int64  `json:"unread"`   // the message above which "New messages" stands
	View     int    `json:"view"`     // counts the pages of a browser tab: frames for an earlier one are dropped
	Hidden   bool   `json:"hidden"`   // nobody can see it: the tab is in the background
	Writing  bool   `json:"writing"`  // a reply is being written in the open conversation
}

// samePage tells whether a later screen is of the page that the socket keeps up to date already.
func (s screen) samePage(later screen) bool {
	return later.View == s.View && later.Page == s.Page &&
		later.From == s.From && later.Until == s.Until && later.Change >= s.Change
}
