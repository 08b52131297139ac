package main

import (
	"context"
	"fmt"
	"net"
	"time"

	"github.com/urfave/cli/v3"

	"eberbach/app/web"
)

func previewCommand() *cli.Command {
	return &cli.Command{
		Name: "preview", Usage: "show one lesson with all questions and answers, on this machine alone", ArgsUsage: "LESSON",
		Description: "The page shows every question, also those kept for a Test, with keys and reasons, and leads to a worksheet and\n" +
			"its key. It is read again on every change. End it with Ctrl + C.",
		Flags: []cli.Flag{
			lessonsFlag("", "`DIR` of the lesson files (default: those in the binary)"),
			&cli.StringFlag{Name: "addr", Value: "127.0.0.1:0", Usage: "`ADDRESS` of this machine to listen on; port 0 takes a free one"},
		},
		Action: func(ctx context.Context, c *cli.Command) error {
			if c.NArg() != 1 {
				return cli.Exit("preview: name one lesson, such as eberbach preview first-steps", exitConfig)
			}
			return preview(ctx, c)
		},
	}
}

func preview(ctx context.Context, c *cli.Command) error {
	s := settings{lessons: c.String("lessons")}
	if s.lessons != "" && !isDir(s.lessons) {
		return cli.Exit(fmt.Sprintf("preview: --lessons %s is no folder; name the folder that holds module.yaml", s.lessons), exitConfig)
	}
	id := c.Args().First()
	server, err := web.NewPreview(web.Config{Files: s.files(), Log: logger("off", nil), Now: time.Now}, id)
	if err != nil {
		return cli.Exit("preview: "+err.Error(), exitConfig)
	}
	l, err := listenHere(c.String("addr"))
	if err != nil {
		return cli.Exit("preview: "+err.Error(), exitConfig)
	}
	at := "http://" + l.Addr().String()
	fmt.Fprintf(c.Root().Writer, "Preview of %s, with all answers\n  German:   %s/de/lessons/%s\n  English:  %s/en/lessons/%s\n", id, at, id, at, id)
	return serveUntil(ctx, server, l, 0, logger("off", nil))
}

// listenHere listens on an address that only this machine reaches: the pages show all answers.
func listenHere(addr string) (net.Listener, error) {
	at, err := net.ResolveTCPAddr("tcp", addr)
	if err != nil {
		return nil, fmt.Errorf("--addr %q is no address; write host:port, such as 127.0.0.1:8080", addr)
	}
	if !at.IP.IsLoopback() {
		return nil, fmt.Errorf("--addr %q can be reached by others, and the preview shows all answers; take 127.0.0.1", addr)
	}
	l, err := net.ListenTCP("tcp", at)
	if err != nil {
		return nil, fmt.Errorf("%w; choose another address with --addr", err)
	}
	return l, nil
}
