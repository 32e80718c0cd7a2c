#!/bin/sh
# limit: 720
# From the image's entry to the first connection taken: at most 20 M
# instructions, those of the emulator for our exits counted too.
# SPDX-License-Identifier: MIT
. tests/e2e/lib.sh
need curl curl

limit=20000000
start_service --deterministic
expect_at_most "entry to first connection" "$(metric tacit_http_start_busy_tsc)" \
	"$limit" instructions
ok
