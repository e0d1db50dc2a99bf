// measure_memberlist: one run of one measurement of HashiCorp's memberlist in a process of its own,
// one line of JSON. bench/run.py calls it in turn with bench/ours, which does the same with ours,
// takes the same options and gives the figures the same names.
package main

import (
	"fmt"
	"os"
	"runtime"
	"runtime/debug"
)

func version() {
	f := figures{"go": runtime.Version()}
	if info, known := debug.ReadBuildInfo(); known {
		for _, module := range info.Deps {
			if module.Path == "github.com/hashicorp/memberlist" {
				f["memberlist"] = module.Version
			}
		}
	}
	f.print()
}

func main() {
	runs := map[string]func(options){"cluster": runCluster, "reliable": runReliable,
		"load": runLoad, "decode": runDecode, "seal": runSeal, "view": runView,
		"version": func(options) { version() }}
	if len(os.Args) < 2 || runs[os.Args[1]] == nil {
		fmt.Fprintln(os.Stderr, "usage: measure_memberlist cluster|load|reliable|decode|seal|view|version [--name value]...")
		os.Exit(2)
	}
	runs[os.Args[1]](parseOptions(os.Args[2:]))
}
