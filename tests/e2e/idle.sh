#!/bin/sh
# limit: 360
# Without work the TD sleeps: at most 5 % of a core in 10 seconds.
# SPDX-License-Identifier: MIT
. tests/e2e/lib.sh
need curl curl

SECONDS_IDLE=10
PERCENT_MAX=5

start_service -- -pidfile "$scratch/qemu.pid"
pid=$(cat "$scratch/qemu.pid")
before=$(cpu_ms "$pid") || fail "QEMU has no /proc entry"
sleep "$SECONDS_IDLE"
after=$(cpu_ms "$pid") || fail "QEMU ended while idle"
expect_at_most "QEMU's CPU time in $SECONDS_IDLE s" $((after - before)) \
	$((SECONDS_IDLE * 10 * PERCENT_MAX)) ms
still_serves "$SECONDS_IDLE s of idling"
ok
