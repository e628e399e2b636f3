package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"sync"

	"dangol/internal/app"
	"dangol/internal/app/demo"
	"dangol/internal/ground/clock"
	"dangol/internal/ground/httpapi"
)

type serve struct {
	Listen  string         `help:"The address to listen on." default:"127.0.0.1:8080"`
	HTTPS   bool           `help:"People reach this program over HTTPS, through a proxy that ends it." name:"https"`
	Proxies []netip.Prefix `help:"Networks of the proxies in front, whose X-Forwarded-For is believed." name:"trusted-proxies" placeholder:"127.0.0.1/32,…"`
	Demo    bool           `help:"Fill the demo organisation when there is none."`
}

// Run serves until it is told to stop, then finishes what it accepted.
func (c serve) Run(s *surroundings) (err error) {
	options := s.options()
	options.HTTPS, options.Proxies = c.HTTPS, c.Proxies
	if c.Demo {
		err := demoFill{Seed: 1, Size: 100, Days: 14}.Run(s)
		if demo.ErrNotEmpty.Has(err) { // a real brand is served as it is
			c.Demo, err = false, nil
		}
		if err != nil {
			return err
		}
	}
	opened, err := app.Open(s, options)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, opened.Close()) }()
	listener, err := (&net.ListenConfig{}).Listen(s, "tcp", c.Listen)
	if err != nil {
		return fmt.Errorf("listen: %w", err)
	}
	if err := c.greet(s, opened, listener.Addr()); err != nil {
		return err
	}
	ctx, stop := context.WithCancel(s)
	var work sync.WaitGroup
	work.Go(func() { opened.Work(ctx) })
	defer work.Wait()
	defer stop()
	return httpapi.Serve(ctx, listener, opened.Handler(), s.logger)
}

// greet prints where the faces are, and for a demo how to get in.
func (c serve) greet(s *surroundings, opened *app.App, address net.Addr) error {
	base := "http://" + address.String()
	_, err := fmt.Fprintf(s.out, "\ndangol %s\n\n  till     %[2]s/till\n  console  %[2]s/console\n  owner    %[2]s/owner\n", version, base)
	if err != nil {
		return err
	}
	if !c.Demo {
		_, err := fmt.Fprintln(s.out)
		return err
	}
	welcome, err := demo.Welcome(s, opened.Demo())
	if err != nil {
		return fmt.Errorf("read the demo: %w", err)
	}
	_, err = fmt.Fprintf(s.out, "\n%s\n", welcome)
	return err
}

type demoFill struct {
	Seed uint64 `help:"What the made-up days are drawn from." default:"1"`
	Size int    `help:"How many percent of a usual day's orders there are." default:"100"`
	Days int    `help:"How many business days there are." default:"14"`
}

// Run fills the demo organisation.
func (c demoFill) Run(s *surroundings) error {
	return app.FillDemo(s, s.options(), demo.Options{
		Seed: c.Seed, SizePercent: c.Size, Days: c.Days, Until: clock.System{}.Now(), Progress: s.out,
	})
}
