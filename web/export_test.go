package web

// Public is what the guard of outward calls asks.
var Public = public

// HashAsTyped is how earlier versions hashed a password.
func HashAsTyped(password string) string {
	salt := make([]byte, saltSize)
	return encode(argonMemory, argonPasses, argonLanes, salt, NewPasswords(1).key(password, salt, argonMemory, argonPasses, argonLanes))
}
