#!/bin/sh
# limit: 180
# The wall between host and module: the self-test asks right and wrong things
# through the whole life of a TD, and each answer is the reference's.
# SPDX-License-Identifier: MIT
. tests/e2e/lib.sh

# selftest CHECKS-MIN OPTION...
selftest() {
	checks_min=$1
	shift
	: >"$scratch/emulator"
	emu/td-run --selftest --limit 200 --console "$scratch/console" \
		--log "$scratch/emulator" "$@" >"$scratch/launcher" 2>&1
	status=$?
	grep 'self-test:' "$scratch/emulator"
	expect "$*: exit status" "$status" 0
	verdict=$(sed -n \
		's/^td-emu: self-test: \([0-9]*\) checks, 0 failed$/\1/p' \
		"$scratch/emulator")
	[ "${verdict:-0}" -ge "$checks_min" ] ||
		fail "$*: want at least $checks_min checks, none of which failed"
}

selftest 9400
selftest 9400 --gpaw 52		# TDs of five levels can be built too
ok
