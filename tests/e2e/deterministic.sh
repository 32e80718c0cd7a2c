#!/bin/sh
# limit: 720
# With --deterministic two runs say the same, to the last digit of the clock,
# and leave the same trace.
# SPDX-License-Identifier: MIT
. tests/e2e/lib.sh

# The console of a run shows times, addresses and counts of calls.
for run in 1 2; do
	start_td apps/hello.efi --deterministic --stats \
		--memory 64M --trace-json "$scratch/trace.$run"
	wait_td 400
	expect "run $run: exit status" $? 0
	cp "$scratch/console" "$scratch/console.$run"
	cp "$scratch/emulator" "$scratch/emulator.$run"
done
expect_text "the guest ran" "$scratch/console.1" '^Up for [0-9]+ us'
grep -a '^Up for' "$scratch/console.1" "$scratch/console.2"
cmp "$scratch/console.1" "$scratch/console.2" || fail "the consoles differ"
expect_text "the emulator counted" "$scratch/emulator.1" \
	'^stats exits=[0-9]+ guest_instructions=[0-9]{7,}$'
for row in 'tdcall leaf=3 name=TDG.VP.VEINFO.GET' 'vmcall leaf=30 name=IO' \
	'vmcall leaf=65537 name=MapGPA' 've reason=10 name=CPUID'; do
	expect_text "the emulator counted $row" "$scratch/emulator.1" \
		"^stats $row count=[1-9][0-9]* instructions=[1-9][0-9]{2,}$"
done
cmp "$scratch/emulator.1" "$scratch/emulator.2" || fail "the counts differ"
expect_text "the trace" "$scratch/trace.1" '^\{"event":"tdcall","cpu":0,"rip":"0x[0-9a-f]+"'
for event in 'tdcall.*"leaf":"0x6","name":"TDG.MEM.PAGE.ACCEPT"' \
	'vmcall.*"name":"IO"' 've.*"reason":10,"name":"CPUID"' 'sept.*"gpa":"0x'; do
	expect_text "the trace" "$scratch/trace.1" "^\{\"event\":\"$event"
done
cmp "$scratch/trace.1" "$scratch/trace.2" || fail "the traces differ"
echo "events that are the same: $(wc -l <"$scratch/trace.1")"
ok
