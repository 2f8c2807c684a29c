package cli

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	mathrand "math/rand/v2"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"tagline/handlers"
	"tagline/store"
	"tagline/textlink"
	"tagline/textlink/fake"
	"tagline/web"
)

type demoCommand struct {
	address
	public
	Size int `help:"Post about so many messages of a large account first; a million takes some minutes." placeholder:"MESSAGES"`
}

func (c *demoCommand) check() error { return errors.Join(c.address.check(), c.public.check()) }

// Run serves a database of its own that is removed at the end, filled through the same webhooks as any other.
func (c *demoCommand) Run(p *program) error {
	dir, err := os.MkdirTemp("", "tagline-demo-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	db := filepath.Join(dir, "demo.db")
	if err := NameDemo(p.ctx, db); err != nil {
		return err
	}
	api := &fake.API{}
	sending, err := p.startFakeAPI(api)
	if err != nil {
		return err
	}
	return p.serve(c.Addr, db,
		settings{public: c.public, limits: limits{RepeatWindow: 5 * time.Second, QuietAfter: 24 * time.Hour},
			signIns: signIns{SessionLife: 24 * time.Hour}, sending: sending},
		func(ctx context.Context, s *store.Store, origin *url.URL) error {
			return p.fill(ctx, s, origin, c.Size, api)
		})
}

// demoConnections is how many webhooks of a large account are under way at once.
const demoConnections = 64

// fill makes the demo's people, posts its past, and keeps its present going until ctx ends. size is how many messages
// of a large account come before.
func (p *program) fill(ctx context.Context, s *store.Store, origin *url.URL, size int, api *fake.API) error {
	token, err := handlers.WebhookToken(ctx, s)
	if err != nil {
		return err
	}
	console := fake.Console{URLs: map[textlink.Kind]string{}}
	for _, kind := range textlink.Kinds() {
		console.URLs[kind] = handlers.WebhookURL(origin, token, store.Kind(kind))
	}
	api.Console = console // before there is anybody who could send
	if size > 0 {
		fmt.Fprintf(p.stdout, "Posting %d messages of a large account…\n", size)
		if err := console.PlayCrowd(ctx, time.Now(), size, demoConnections); err != nil {
			return fmt.Errorf("the demo's crowd: %w", err)
		}
	}
	password := strings.ToLower(rand.Text()[:12])
	hash, err := web.NewPasswords(1).Hash(password)
	if err != nil {
		return err
	}
	err = PlayPast(ctx, console, func() error {
		_, err := s.CreateUser(ctx, store.User{Name: "anna", Role: store.Admin}, hash)
		if err == nil {
			_, err = s.CreateUser(ctx, store.User{Name: "piet", Role: store.Agent, Subusers: []store.SubuserID{6}}, hash)
		}
		return err
	})
	if err == nil {
		err = WorkDemo(ctx, s)
	}
	if err != nil {
		return fmt.Errorf("the demo's past: %w", err)
	}
	fmt.Fprintf(p.stdout, "\nOpen %s and sign in:\n\n  anna  %s   sees everything\n  piet  %s   sees subuser 6 only\n\n"+
		"New messages arrive every few seconds, and after some minutes now and then. Stop with Ctrl+C; nothing is kept.\n\n",
		origin, password, password)
	go func() {
		// #nosec G404 -- made-up traffic
		if err := console.Perform(ctx, mathrand.New(mathrand.NewPCG(mathrand.Uint64(), 0))); err != nil && ctx.Err() == nil {
			p.log.Error("the demo's traffic ended", "error", err)
		}
	}()
	return nil
}

// NameDemo makes the demo's database with the names that its office uses.
func NameDemo(ctx context.Context, db string) error {
	s, err := store.Open(ctx, db, store.Options{})
	if err != nil {
		return err
	}
	err = s.SetNames(ctx, store.Names{
		Subusers: map[store.SubuserID]string{store.Main: "Office", 6: "Lettings", 7: "Repairs", 9: "Short stays"},
		SIMCards: map[int64]string{123: "Office 1", 124: "Office 2", 131: "Lettings 1", 132: "Lettings 2", 141: "Repairs 1",
			142: "Repairs 2", 151: "Stays 1", 152: "Stays 2"},
	})
	return errors.Join(err, s.Close())
}

// WorkDemo adds what the demo's people would have done: notes, and who looks after whom.
func WorkDemo(ctx context.Context, s *store.Store) error {
	users, err := s.Users(ctx) // by name: anna, then piet if he is there
	if err != nil {
		return err
	}
	anna, other := users[0].ID, users[len(users)-1].ID
	list, _, err := s.Conversations(ctx, store.Everything, anna, store.Filter{Subusers: []store.SubuserID{6}},
		store.Position{}, 100)
	for _, c := range list {
		if err != nil {
			return err
		}
		switch c.Contact.Name {
		case "Maria Ochoa":
			_, err = s.AddNote(ctx, store.Everything, other, c.ID, "Prefers afternoons. Brings her sister.")
		case "Dario Lenz":
			if _, err = s.AddNote(ctx, store.Everything, anna,
				c.ID, "Invoice number was wrong, the new one is in the post."); err == nil {
				err = s.Assign(ctx, store.Everything, anna, c.ID)
			}
		case "Rosa Brandt":
			err = s.Assign(ctx, store.Everything, other, c.ID)
		}
	}
	return err
}

// PlayPast posts the demo's past and lets the people in half an hour before its end: what happened before they came
// counts as read, so that only the rest is new to them.
func PlayPast(ctx context.Context, console fake.Console, letIn func() error) error {
	now := time.Now()
	past := fake.History(now)
	news := slices.IndexFunc(past, func(step fake.Step) bool { return step.At.After(now.Add(-30 * time.Minute)) })
	if err := console.Play(ctx, past[:news]); err != nil {
		return err
	}
	if err := letIn(); err != nil {
		return err
	}
	return console.Play(ctx, past[news:])
}
