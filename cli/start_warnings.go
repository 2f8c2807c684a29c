package cli

import (
	"os"
)

// warn logs what somebody has likely meant otherwise. Nothing of it keeps the server from starting.
func (p *program) warn(c settings, inherited bool) {
	if unknown := unknownVariables(os.Environ()); len(unknown) > 0 {
		p.log.Warn("these variables set nothing; is a name misspelt? see tagline serve --help", "variables", unknown)
	}
	for _, flag := range []string{"addr", "http-addr"} {
		if inherited && p.given[flag] {
			p.log.Warn("where to listen is said by the socket unit (ListenStream=); this flag is not used", "flag", "--"+flag)
		}
	}
	if c.BackupEvery > 0 {
		if err := tryToWrite(c.BackupDir); err != nil {
			p.log.Warn("no backup can be written there; let the service write to it (ReadWritePaths= in its unit) or choose "+
				"another folder with --backup-dir", "folder", c.BackupDir, "error", err)
		}
	}
}

// tryToWrite makes a file in the folder, which is made where it is missing, and removes it.
func tryToWrite(folder string) error {
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return err
	}
	f, err := os.CreateTemp(folder, ".tagline-*")
	if err != nil {
		return err
	}
	if err := f.Close(); err != nil {
		return err
	}
	return os.Remove(f.Name())
}
