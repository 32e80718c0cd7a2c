#!/bin/sh
# limit: 720
# With --deterministic two runs say the same, to the last digit of the clock,
# and leave the same trace; so do two with a host that lies from the same seed.
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

# lie NAME SEED: what was told goes to emulator.NAME.
lie() {
	start_tdvf "$build/apps/hello.fd" --deterministic --seed "$2" \
		--lie random,scribble,spurious-interrupts \
		--trace-json "$scratch/trace.$1"
	wait_td 100
	expect "seed $2: exit status" $? 0
	cp "$scratch/emulator" "$scratch/emulator.$1"
	for name in scribble spurious-interrupts accept-busy; do
		expect_text "seed $2" "$scratch/emulator.$1" \
			"lie $name told [1-9][0-9]+ times"
	done
}

lie first 7
lie again 7
lie other 8
for file in emulator trace; do
	cmp "$scratch/$file.first" "$scratch/$file.again" ||
		fail "the same seed, and another $file"
	! cmp "$scratch/$file.first" "$scratch/$file.other" ||
		fail "another seed, and the same $file"
done
ok
