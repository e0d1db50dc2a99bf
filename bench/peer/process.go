package main

import (
	"os"
	"runtime/metrics"
	"strconv"
	"strings"
	"syscall"
)

// All threads, user and system.
func processorSeconds() float64 {
	var usage syscall.Rusage
	syscall.Getrusage(syscall.RUSAGE_SELF, &usage)
	return float64(usage.Utime.Nano()+usage.Stime.Nano()) / 1e9
}

func residentKiB() float64 {
	text, _ := os.ReadFile("/proc/self/statm")
	pages, _ := strconv.ParseFloat(strings.Fields(string(text))[1], 64)
	return pages * float64(os.Getpagesize()) / 1024
}

func forgetPeak() { os.WriteFile("/proc/self/clear_refs", []byte("5"), 0) }

func peakKiB() float64 {
	text, _ := os.ReadFile("/proc/self/status")
	for _, line := range strings.Split(string(text), "\n") {
		words := strings.Fields(line)
		if len(words) > 1 && words[0] == "VmHWM:" {
			kib, _ := strconv.ParseFloat(words[1], 64)
			return kib
		}
	}
	return 0
}

// Objects that were ever allocated.
func heapObjects() float64 {
	sample := []metrics.Sample{{Name: "/gc/heap/allocs:objects"}}
	metrics.Read(sample)
	return float64(sample[0].Value.Uint64())
}
