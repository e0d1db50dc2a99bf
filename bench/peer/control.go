package main

import (
	"bufio"
	"fmt"
	"net"
)

// The way to tell the crowd beside this process what to do; each command waits for its answer.
type control struct {
	figures    figures
	connection net.Conn
	answers    *bufio.Scanner
}

func newControl(o options, f figures) control {
	connection, err := net.Dial("tcp", fmt.Sprintf("127.0.0.1:%d", o.count("crowd", 0)))
	if err != nil {
		f.giveUp("there is no crowd: %v", err)
	}
	return control{f, connection, bufio.NewScanner(connection)}
}

func (c control) ask(what, node string) {
	fmt.Fprintf(c.connection, "%s %s\n", what, node)
	if !c.answers.Scan() || c.answers.Text() != "ok" {
		c.figures.giveUp("the crowd could not %s", what)
	}
}
