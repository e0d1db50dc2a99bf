package main

import (
	"encoding/base64"
	"encoding/hex"
	"errors"
	"flag"
	"fmt"
	"net"
	"os"
	"strconv"
	"time"

	"github.com/hashicorp/memberlist"
)

func parseKey(text string) ([]byte, error) {
	key, err := hex.DecodeString(text)
	if err != nil {
		key, err = base64.StdEncoding.DecodeString(text)
	}
	if err != nil {
		return nil, errors.New("a key is hex or base64")
	}
	return key, memberlist.ValidateKey(key)
}

func fail(option string, err error) {
	fmt.Fprintf(os.Stderr, "peer: %s: %v\n", option, err)
	os.Exit(2)
}

type options struct {
	name, bind, join, label, profile, meta  string
	keys                                    keyList
	protocol, stateBytes                    int
	plain                                   bool
	probingInterval, ackTimeout, suspicion  time.Duration
	pushPullInterval, toTheDead, reclaiming time.Duration
}

type keyList [][]byte

func (k *keyList) String() string { return "" }
func (k *keyList) Set(text string) error {
	key, err := parseKey(text)
	*k = append(*k, key)
	return err
}

func parseOptions() options {
	var o options
	flag.StringVar(&o.name, "name", "", "name of this node")
	flag.StringVar(&o.bind, "bind", "127.0.0.1:0", "HOST:PORT to bind")
	flag.StringVar(&o.join, "join", "", "HOST:PORT[,HOST:PORT...] to join")
	flag.StringVar(&o.label, "label", "", "label of the cluster")
	flag.StringVar(&o.profile, "profile", "lan", "local or lan")
	flag.StringVar(&o.meta, "meta", "", "metadata")
	flag.Var(&o.keys, "key", "key, hex or base64; the first one seals")
	flag.IntVar(&o.protocol, "protocol", 2, "as memberlist's ProtocolVersion")
	flag.IntVar(&o.stateBytes, "state-bytes", 0, "that much state rides on a push-pull")
	flag.BoolVar(&o.plain, "no-compress", false, "not memberlist's EnableCompression")
	flag.DurationVar(&o.probingInterval, "probing-interval", 0, "as memberlist's ProbeInterval")
	flag.DurationVar(&o.ackTimeout, "ack-timeout", 0, "as memberlist's ProbeTimeout")
	flag.DurationVar(&o.suspicion, "suspicious-timeout", 0, "shortest suspicion, by SuspicionMult")
	flag.DurationVar(&o.pushPullInterval, "push-pull-interval", 0, "as memberlist's")
	flag.DurationVar(&o.toTheDead, "gossip-to-the-dead", 0, "as memberlist's GossipToTheDeadTime")
	flag.DurationVar(&o.reclaiming, "dead-reclaim-time", 0, "as memberlist's DeadNodeReclaimTime")
	flag.Bool("json", true, "there is no other output")
	flag.Parse()
	if flag.NArg() > 0 {
		fail(flag.Arg(0), errors.New("no such option"))
	}
	return o
}

func setTimings(config *memberlist.Config, o options) {
	for _, timing := range []struct {
		wanted time.Duration
		field  *time.Duration
	}{
		{o.probingInterval, &config.ProbeInterval}, {o.ackTimeout, &config.ProbeTimeout},
		{o.pushPullInterval, &config.PushPullInterval}, {o.toTheDead, &config.GossipToTheDeadTime},
		{o.reclaiming, &config.DeadNodeReclaimTime},
	} {
		if timing.wanted > 0 {
			*timing.field = timing.wanted
		}
	}
	if o.suspicion > 0 {
		config.SuspicionMult = int((o.suspicion + config.ProbeInterval - 1) / config.ProbeInterval)
	}
}

func buildConfig(o options, p *peer) *memberlist.Config {
	config := memberlist.DefaultLANConfig()
	if o.profile == "local" {
		config = memberlist.DefaultLocalConfig()
	}
	host, portText, err := net.SplitHostPort(o.bind)
	if err != nil {
		fail("--bind", err)
	}
	port, err := strconv.Atoi(portText)
	if err != nil {
		fail("--bind", err)
	}
	config.Name = o.name
	config.BindAddr, config.BindPort, config.AdvertisePort = host, port, port
	config.ProtocolVersion = uint8(o.protocol)
	config.EnableCompression = !o.plain
	setTimings(config, o)
	if err := setLabel(config, o.label); err != nil {
		fail("--label", err)
	}
	if len(o.keys) > 0 {
		if p.keyring, err = memberlist.NewKeyring(o.keys, o.keys[0]); err != nil {
			fail("--key", err)
		}
		config.Keyring = p.keyring
	}
	config.Delegate, config.Events, config.Conflict = p, p, p
	config.LogOutput = os.Stderr
	return config
}
