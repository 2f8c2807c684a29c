//go:build !linux && !darwin

package store

func inUse(string) bool { return false }
