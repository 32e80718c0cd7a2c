#!/bin/sh
# limit: 360
# A keep-alive request costs at most 6 exits from the TD.
# SPDX-License-Identifier: MIT
. tests/e2e/lib.sh
need curl curl

REQUESTS=500
EXITS_MAX=6

# All calls to the host that the TD counted; each is one exit.
exits() {
	curl -s -m 30 "$(url /metrics)" >"$scratch/metrics"
	awk '$1 ~ /^tacit_call_/ { sum += $2 } END { print sum + 0 }' \
		"$scratch/metrics"
}

start_service
before=$(exits)
[ "$before" -gt 0 ] || fail "/metrics counts no exits"
curl -s -m 60 -o /dev/null -w '%{http_code} %{num_connects}\n' \
	"$(url "/?[1-$REQUESTS]")" >"$scratch/codes"
after=$(exits)
expect "answers" "$(grep -c '^200 ' "$scratch/codes")" "$REQUESTS"
expect "connections used" \
	"$(awk '{ sum += $2 } END { print sum }' "$scratch/codes")" 1
grep -E '^tacit_call_' "$scratch/metrics"
echo "$((after - before)) exits for $REQUESTS requests"
expect_at_most "exits per request, tenths" \
	$(((after - before) * 10 / REQUESTS)) $((EXITS_MAX * 10)) tenths
ok
