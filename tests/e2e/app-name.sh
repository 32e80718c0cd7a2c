#!/bin/sh
# limit: 180
# A program that does not exist is refused with the list of those that do; a
# way to boot or to run that does not exist, likewise.
# SPDX-License-Identifier: MIT
. tests/e2e/lib.sh
need make make

make run APP=nope >"$scratch/out" 2>&1
expect "make run APP=nope: exit status" $? 2
expect_text "it names the program" "$scratch/out" 'nope'
for app in apps/*/; do
	expect_text "it lists what there is" "$scratch/out" \
		"(^| )$(basename "$app")( |[.]|$)"
done
for given in BOOT=nope ACCEL=nope; do
	make run "$given" DRYRUN=1 >"$scratch/refused" 2>&1
	expect "make run $given: exit status" $? 2
	expect_text "it names what was given" "$scratch/refused" "$given"
done
expect_at_most "lines said" "$(wc -l <"$scratch/out")" 3 lines
ok
