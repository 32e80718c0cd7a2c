#!/bin/sh
# limit: 720
# XFAM is what td-run is told, and XSETBV takes that and no more: the kernel,
# the rules of CPUID, of control registers and of XSETBV with each.
# SPDX-License-Identifier: MIT
. tests/e2e/lib.sh

rules=$build/tests/conformance
make -s "$rules/efer.fd" "$rules/cr.fd" "$rules/cpuid.fd" ||
	fail "the rules are not built"

# start_rules PROGRAM OPTION...: as its own firmware, which is faster.
start_rules() {
	program=$1
	shift
	: >"$scratch/emulator"
	emu/td-run --tdvf "$rules/$program.fd" --limit 200 \
		--console "$scratch/console" --log "$scratch/emulator" "$@" \
		</dev/null >"$scratch/launcher" 2>&1 &
	td_pid=$!
}

# judged XFAM PROGRAM
judged() {
	start_rules "$2" --xfam "$1"
	wait_td 200
	expect "--xfam $1, $2: exit status" $? 0
	expect_text "--xfam $1, $2" "$scratch/console" '^RESULT: SUCCESS'
}

for xfam in 0x3 0x7 0x203 0x207; do
	judged "$xfam" efer
	expect_text "--xfam $xfam" "$scratch/console" "^XFAM $xfam"
	grep -q 'XSETBV takes' "$scratch/emulator" &&
		fail "--xfam $xfam: the CPU has more"
	judged "$xfam" cr
	judged "$xfam" cpuid
done

# A CPU with components that no TD can have is told of, and breaks the rule.
start_rules efer -- \
	-cpu max,vendor=GenuineIntel,+svm,+npt,+mpx,phys-bits=48
wait_td 200
expect "MPX: exit status" $? 0
expect_text "MPX" "$scratch/emulator" 'XSETBV takes the components 18,'
expect_text "MPX: it does" "$scratch/console" 'xsetbv.beyond_xfam_gp'
expect_text "MPX: judged" "$scratch/console" '^RESULT: FAILURE'
ok
