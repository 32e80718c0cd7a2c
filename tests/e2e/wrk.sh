#!/bin/sh
# limit: 360
# 64 connections at once for 10 seconds, without a single error.
# SPDX-License-Identifier: MIT
. tests/e2e/lib.sh
need wrk wrk

start_service
wrk -t 2 -c 64 -d 10s --timeout 10s "$(url /)" >"$scratch/wrk" 2>&1 ||
	fail "wrk: $(cat "$scratch/wrk")"
cat "$scratch/wrk"
# wrk says neither of these when there is nothing to say.
expect "socket errors" "$(grep 'Socket errors' "$scratch/wrk")" ""
expect "answers other than 2xx" "$(grep 'Non-2xx' "$scratch/wrk")" ""
requests=$(sed -n 's/^ *\([0-9]*\) requests in .*/\1/p' "$scratch/wrk")
[ "${requests:-0}" -ge 64 ] || fail "only '$requests' requests in 10 s"
still_serves "wrk"
ok
