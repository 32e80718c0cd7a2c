#!/bin/sh
# limit: 540
# The service runs in a TD of 64 MiB; 32 MiB is tried and reported.
# SPDX-License-Identifier: MIT
. tests/e2e/lib.sh
need curl curl

start_service --memory 64M
still_serves "a boot in 64 MiB"
curl -s -m 30 "$(url /metrics)" | grep -E "^tacit_(memory|pages)_"
stop_td

pick_port
start_td apps/httpd.efi --http "$port" --memory 32M
if wait_until 20 answers_or_ended && td_runs; then
	echo "32 MiB: serves as well"
elif grep -aq 'tacit:' "$scratch/console"; then
	echo "32 MiB: the kernel starts but does not serve (not required):"
	tail -n 3 "$scratch/console" | tr -d '\000\r'
else
	echo "32 MiB: the firmware does not get to the kernel (not required)"
	cat "$scratch/emulator"
fi
ok
