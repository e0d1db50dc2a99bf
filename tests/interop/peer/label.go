//go:build !no_labels
// +build !no_labels

package main

import "github.com/hashicorp/memberlist"

func setLabel(config *memberlist.Config, label string) error {
	config.Label = label
	return nil
}
