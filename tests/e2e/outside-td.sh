#!/bin/sh
# limit: 270
# Started on an ordinary machine, the image says so and gives up.
# SPDX-License-Identifier: MIT
. tests/e2e/lib.sh
need qemu-system-x86_64 qemu-system-x86

ovmf=${DEPS:-$build/deps}/OVMF.fd
image=$build/apps/hello.efi
[ -f "$image" ] || fail "$image is not built"

: >"$scratch/console"
timeout -k 5 400 qemu-system-x86_64 -no-user-config -nodefaults -machine q35 \
	-accel tcg -m 256M -bios "$ovmf" -kernel "$image" -no-reboot \
	-display none -monitor none -serial "file:$scratch/console" \
	</dev/null >"$scratch/launcher" 2>&1 &
children="$children $!"

says() {
	tr -d '\000\r' <"$scratch/console" >"$scratch/text"
	grep -Eq "$1" "$scratch/text"
}
wait_until 200 says 'not a TDX trust domain' || fail "no refusal within 200 s"
sed -n 's/.*\(tacit: .*\)/\1/p' "$scratch/text"
# It has returned to the firmware, which goes on to other things to boot.
wait_until 100 says '^BdsDxe: loading' ||
	fail "it does not return to the firmware"
grep '^BdsDxe' "$scratch/text" | head -n 1
ok
