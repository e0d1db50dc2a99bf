//go:build no_labels
// +build no_labels

package main

import (
	"errors"

	"github.com/hashicorp/memberlist"
)

func setLabel(_ *memberlist.Config, label string) error {
	if label != "" {
		return errors.New("this memberlist knows no labels")
	}
	return nil
}
