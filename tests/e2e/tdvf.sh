#!/bin/sh
# limit: 1800
# The kernel as its own firmware: serves and powers off without OVMF, measures
# what the host says, and reports a host whose word makes no sense.
# SPDX-License-Identifier: MIT
. tests/e2e/lib.sh
need curl curl

IMAGE_LIMIT=$((256 * 1024))
INSTRUCTIONS_LIMIT=10000000
CPU_LIMIT_MS=1000
MEMORY_LIMIT_MIB=24

# start_fd IMAGE OPTION...: IMAGE is relative to the build directory.
start_fd() {
	image=$build/$1
	shift
	[ -f "$image" ] || fail "$image is not built"
	start_tdvf "$image" "$@"
}

start_httpd() {
	pick_port
	start_fd apps/httpd.fd --http "$port" "$@"
	wait_until 200 answers_or_ended
}

# runs WHAT IMAGE OPTION...: to its end; status 0.
runs() {
	what=$1
	shift
	start_fd "$@"
	wait_td 200
	expect "$what: exit status" $? 0
}

# --- Serves -------------------------------------------------------------------
expect_at_most "$build/apps/httpd.fd" "$(stat -c %s "$build/apps/httpd.fd")" \
	"$IMAGE_LIMIT" bytes
began=$(now_ms)
start_httpd -- -pidfile "$scratch/qemu.pid" || fail "no answer within 200 s"
took=$(($(now_ms) - began))
used=$(cpu_ms "$(cat "$scratch/qemu.pid")")
echo "QEMU start to first HTTP 200: $took ms"
expect_at_most "CPU time to first HTTP 200" "$used" "$CPU_LIMIT_MS" ms
still_serves "a boot without OVMF"
expect "boot_tdvf" "$(metric tacit_boot_tdvf)" 1
stop_td

# The emulator's instructions for our exits count too.
start_httpd --deterministic || fail "no answer within 200 s"
expect_at_most "reset to first connection" \
	"$(metric tacit_http_start_busy_tsc)" "$INSTRUCTIONS_LIMIT" instructions
stop_td

for mib in 16 "$MEMORY_LIMIT_MIB"; do
	start_httpd --memory "${mib}M" && td_runs && break
	stop_td
	mib=none
done
expect_at_most "least memory that serves" "$mib" "$MEMORY_LIMIT_MIB" MiB
still_serves "a boot in $mib MiB"
stop_td

start_httpd --cpus 4 --memory 4G || fail "no answer within 200 s"
expect "vCPUs that the TD sees" "$(metric tacit_td_vcpus)" 4
still_serves "a boot with 4 vCPUs and memory above 4 GiB"
stop_td

# --- Command line, power-off --------------------------------------------------
runs "hello" apps/hello.fd --append 'name=Eve, too'
expect_text "hello: command line" "$scratch/console" '^Hello, Eve,, from'

escape=$(printf '\033[2J\377')
runs "odd bytes" apps/hello.fd --append "name=you${escape}x"
expect_text "odd bytes" "$scratch/console" '^Hello, you, from'
grep -q "$(printf '\033')" "$scratch/console" && fail "the console has an escape"
runs "a long line" apps/hello.fd --append "name=$(printf 'x%.0s' $(seq 600))"
expect_text "a long line is cut" "$scratch/console" '^Hello, x{506}, from'

# --- Measured -----------------------------------------------------------------
make -s "$build/tests/guest/measured.fd" || fail "measured.fd is not built"

# number BYTES VALUE: little endian, in hexadecimal digits.
number() {
	value=$2
	for _ in $(seq "$1"); do
		printf '%02X' $((value & 255))
		value=$((value >> 8))
	done
}

# memory TYPE START LENGTH: a resource descriptor as QEMU writes it.
memory() {
	number 8 $((3 + (48 << 16)))
	number 16 0
	number 4 "$1"
	number 4 7
	number 8 "$2"
	number 8 "$3"
}

# The TD HOB without its end, in MiB of memory.
hob() {
	number 8 $((1 + (56 << 16)))
	number 4 9
	number 36 0
	number 8 $((0x10000 + 56 + 3 * 48 + 8))
	memory 7 0 $((0x10000))
	memory 0 $((0x10000)) $((0x1000))
	memory 7 $((0x11000)) $(($1 * 1048576 - 0x11000))
}

runs "measured in 32 MiB" tests/guest/measured.fd --memory 32M
mrtd=$(shown MRTD0)
expect "RTMR0 is the TD HOB" "$(shown RTMR0)" \
	"$(hob 32 | basenc --base16 -d | extended)"
expect "RTMR1 is an empty command line" "$(shown RTMR1)" "$(printf '' | extended)"
runs "measured in 1 GiB" tests/guest/measured.fd --memory 1G --cpus 2 \
	--append 'one two=3'
expect "MRTD is the image's alone" "$(shown MRTD0)" "$mrtd"
expect "RTMR0 is the TD HOB" "$(shown RTMR0)" \
	"$(hob 1024 | basenc --base16 -d | extended)"
expect "RTMR1 is the command line" "$(shown RTMR1)" \
	"$(printf 'one two=3' | extended)"

# The same sources make the same image, wherever they are built.
make -s BUILD="$scratch/build" DEPS="$(realpath "${DEPS:-$build/deps}")" \
	"$scratch/build/tests/guest/measured.fd" || fail "the second build fails"
cmp "$build/tests/guest/measured.fd" "$scratch/build/tests/guest/measured.fd" ||
	fail "the image depends on where it was built"

# --- A host that lies ---------------------------------------------------------
refused=0
for seed in 1 2 3 4 5 6 7 8; do
	start_fd apps/hello.fd --memory 32M --lie hob-rubbish --seed "$seed"
	wait_td 200
	status=$?
	case $status in
	0) ;;
	3)
		grep -aq '"tdvf: the .* HOB' "$scratch/emulator" ||
			fail "hob-rubbish, seed $seed: another report"
		refused=$((refused + 1))
		;;
	*) fail "hob-rubbish, seed $seed: exit status $status" ;;
	esac
done
[ "$refused" -gt 0 ] || fail "no list with rubbish in it was refused"
echo "hob-rubbish: $refused of 8 lists refused, the others harmless"
runs "fw-cfg-rubbish" apps/hello.fd --lie fw-cfg-rubbish
expect_text "fw-cfg-rubbish" "$scratch/emulator" 'lie fw-cfg-rubbish told [1-9]'

# A page with the host's words where the kernel's first will be: metadata
# that says so stands for a host that adds one.
cp "$build/apps/hello.fd" "$scratch/added.fd"
at=$(grep -abo 'TDVF' "$scratch/added.fd" | tail -n 1 | cut -d : -f 1)
printf '\000\000\040\000' | dd of="$scratch/added.fd" bs=1 conv=notrunc \
	seek=$((at + 16 + 32 + 8)) 2>/dev/null
start_tdvf "$scratch/added.fd"
wait_td 200
expect "page added before: exit status" $? 3
expect_text "page added before" "$scratch/emulator" \
	'tdvf: host gives no fresh memory for the kernel'
ok
