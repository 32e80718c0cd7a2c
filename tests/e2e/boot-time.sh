#!/bin/sh
# limit: 720
# From the start of QEMU to the first HTTP 200: at most 4 seconds.
# SPDX-License-Identifier: MIT
. tests/e2e/lib.sh
need curl curl

LIMIT_MS=4000
TRIES=3
TRIES_MAX=8
# With less of a core than this the clock measures somebody else's work.
SHARE_MIN=85

# Other work on the machine only ever adds time, so the best try counts.
best=
count=0
while [ "$count" -lt "$TRIES" ] ||
	{ [ "$best" -gt "$LIMIT_MS" ] && [ "$count" -lt "$TRIES_MAX" ]; }; do
	count=$((count + 1))
	began=$(now_ms)
	start_service -- -pidfile "$scratch/qemu.pid"
	took=$(($(now_ms) - began))
	used=$(cpu_ms "$(cat "$scratch/qemu.pid")")
	stop_td
	echo "try $count: $took ms, $used ms of them on a CPU"
	if [ -z "$best" ] || [ "$took" -lt "$best" ]; then
		best=$took
		best_used=$used
	fi
done
expect_at_most "CPU time to first HTTP 200" "$best_used" "$LIMIT_MS" ms
share=$((best_used * 100 / best))
[ "$best" -le "$LIMIT_MS" ] || [ "$share" -ge "$SHARE_MIN" ] ||
	skip "this machine is too busy to time anything: $best ms," \
		"with $share % of a core"
expect_at_most "QEMU start to first HTTP 200" "$best" "$LIMIT_MS" ms
ok
