#!/bin/sh
# limit: 270
# A fatal report by the guest reaches the log and td-run's exit status.
# SPDX-License-Identifier: MIT
. tests/e2e/lib.sh

# A host that keeps the right to raise #VE on private pages is refused.
start_td apps/hello.efi --sept-ve-disable=off
wait_td 200
expect "SEPT_VE_DISABLE=0: exit status" $? 3
expect_text "SEPT_VE_DISABLE=0: the emulator's log" "$scratch/emulator" \
	'SEPT_VE_DISABLE=0'

# A TDVMCALL that the module refuses is reported as its caller's doing.
refused=tests/guest/tdx_call_refused
make -s "$build/$refused.efi" || fail "cannot build $refused"
start_td "$refused.efi"
wait_td 60
expect "a call refused: exit status" $? 3
at=$(tr -d '\000\r' <"$scratch/console" |
	sed -n 's/^panic: TDVMCALL 0xc: OPERAND_INVALID 0x1 at image+//p')
expect "a call refused: where" \
	"$(addr2line -fe "$build/$refused.elf" "${at:-0}" | head -n 1)" main

# The same guest, with nothing to complain of.
start_td apps/hello.efi
wait_td 200
expect "nothing wrong: exit status" $? 0
expect_text "nothing wrong: console" "$scratch/console" '^Hello, world'
ok
