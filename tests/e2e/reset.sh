#!/bin/sh
# limit: 90
# The state in which a vCPU begins, to the bit: what a firmware of its own finds
# at the reset vector. Limits and access rights of segments are not visible
# without a descriptor table; that they are flat shows by its running at all.
# SPDX-License-Identifier: MIT
. tests/e2e/lib.sh
need gcc gcc
need objcopy binutils

gcc -I. -Wa,--fatal-warnings -c tests/e2e/reset.S -o "$scratch/reset.o" &&
	objcopy -O binary -j .firmware "$scratch/reset.o" "$scratch/reset.fd" ||
	fail "cannot build the firmware"

# MOD, Initial State of the Guest; RDX is EAX of CPUID 1.
wanted() {
	cat <<-END
		RAX 0
		RCX 10000
		RDX CPUID
		RBX $1
		RSP 0
		RBP 0
		RSI 0
		RDI 0
		RFLAGS 2
		CR0 31
		CR2 0
		CR3 0
		CR4 40
		DR6 ffff0ff0
		DR7 400
		CS 0
		DS 0
		ES 0
		FS 0
		GS 0
		SS 0
		LDTR 0
		TR 0
		GDTR ffff
		IDTR 0
		EFER 901
		PAT 7040600070406
		FMASK 20200
		STAR 0
		LSTAR 0
		FS_BASE 0
		GS_BASE 0
		KERNEL_GS_BASE 0
		SYSENTER_CS 0
		SYSENTER_ESP 0
		SYSENTER_EIP 0
		R8 10000
		R9 0
		R10 0
		R11 0
		R12 0
		R13 0
		R14 0
		R15 0
		XCR0 1
		CR8 0
		CPUID CPUID
		- 0
		FPU 37f
		XMM0 0
		XMM15 0
		MXCSR 1f80
	END
}

# begins WIDTH RBX
begins() {
	start_tdvf "$scratch/reset.fd" --gpaw "$1"
	wait_td 30
	expect "width $1: exit status" $? 3
	wanted "$2" >"$scratch/wanted"
	tr -d '\r' <"$scratch/console" | sed 's/^0*\(.\)/\1/' |
		paste -d ' ' "$scratch/wanted" - | awk '
			$2 == "CPUID" { $2 = family = family ? family : $3 }
			$2 != $3 { print $1 ": got " $3 ", want " $2; bad++ }
			END { exit bad > 0 }' ||
		fail "width $1: the state is another"
	expect "width $1: words of state" "$(grep -c . "$scratch/console")" \
		"$(wc -l <"$scratch/wanted")"
}

begins 48 30
begins 52 34
ok
