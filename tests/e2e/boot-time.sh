#!/bin/sh
# limit: 180
# From the start of QEMU to the first HTTP 200: at most 4 seconds.
# SPDX-License-Identifier: MIT
. tests/e2e/lib.sh
need curl curl

LIMIT_MS=4000
TRIES=3

# Other work on the machine only ever adds time, so the best try counts.
best=
try=0
while [ "$try" -lt "$TRIES" ]; do
	try=$((try + 1))
	began=$(now_ms)
	start_service
	took=$(($(now_ms) - began))
	stop_td
	echo "try $try: $took ms"
	[ -n "$best" ] && [ "$best" -le "$took" ] || best=$took
done
expect_at_most "QEMU start to first HTTP 200" "$best" "$LIMIT_MS" ms
ok
