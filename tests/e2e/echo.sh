#!/bin/sh
# limit: 270
# The echo service gives back what it gets, several connections at once.
# SPDX-License-Identifier: MIT
. tests/e2e/lib.sh
need socat socat

SIZE=200000
CONNECTIONS=4

pick_port
start_td apps/echo.efi --http "$port:7"

answers() {
	td_has_ended && return
	next_try
	[ "$(echo hello | socat -t "$try" - "TCP:127.0.0.1:$port" 2>&1)" = hello ]
}
wait_until 200 answers || fail "no answer within 200 s"
td_runs || fail "the TD ended before it answered"

n=0
senders=
while [ "$n" -lt "$CONNECTIONS" ]; do
	n=$((n + 1))
	seq "$n" 1000000 | head -c "$SIZE" >"$scratch/sent.$n"
	socat -t 20 - "TCP:127.0.0.1:$port" <"$scratch/sent.$n" \
		>"$scratch/got.$n" &
	senders="$senders $!"
done
for sender in $senders; do
	wait "$sender"
done
n=0
while [ "$n" -lt "$CONNECTIONS" ]; do
	n=$((n + 1))
	expect "connection $n: bytes" "$(stat -c %s "$scratch/got.$n")" "$SIZE"
	cmp "$scratch/sent.$n" "$scratch/got.$n" || fail "connection $n: not the same"
done
ok
