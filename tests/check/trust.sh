#!/bin/sh
# SPDX-License-Identifier: MIT
# limit: 200
# The table in docs/trust.md is the one that the kernel runs from.
set -eu

make -s "$BUILD/host/tools/trust-doc"
"$BUILD/host/tools/trust-doc" <docs/trust.md >"$BUILD/tests/trust.md"
diff -u docs/trust.md "$BUILD/tests/trust.md" || {
	echo "docs/trust.md is stale: make docs"
	exit 1
}
