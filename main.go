// Tagline is a self-hosted web inbox for teams that text through TextLink.
package main

import (
	"os"

	"tagline/cli"
)

func main() {
	os.Exit(cli.Main())
}
