package main

import (
	"bufio"
	"fmt"
	"os"
	"strings"

	"dangol/internal/app"
	"dangol/internal/capability/staff"
	"dangol/internal/core/place"
	"dangol/internal/ground/lang"
)

type staffCommands struct {
	Owner owner `cmd:"" help:"Make an organisation with its first owner, or another owner of one that is there."`
}

type owner struct {
	Login        string `arg:"" help:"What the owner signs in with."`
	Name         string `help:"The owner's name." required:""`
	New          string `help:"Make an organisation of this name." placeholder:"NAME" xor:"organisation"`
	Organisation string `help:"The organisation, when there are several." placeholder:"org_…" xor:"organisation"`
	Language     string `help:"The new organisation's language." enum:"ko,en" default:"ko"`
}

// Run makes an owner. The password is read from standard input, so that it stands in no list of processes.
func (c owner) Run(s *surroundings) error {
	password, err := readPassword(s)
	if err != nil {
		return err
	}
	return s.writing(func(a *app.App) error {
		input := staff.Input{Login: c.Login, Name: c.Name, Roles: []staff.Assignment{{Role: staff.Owner}}}
		if c.New != "" {
			org, err := a.NewOrganisation(s, c.New, lang.Tag(c.Language), input, password)
			if err != nil {
				return err
			}
			_, err = fmt.Fprintf(s.out, "%s: %s, owned by %s\n", place.OrganisationID.Format(org), c.New, c.Login)
			return err
		}
		org, err := organisation(s, a, c.Organisation)
		if err != nil {
			return err
		}
		member, err := staff.CreateOwner(s, a.DB, a.Keeper, org, c.Login, c.Name, password)
		if err != nil {
			return err
		}
		_, err = fmt.Fprintf(s.out, "%s: %s\n", staff.StaffID.Format(member), c.Login)
		return err
	})
}

// organisation is the one that is named, or the only one there is.
func organisation(s *surroundings, a *app.App, named string) (int64, error) {
	if named != "" {
		return place.OrganisationID.Parse(named)
	}
	return a.OnlyOrganisation(s)
}

func readPassword(s *surroundings) (string, error) {
	if _, err := fmt.Fprint(s.out, "Password: "); err != nil {
		return "", err
	}
	line, err := bufio.NewReader(os.Stdin).ReadString('\n')
	if err != nil && line == "" {
		return "", fmt.Errorf("read the password from standard input: %w", err)
	}
	return strings.TrimRight(line, "\r\n"), nil
}
