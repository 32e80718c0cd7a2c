#!/bin/sh
# limit: 120
# The host lies to the firmware before there is a kernel. What OVMF makes of
# that is its own affair, also to wait for ever; but a kernel that it starts
# all the same must come to an end.
# SPDX-License-Identifier: MIT
. tests/e2e/lib.sh

for lie in hob-rubbish temp-mem-rubbish fw-cfg-rubbish; do
	for seed in 3 5; do
		start_td apps/hello.efi --lie "$lie" --seed "$seed" --limit 8
		wait_td 30
		status=$?
		case $status in
		0 | 3) ;;
		124)
			! grep -q 'tacit: booted' "$scratch/console" ||
				fail "$lie, seed $seed: the kernel hangs"
			;;
		*) fail "$lie, seed $seed: status $status" ;;
		esac
		echo "$lie, seed $seed: status $status"
	done
done
ok
