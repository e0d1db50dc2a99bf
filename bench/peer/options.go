package main

import (
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/hashicorp/memberlist"
)

// The same options as bench/ours takes: --name value.
type options map[string]string

func parseOptions(words []string) options {
	o := options{}
	for i := 0; i < len(words); i += 2 {
		if !strings.HasPrefix(words[i], "--") || i+1 == len(words) {
			fmt.Fprintf(os.Stderr, "measure: %s: --name value\n", words[i])
			os.Exit(2)
		}
		o[words[i][2:]] = words[i+1]
	}
	return o
}

func (o options) number(name string, otherwise float64) float64 {
	text, given := o[name]
	if !given {
		return otherwise
	}
	value, err := strconv.ParseFloat(text, 64)
	if err != nil {
		fmt.Fprintf(os.Stderr, "measure: --%s: %v\n", name, err)
		os.Exit(2)
	}
	return value
}

func (o options) count(name string, otherwise int) int {
	return int(o.number(name, float64(otherwise)))
}

func (o options) seconds(name string, otherwise float64) time.Duration {
	return time.Duration(o.number(name, otherwise) * float64(time.Second))
}

func (o options) patience() time.Duration { return o.seconds("patience", 60) }

var sealingKey = []byte{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15}

// The LAN profile on loopback, without push-pulls unless --push-pull says how often, plain unless
// --keys; no log.
func (o options) config(name string) *memberlist.Config {
	config := memberlist.DefaultLANConfig()
	config.Name = name
	config.BindAddr, config.BindPort, config.AdvertisePort = "127.0.0.1", 0, 0
	config.PushPullInterval = o.seconds("push-pull", 0)
	config.EnableCompression = o.count("compress", 1) > 0
	if o.count("keys", 0) > 0 {
		config.SecretKey = sealingKey
	}
	config.LogOutput = io.Discard // the log package then does not even format lines
	return config
}
