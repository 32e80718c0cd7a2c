#!/bin/sh
# limit: 120
# Without work the TD sleeps: less than 5 % of a core in 10 seconds.
# SPDX-License-Identifier: MIT
. tests/e2e/lib.sh
need curl curl

SECONDS_IDLE=10
PERCENT_MAX=4

# Ticks of CPU time that a process has used, in user and in kernel mode.
cpu_ticks() {
	sed 's/.*) //' "/proc/$1/stat" | awk '{ print $12 + $13 }'
}

start_service -- -pidfile "$scratch/qemu.pid"
pid=$(cat "$scratch/qemu.pid")
before=$(cpu_ticks "$pid") || fail "QEMU has no /proc entry"
sleep "$SECONDS_IDLE"
after=$(cpu_ticks "$pid") || fail "QEMU ended while idle"
percent=$(((after - before) * 100 / ($(getconf CLK_TCK) * SECONDS_IDLE)))
echo "QEMU used $((after - before)) ticks in $SECONDS_IDLE s"
expect_at_most "load of an idle TD" "$percent" "$PERCENT_MAX" "% of a core"
still_serves "$SECONDS_IDLE s of idling"
ok
