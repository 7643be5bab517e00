//go:build tools

// Package nodes pins the programs that the Lightning tests run; `node scripts/lightning/build-nodes.mjs` builds them.
package nodes

import (
	_ "github.com/btcsuite/btcd"
	_ "github.com/lightningnetwork/lnd/cmd/lnd"
)
