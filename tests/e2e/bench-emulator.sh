#!/bin/sh
# limit: 600
# What the emulator adds to a TDVMCALL, counted twice in one run: by the
# guest's clock, which counts instructions, and by a plugin of QEMU's. Both
# must say the same, and it must not be more than it may.
# SPDX-License-Identifier: MIT
. tests/e2e/lib.sh

plugin=$build/tests/bench/emulator.so
steps=$build/tests/bench/steps
rom=$build/emu/emu.elf
make -s "$plugin" "$steps" || fail "cannot build $plugin, $steps"
"${QEMU:-qemu-system-x86_64}" -help | grep -q '^-plugin' ||
	skip "this QEMU takes no plugins"

start_td apps/bench.efi --deterministic --append "samples=20 expect=exact" -- \
	-plugin "$plugin,out=$scratch/way,through=$(address_of "$rom" \
		vmm_handle_tdvmcall)"
wait_td 400 || fail "apps/bench ended with status $?"
tr -d '\r\000' <"$scratch/console" |
	sed -n '/^-----BEGIN BENCH JSON-----$/,/^-----END/p' >"$scratch/json"
timeout 200 "$steps" >"$scratch/steps" || fail "$steps fails"

measure() {
	tests/bench/round-trip "$scratch/json" "$scratch/steps" "$1" "$rom"
}
measure "$scratch/way" || fail "see above"
sed '$d' "$scratch/way" >"$scratch/shorter"
! measure "$scratch/shorter" >"$scratch/said" ||
	fail "that the two counts differ is not noticed"
ok
