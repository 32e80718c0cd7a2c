#!/bin/sh
# limit: 240
# What a #VE costs, counted twice: by a plugin of QEMU's in a live TD, and by
# stepping through the object code. Both must say the same.
# SPDX-License-Identifier: MIT
. tests/e2e/lib.sh

plugin=$build/tests/bench/paths.so
steps=$build/tests/bench/steps
make -s "$plugin" "$steps" || fail "cannot build $plugin, $steps"
"${QEMU:-qemu-system-x86_64}" -help | grep -q '^-plugin' ||
	skip "this QEMU takes no plugins"

start_td apps/bench.efi --append "samples=20" -- \
	-plugin "$plugin,out=$scratch/live"
wait_td 100
expect "exit status" $? 0
timeout 60 "$steps" >"$scratch/steps" || fail "$steps fails"

# live INSTRUCTION EXITS: the least in the kernel's handler, which is the one
# that most came to.
live() {
	awk -F '\t' -v what="$1" -v exits="$2" '
		{ times[$1] += $5 }
		$2 == what && $4 == exits { least[$1] = $6 }
		END {
			for (entry in times)
				if (times[entry] > times[best])
					best = entry
			print least[best]
		}' "$scratch/live"
}

stepped() {
	awk -F '\t' -v name="$1" '$1 == "ve" && $2 == name { print $3 }' \
		"$scratch/steps"
}

expect "CPUID, asked of the host" "$(live cpuid 2)" "$(stepped cpuid_host)"
expect "CPUID, answered here" "$(live cpuid 1)" "$(stepped cpuid_local)"
expect "RDMSR" "$(live rdmsr 2)" "$(stepped rdmsr)"
expect "WRMSR" "$(live wrmsr 2)" "$(stepped wrmsr)"
expect "IN" "$(live in 2)" "$(stepped in8)"
expect "OUT" "$(live out 2)" "$(stepped out8)"
ok
