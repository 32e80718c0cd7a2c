#!/bin/sh
# limit: 450
# A host-side leaf that fails ends its TD and nothing else: one line says which
# leaf, which status and which TD; then all vCPUs are flushed, and the key id
# and every page goes back to the host, whatever state the TD was in.
# SPDX-License-Identifier: MIT
. tests/e2e/lib.sh

INVALID='OPERAND_INVALID (c000010000000001)'

# run OPTION...: to its end; the emulator's two lines are in $scratch/emulator.
run() {
	: >"$scratch/emulator"
	emu/td-run --limit 200 --console "$scratch/console" \
		--log "$scratch/emulator" "$@" >"$scratch/launcher" 2>&1
	status=$?
}

# refused NAME LEAF[:CALLS] PAGES OPTION...: at least so many pages came back.
refused() {
	name=$1
	number=$2
	least=$3
	shift 3
	run --refuse "$number" "$@"
	expect "$name: exit status" "$status" 5
	grep -qF "is dead: TDH.$name" "$scratch/emulator" &&
		grep -qF "$INVALID" "$scratch/emulator" ||
		fail "$name: no line with leaf and status"
	pages=$(sed -n 's/.* is torn down: \([0-9]*\) pages given back, 0 errors$/\1/p' \
		"$scratch/emulator")
	[ "${pages:-0}" -ge "$least" ] && [ "${pages:-none}" != none ] ||
		fail "$name: ${pages:-none} pages given back, want $least"
	echo "$name: $pages pages given back"
}

# Alone, with a network card that makes the kernel share pages.
alone() {
	name=$1
	number=$2
	least=$3
	refused "$name" "$number" "$least" --tdvf "$build/apps/httpd.fd" -- \
		-netdev user,id=n \
		-device virtio-net-pci,netdev=n,romfile=,disable-legacy=on,iommu_platform=on
}

# While it is being built: with the TDR there are so many pages.
alone MNG.CREATE 9 0
alone MNG.KEY.CONFIG 8 1
alone MNG.ADDCX 1:3 4
alone MNG.INIT 21 7
alone VP.CREATE 10 7
alone VP.ADDCX 4:2 10
alone VP.INIT 22 13
alone MEM.SEPT.ADD 3:4 17
alone MEM.PAGE.ADD 2:5 20
alone MR.EXTEND 16:40 17
alone MR.FINALIZE 17 60

# While it runs.
alone MEM.PAGE.AUG 6:50 110
alone MEM.RANGE.BLOCK 7 500
alone MEM.TRACK 38 500
alone MEM.PAGE.REMOVE 29 500

# With other vCPUs, before they run and while they do.
firmware=${DEPS:-build/deps}/OVMF.fd
smp() {
	name=$1
	number=$2
	least=$3
	refused "$name" "$number" "$least" --tdvf "$firmware" --cpus 4 \
		--kernel "$build/apps/hello.efi"
}
smp VP.INIT 22:2 25
smp VP.FLUSH 18:1 1000
smp MEM.PAGE.AUG 6:3000 4000
smp MEM.TRACK 38:20 4000

# What a guest must not do ends its TD in the same way, and says so first.
run --tdvf "$firmware" --kernel "$build/apps/hello.efi" --sept-ve-disable=off
expect "a fatal report: exit status" "$status" 3
expect_text "a fatal report" "$scratch/emulator" \
	'is torn down: [1-9][0-9]* pages given back, 0 errors$'

run --refuse x
expect "no leaf: exit status" "$status" 2
run --refuse 0			# VP.ENTER, which is not refused so
expect "VP.ENTER: exit status" "$status" 2
run --refuse 6:x
expect "no number of calls: exit status" "$status" 2
ok
