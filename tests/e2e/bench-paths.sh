#!/bin/sh
# limit: 720
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
wait_td 400
expect "exit status" $? 0
timeout 200 "$steps" >"$scratch/steps" || fail "$steps fails"

# live INSTRUCTION TDCALLS COLUMN: in the kernel's handler, which is the one
# that most came to. Columns: tests/bench/results.h.
LEAST=7
STACK=10
live() {
	awk -F '\t' -v what="$1" -v tdcalls="$2" -v column="$3" '
		$1 != "handler" || !$5 { next }
		{ times[$2] += $6 }
		$3 == what && $5 == tdcalls { value[$2] = $column }
		END {
			for (entry in times)
				if (times[entry] > times[best])
					best = entry
			print value[best]
		}' "$scratch/live"
}

# stepped NAME COLUMN
stepped() {
	awk -F '\t' -v name="$1" -v column="$2" \
		'$1 == "ve" && $2 == name { print $column }' "$scratch/steps"
}

# same WHAT INSTRUCTION TDCALLS NAME
same() {
	expect "$1" "$(live "$2" "$3" $LEAST)" "$(stepped "$4" 3)"
}
same "CPUID, asked of the host" cpuid 2 cpuid_host
same "CPUID, answered here" cpuid 1 cpuid_local
same "RDMSR" rdmsr 2 rdmsr
same "WRMSR" wrmsr 2 wrmsr
same "IN" in 2 in8
same "OUT" out 2 out8
same "HLT" hlt 2 hlt
same "read of a device register" load 2 mmio_read32
same "write of a device register" store 2 mmio_write32
expect "stack of CPUID" "$(live cpuid 2 $STACK)" "$(stepped cpuid_host 4)"
expect "stack of a read" "$(live load 2 $STACK)" "$(stepped mmio_read32 4)"
ok
