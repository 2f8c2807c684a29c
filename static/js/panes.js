// panes
