#!/bin/sh
# limit: 90
# Started on an ordinary machine, the image says so and gives up.
# SPDX-License-Identifier: MIT
. tests/e2e/lib.sh
need qemu-system-x86_64 qemu-system-x86

ovmf=${DEPS:-$build/deps}/OVMF.fd
image=$build/apps/httpd.efi
[ -f "$image" ] || fail "$image is not built"

timeout -k 5 60 qemu-system-x86_64 -no-user-config -nodefaults -machine q35 \
	-accel tcg -m 256M -bios "$ovmf" -kernel "$image" -no-reboot \
	-display none -monitor none -serial "file:$scratch/console" \
	</dev/null >"$scratch/launcher" 2>&1 &
children="$children $!"

says() {
	tr -d '\000\r' 2>/dev/null <"$scratch/console" >"$scratch/text"
	grep -Eq "$1" "$scratch/text"
}
wait_until 40 says 'not .*(TD|trust domain)' || fail "no refusal within 40 s"
grep -Em 1 'not .*(TD|trust domain)' "$scratch/text"
# It has returned to the firmware, which says so in words of its own.
wait_until 20 says 'BdsDxe: failed to start.*Unsupported' ||
	fail "it does not return to the firmware"
ok
