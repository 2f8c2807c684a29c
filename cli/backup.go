package cli

import (
	"errors"
	"fmt"
	"os"
	"time"

	"tagline/store"
)

// backups are the flags of the backups that the server makes by itself.
type backups struct {
	BackupDir   string        `name:"backup-dir" placeholder:"FOLDER" help:"Where the server keeps the backups that it makes by itself; best on another disk."`
	BackupEvery time.Duration `name:"backup-every" placeholder:"TIME" help:"How often it makes one, like 24h. By default it makes none."`
	BackupKeep  int           `name:"backup-keep" default:"7" placeholder:"COUNT" help:"How many of them are kept (7)."`
}

func (c backups) check() error {
	var problems []error
	if (c.BackupDir == "") != (c.BackupEvery == 0) {
		problems = append(problems, errors.New("--backup-dir and --backup-every go together; set both, or neither"))
	}
	if c.BackupEvery < 0 || c.BackupEvery > 0 && c.BackupEvery < time.Minute {
		problems = append(problems,
			fmt.Errorf("--backup-every is %s; write a time of a minute or more, like 24h", c.BackupEvery))
	}
	if c.BackupKeep < 1 {
		problems = append(problems,
			fmt.Errorf("--backup-keep is %d; write how many backups are kept, at least 1", c.BackupKeep))
	}
	return errors.Join(problems...)
}

func (c backups) schedule() store.Schedule {
	return store.Schedule{Folder: c.BackupDir, Every: c.BackupEvery, Keep: c.BackupKeep}
}

type backupCommand struct {
	database
	File  string `arg:"" type:"path" help:"Where to; it must not be there yet."`
	Force bool   `help:"Replace the file if it is there."`
}

func (c *backupCommand) Run(p *program) error {
	if err := requireDatabase(c.DB); err != nil {
		return err
	}
	err := store.Backup(p.ctx, c.DB, c.File, c.Force)
	if errors.Is(err, store.ErrExists) {
		return fmt.Errorf("%s is there already and was left as it is; choose another name, or replace it with --force",
			c.File)
	}
	if err != nil {
		return fmt.Errorf("no backup was made: %w", err)
	}
	info, err := os.Stat(c.File)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(p.stdout,
		"%s holds all of %s, %d KB, and was looked through. Keep it where this machine's disk is not.\n",
		c.File, c.DB, info.Size()>>10)
	return err
}

type restoreCommand struct {
	database
	File string `arg:"" type:"path" help:"The backup."`
}

func (c *restoreCommand) Run(p *program) error {
	// In the wrong folder it would make a database that no server knows.
	if err := requireDatabase(c.DB); err != nil && !p.given["db"] {
		return fmt.Errorf("%w; to restore into a new place, name it with --db", err)
	}
	if err := refuseUnderSocket(c.DB); err != nil {
		return err
	}
	aside, err := store.Restore(p.ctx, c.File, c.DB, time.Now())
	if err != nil {
		return err
	}
	if aside != "" {
		fmt.Fprintf(p.stdout, "The database that was there is now %s.\n", aside)
	} else {
		fmt.Fprintf(p.stdout, "There was no database at %s before.\n", c.DB)
	}
	_, err = fmt.Fprintf(p.stdout,
		"%s is the backup %s now, looked through. People, passwords and webhook keys are as they were then. Start Tagline "+
			"on it.\n", c.DB, c.File)
	return err
}

type checkCommand struct{ database }

func (c *checkCommand) Run(p *program) error {
	if err := requireDatabase(c.DB); err != nil {
		return err
	}
	found, err := store.Check(p.ctx, c.DB)
	if err != nil {
		return err
	}
	for _, problem := range found.Problems {
		fmt.Fprintln(p.stdout, problem)
	}
	switch {
	case len(found.Problems) > 0:
		return fmt.Errorf("something is wrong with %s, see above; keep a copy of it and restore a backup", c.DB)
	case !found.Compared:
		_, err = fmt.Fprintf(p.stdout,
			"%s is sound, and everything it refers to is there. Its schema is an older one (%s): summaries and counts can be "+
				"compared once this version of Tagline has run on it.\n", c.DB, found.Schema)
	default:
		_, err = fmt.Fprintf(p.stdout,
			"%s is sound, everything it refers to is there, and all summaries and counts agree with the messages.\n", c.DB)
	}
	return err
}
