package web

// Public is what the guard of outward calls asks.
var Public = public
