#!/bin/sh
# limit: 540
# 1000 short connections in a row, each answered.
# SPDX-License-Identifier: MIT
. tests/e2e/lib.sh
need curl curl

CONNECTIONS=1000

start_service
began=$(now_ms)
curl -s -m 150 -H 'Connection: close' -o /dev/null \
	-w '%{http_code} %{num_connects}\n' \
	"$(url "/?[1-$CONNECTIONS]")" >"$scratch/codes"
echo "$CONNECTIONS connections: $(($(now_ms) - began)) ms"
expect "answers 200 on a connection of their own" \
	"$(grep -c '^200 1$' "$scratch/codes")" "$CONNECTIONS"
still_serves "$CONNECTIONS connections"
ok
