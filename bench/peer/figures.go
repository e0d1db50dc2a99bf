package main

import (
	"encoding/json"
	"fmt"
	"os"
	"sort"
)

// What one run found: one line of JSON.
type figures map[string]any

// The median, the 99th percentile and the largest.
func (f figures) spread(name string, values []float64) {
	if len(values) == 0 {
		return
	}
	sort.Float64s(values)
	last := len(values) - 1
	f[name+"_p50"], f[name+"_p99"], f[name+"_max"] = values[last/2], values[last*99/100], values[last]
}

func (f figures) print() {
	text, err := json.Marshal(f)
	if err != nil {
		panic(err)
	}
	fmt.Println(string(text))
}

// Ends a run that cannot go on, with what it knows so far.
func (f figures) giveUp(format string, values ...any) {
	f["failed"] = fmt.Sprintf(format, values...)
	f.print()
	os.Exit(0)
}
