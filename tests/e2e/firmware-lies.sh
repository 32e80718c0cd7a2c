#!/bin/sh
# limit: 720
# The host lies to the firmware before there is a kernel. What OVMF makes of
# that is its own affair, also to wait for ever; but a kernel that it starts
# all the same must come to an end.
# SPDX-License-Identifier: MIT
. tests/e2e/lib.sh

# An honest host's firmware starts the kernel in 3 s on a CPU.
FIRMWARE_MS=8000

has_booted() {
	grep -aq 'tacit: booted' "$scratch/console"
}

# It has had its time, of the CPU's where it uses any.
is_decided() {
	td_has_ended || has_booted ||
		[ "$(cpu_ms "$(cat "$scratch/qemu.pid")")" -ge "$FIRMWARE_MS" ]
}

for lie in hob-rubbish temp-mem-rubbish fw-cfg-rubbish; do
	for seed in 3 5; do
		rm -f "$scratch/qemu.pid"
		start_td apps/hello.efi --lie "$lie" --seed "$seed" -- \
			-pidfile "$scratch/qemu.pid"
		wait_until 20 test -s "$scratch/qemu.pid"
		wait_until 60 is_decided
		td_has_ended || has_booted || {
			echo "$lie, seed $seed: the firmware waits"
			stop_td
			continue
		}
		# Fails where the kernel hangs.
		wait_td 200
		status=$?
		case $status in
		0 | 3) ;;
		4)
			# Read, for instance, memory that it had not accepted.
			! has_booted || fail "$lie, seed $seed: status 4"
			;;
		*) fail "$lie, seed $seed: status $status" ;;
		esac
		echo "$lie, seed $seed: status $status"
	done
done
ok
