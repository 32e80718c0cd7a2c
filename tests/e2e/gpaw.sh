#!/bin/sh
# limit: 720
# Guest physical addresses of 52 bits, shared from bit 51 on: the kernel boots
# by OVMF and as its own firmware, on one vCPU and on four, and serves. And the
# EPT's levels and the CPU's address bits may be more than a width of 48 needs.
# SPDX-License-Identifier: MIT
. tests/e2e/lib.sh
need curl curl

# serves WIDTH WHAT: the service that was started.
serves() {
	still_serves "$2"
	expect "$2: width" "$(metric tacit_td_gpa_width)" "$1"
	stop_td
}

# serves_as_firmware WIDTH OPTION...
serves_as_firmware() {
	width=$1
	shift
	pick_port
	: >"$scratch/emulator"
	emu/td-run --tdvf "$build/apps/httpd.fd" --http "$port" --limit 200 \
		--console "$scratch/console" --log "$scratch/emulator" "$@" \
		</dev/null >"$scratch/launcher" 2>&1 &
	td_pid=$!
	wait_until 200 answers_or_ended || fail "$*: no answer within 200 s"
	serves "$width" "a boot without OVMF, $*"
}

start_service --gpaw 52
serves 52 "a boot by OVMF"
start_service --gpaw 52 --cpus 4 --memory 4G --page-size 2M
serves 52 "a boot with 4 vCPUs, pages of 2 MiB, memory above 4 GiB"
serves_as_firmware 52 --gpaw 52
serves_as_firmware 52 --gpaw 52 --cpus 4 --memory 4G
serves_as_firmware 52 --gpaw 52 --lie scribble,r11-range,spurious-interrupts

# One TD of width 48 on each EPT that can carry it.
wide_cpu=max,vendor=GenuineIntel,+svm,+npt,-mpx,+la57,phys-bits=52
serves_as_firmware 48 --ept-levels 5
serves_as_firmware 48 -- -cpu "$wide_cpu"
make -s "$build/tests/conformance/mem.efi" || fail "mem.efi is not built"
for options in "--ept-levels 5" "-- -cpu $wide_cpu"; do
	# shellcheck disable=SC2086 # options are words
	start_td tests/conformance/mem.efi $options
	wait_td 200
	expect "mem, $options: exit status" $? 0
	expect_text "mem, $options" "$scratch/console" '^RESULT: SUCCESS'
done

# What a CPU of QEMU's lacks is said, and not half done.
start_td apps/hello.efi --gpaw 52 -- -cpu "${wide_cpu%52}48"
wait_td 200
expect "a CPU of 48 bits: exit status" $? 5
expect_text "a CPU of 48 bits" "$scratch/emulator" \
	'an EPT of 5 levels needs a CPU with 52 physical address bits'
ok
