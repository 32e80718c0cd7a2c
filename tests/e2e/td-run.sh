#!/bin/sh
# limit: 180
# The emulator's launcher: options, errors, exit statuses, Ctrl-C.
# SPDX-License-Identifier: MIT
. tests/e2e/lib.sh
need socat socat

# A QEMU that writes down what it was given and ends as it is told.
tools=$scratch/tools
mkdir -p "$tools" "$scratch/build/emu"
: >"$scratch/build/emu/rom.bin"
: >"$scratch/guest.efi"
head -c 4194304 /dev/zero >"$scratch/fw.fd"
cat >"$tools/fake-qemu" <<EOF
#!/bin/sh
printf '%s\n' "\$@" >'$scratch/started'
echo \$\$ >'$scratch/qemu.pid'
[ -z "\${FAKE_MESSAGE:-}" ] || echo "qemu-system-x86_64: \$FAKE_MESSAGE" >&2
[ -z "\${FAKE_LOG:-}" ] || printf "\$FAKE_LOG" >>"\$(printf '%s\n' "\$@" |
	sed -n 's/^file,id=td-log,path=\(.*\),append=on\$/\1/p' | sed 's/,,/,/g')"
[ -z "\${FAKE_SLEEP:-}" ] || exec sleep "\$FAKE_SLEEP"
exit "\${FAKE_STATUS:-0}"
EOF
chmod +x "$tools/fake-qemu"
QEMU=$tools/fake-qemu
export QEMU

launch() {
	BUILD=$scratch/build emu/td-run --tdvf "$scratch/fw.fd" "$@" \
		</dev/null >"$scratch/out" 2>&1
}

# ends STATUS PATTERN OPTION...: one line, no more.
ends() {
	wanted=$1
	pattern=$2
	shift 2
	launch "$@"
	expect "td-run $*: exit status" $? "$wanted"
	expect_text "td-run $*" "$scratch/out" "$pattern"
	expect "td-run $*: lines" "$(wc -l <"$scratch/out")" 1
}

# --- The command line -------------------------------------------------------
launch --help || fail "--help fails"
expect_text "--help" "$scratch/out" '^usage: td-run'

launch --dry-run --kernel "$scratch/guest.efi" || fail "--dry-run fails"
expect "--dry-run: QEMU not started" "$([ -e "$scratch/started" ] && echo started)" ""
expect_text "dry run" "$scratch/out" \
	' -machine q35 -accel tcg -cpu max,vendor=GenuineIntel,\+svm,\+npt,-mpx,phys-bits=48 -smp 1 -m size=128M,slots=2,maxmem=256G '
expect_text "dry run" "$scratch/out" \
	' -object memory-backend-ram,id=td-private,size=196M -device pc-dimm,memdev=td-private,addr=0x1000000000 '
expect_text "dry run" "$scratch/out" \
	" -fw_cfg 'name=opt/org.tacit/td,string=tdvf_size=4194304 sept_ve_disable=1' "

# given PATTERN OPTION...: QEMU gets an argument that matches.
given() {
	pattern=$1
	shift
	launch "$@" || fail "$*: $(cat "$scratch/out")"
	expect_text "$*" "$scratch/started" "$pattern"
}
given '^size=2048M,slots=2,maxmem=256G$' --memory 2G
given '^memory-backend-ram,id=td-private,size=2176M$' --memory=2G
given '^memory-backend-ram,id=td-private,size=84M$' --memory 18M
given '^4$' --cpus 4
given ',-mpx,-avx,-pku,phys-bits=48$' --xfam 0x3
given ',-mpx,-pku,phys-bits=48$' --xfam 0x7
given ',-mpx,-avx,phys-bits=52,\+la57$' --xfam=0x203 --gpaw 52
given ',-mpx,phys-bits=48$' --xfam 0x207
given 'phys-bits=48$' --gpaw 48
given ',phys-bits=52,\+la57$' --gpaw 52
given ' gpaw=52 ept_levels=5$' --gpaw=52
given ',phys-bits=52,\+la57$' --ept-levels 5
given ' gpaw=48 ept_levels=5$' --gpaw 48 --ept-levels=5
given 'sept_ve_disable=0' --sept-ve-disable=off
given ' flexible_pending_ve=1' --flexible-pending-ve=on
given ' irq_window=1' --irq-window
given ' quote_service=1' --quote-service
launch --lies || fail "--lies fails"
expect_text "--lies" "$scratch/out" '^mapgpa-outside +[A-Z]'
expect "--lies lists the whole table, and random" "$(wc -l <"$scratch/out")" \
	$(($(grep -c '^[[:space:]]\[LIE_' emu/lies/table.c) + 1))
while read -r lie _; do
	grep -qrw -e "$lie" tests/hostile tests/e2e/*lies.sh ||
		fail "no test tells the lie $lie"
done <"$scratch/out"
given ' lie=scribble,,random seed=7$' --lie scribble,random --seed 7
ends 2 'seed wants a number' --seed x
given " mrowner=$(printf '61%.0s' $(seq 48))\$" --mrowner \
	YWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFh
ends 2 'mrconfigid wants 48 bytes in base64: YWFh' --mrconfigid YWFh
given ' sept_ve_disable=1 no_rbp_mod=0$' --no-rbp-mod=off
given ' lie=random trace=ve,,sept stats=1$' --lie random --trace ve,sept --stats
pick_port
given "^user,id=net0,hostfwd=tcp:127.0.0.1:$port-:80\$" --http "$port"
given "^user,id=net0,hostfwd=tcp:127.0.0.1:$port-:7\$" --http "$port:7"
given '^tap,id=net0,ifname=tap7,script=no,downscript=no$' --tap tap7
given '^virtio-net-pci,netdev=net0,disable-legacy=on,iommu_platform=on,romfile=$' --tap t
given '^shift=0,sleep=off$' --deterministic
given ' stats=1 icount=1$' --stats --deterministic
given "^tcp:127.0.0.1:$port\$" --gdb "$port"
given "^tcp:127.0.0.1:$port\$" --gdb="$port" --stats
# Somebody may well have the usual one.
launch --dry-run --gdb --stats || fail "--dry-run --gdb fails"
expect_text "--gdb" "$scratch/out" ' -gdb tcp:127.0.0.1:1234( |$)'
given '^a, b$' --kernel "$scratch/guest.efi" --append 'a, b'
given '^name=opt/org.tacit/cmdline,string=a,, b$' --append 'a, b'
given '^file,id=con,path=/dev/null$' --console /dev/null
given '^stdio,id=con,signal=on$'
given '^virtio-rng-pci$' -- -device virtio-rng-pci

# File names are anybody's.
odd="$scratch/a, b '\$x' \"y\" \\t"
mkdir "$odd"
cp "$scratch/fw.fd" "$scratch/guest.efi" "$odd"
odd_pattern="$scratch/a, b '.x' \"y\" .t"
odd_doubled="$scratch/a,, b '.x' \"y\" .t"
given "^$odd_pattern/guest.efi\$" --kernel "$odd/guest.efi"
given "^$odd_pattern/fw.fd\$" --kernel "$odd/guest.efi" --initrd "$odd/fw.fd"
given "^loader,file=$odd_doubled/fw.fd,addr=" --tdvf "$odd/fw.fd"
given "^file,id=con,path=$odd_doubled/con\$" --console "$odd/con"
given "^file,id=td-log,path=$odd_doubled/log,append=on\$" --log "$odd/log"

# --- Traces -----------------------------------------------------------------
# One object for each whole line, however QEMU ends; what is no event is said.
FAKE_LOG='td-emu: one\nvmcall cpu=1 mask=fc00 r10=0\nve cpu=0 rip=ff reason=48 gla=0\n'
export FAKE_LOG
for rest in '' 'vmcall cpu=' 'vmc' 've cpu=0 rip='; do
	FAKE_LOG="$FAKE_LOG$rest" launch --trace-json "$odd/trace" ||
		fail "--trace-json: $(cat "$scratch/out")"
	expect "--trace-json, then '$rest'" "$(cat "$odd/trace")" \
'{"event":"vmcall","cpu":1,"mask":"0xfc00","r10":"0x0"}
{"event":"ve","cpu":0,"rip":"0xff","reason":48,"gla":"0x0"}'
	expect "--trace-json: what is said" "$(cat "$scratch/out")" "td-emu: one"
done
FAKE_LOG="${FAKE_LOG}td-emu: two" launch --trace-json "$odd/trace"
expect_text "--trace-json: last words" "$scratch/out" '^td-emu: two$'
FAKE_LOG=$FAKE_LOG launch --trace-json "$odd/trace" --log "$odd/log"
expect "--trace-json, --log" "$(cat "$odd/log")" "td-emu: one"
expect "--trace-json: nothing is said" "$(cat "$scratch/out")" ""
unset FAKE_LOG
expect "--trace-json: files" "$(find "$odd" -name 'trace*' | wc -l)" 1

# --- Errors -----------------------------------------------------------------
for wrong in 128 128K 0M 3M 15M 12G3 -1M 1000G 17G ''; do
	ends 2 "^td-run: --memory .*$wrong" --memory "$wrong"
done
ends 2 'cpus must be 1 to 4: 5' --cpus 5
ends 2 'xfam is 0x3, 0x7, 0x203 or 0x207: 7' --xfam 7
ends 2 'gpaw is 48 or 52: 51' --gpaw 51
ends 2 'ept-levels is 4 or 5: 3' --ept-levels 3
ends 2 'gpaw 52 needs --ept-levels 5' --gpaw 52 --ept-levels 4
ends 2 'sept-ve-disable is on or off: maybe' --sept-ve-disable=maybe
ends 2 'no-rbp-mod is on or off: 1' --no-rbp-mod=1
ends 2 'http wants a port, 1 to 65535: 0' --http 0
ends 2 'http wants a port, 1 to 65535: 65536' --http 65536
ends 2 'http wants a port, 1 to 65535: 7x' --http 8080:7x
ends 2 'exclude each other' --http 8080 --tap tap0
ends 2 'limit wants seconds' --limit soon
ends 2 "lie does not know 'two words'" --lie 'scribble,two words'
ends 2 "lie does not know '[*]'" --lie '*'
ends 2 "lie does not know ''" --lie scribble,,random
ends 2 "trace does not know 'io'" --trace vmcall,io
for wrong in --tdvf --kernel --initrd --http --limit --lie --seed --trace-json; do
	ends 2 "$wrong wants a value" "$wrong" ''
	ends 2 "$wrong wants a value" "$wrong="
done
ends 2 'gdb wants a port, 1 to 65535: ' --gdb=
ends 2 'refuse wants a leaf' --refuse 0
ends 2 'refuse wants a leaf' --refuse 6:x
ends 2 'page-size is 4K or 2M: 1G' --page-size 1G
ends 2 'flexible-pending-ve is on or off: yes' --flexible-pending-ve yes
ends 2 'console wants a value' --console=
ends 1 'trace-json: cannot be written: /nonexistent/x' --trace-json /nonexistent/x
ends 2 'unknown option.*--colour' --colour
ends 2 'unknown option.*--colour' --colour=red
ends 2 'value is missing: --kernel' --kernel
ends 2 'what is this\? kernel.efi' kernel.efi
ends 2 'initrd needs --kernel' --initrd /dev/null
ends 1 'kernel: no such file: /nonexistent' --kernel /nonexistent
env -u DEPS BUILD="$scratch/build" emu/td-run >"$scratch/out" 2>&1
expect "no OVMF: exit status" $? 1
expect_text "no OVMF" "$scratch/out" "there is no .*OVMF.fd; run 'make'"
ends 1 'tdvf: no such file: /nonexistent' --tdvf /nonexistent
: >"$scratch/empty.fd"
ends 1 'tdvf: must have 1 byte to 16 MiB' --tdvf "$scratch/empty.fd"
QEMU=/nonexistent/qemu
ends 1 '/nonexistent/qemu is not installed.*qemu-system-x86'
QEMU=$tools/fake-qemu
rm "$scratch/build/emu/rom.bin"
ends 1 "the emulator is not built: .*rom.bin is missing; run 'make'"
: >"$scratch/build/emu/rom.bin"

pick_port
in_background socat "TCP-LISTEN:$port,bind=127.0.0.1" -
wait_until 30 port_is_taken "$port" || fail "socat does not listen"
rm -f "$scratch/started"
ends 1 "port $port of this machine is in use; choose another \(--http; HTTP_PORT= of make\)" \
	--http "$port"
ends 1 "port $port of this machine is in use; choose another \(--gdb\)" \
	--gdb "$port"
expect "port in use: QEMU not started" "$([ -e "$scratch/started" ] && echo started)" ""

# What QEMU says when another was faster, or memory is short.
FAKE_STATUS=1
# shellcheck disable=SC2089,SC2090 # the quotes are part of the message
FAKE_MESSAGE="-netdev user,id=net0: Could not set up host forwarding rule 'tcp:127.0.0.1:8080-:80'"
# shellcheck disable=SC2090
export FAKE_STATUS FAKE_MESSAGE
ends 1 '^td-run: port 8080 of this machine is in use, or not yours to use$'
FAKE_MESSAGE="cannot set up guest memory 'td-private': Cannot allocate memory"
ends 1 'this machine has too little memory for --memory 2G' --memory 2G
FAKE_MESSAGE="something else"
ends 1 '^qemu-system-x86_64: something else$'
unset FAKE_MESSAGE

# --- Exit statuses ----------------------------------------------------------
# returns QEMU-STATUS TD-RUN-STATUS
returns() {
	FAKE_STATUS=$1 launch
	expect "QEMU returns $1" $? "$2"
}
returns 0 0
returns 1 1
returns 33 3
returns 35 4
returns 37 5
returns 139 5
unset FAKE_STATUS
BUILD=$scratch/build emu/td-run --tdvf "$scratch/fw.fd" <&- >"$scratch/out" 2>&1
expect "without standard input" "$? $(cat "$scratch/out")" "0 "

FAKE_SLEEP=30
export FAKE_SLEEP
ends 124 '^td-run: the time limit of 1 seconds passed$' --limit 1

# A signal to the launcher alone reaches QEMU, and is not an error of it.
mkdir "$scratch/tmp"
for signal in TERM HUP INT QUIT; do
	rm -f "$scratch/qemu.pid"
	# A shell's background processes ignore SIGINT and SIGQUIT.
	TMPDIR=$scratch/tmp BUILD=$scratch/build \
		env --default-signal=INT,QUIT emu/td-run --tdvf "$scratch/fw.fd" \
		--trace-json "$scratch/tmp/trace" </dev/null &
	launcher=$!
	children="$children $launcher"
	wait_until 30 test -s "$scratch/qemu.pid" || fail "QEMU was not started"
	kill -s "$signal" "$launcher"
	wait "$launcher"
	expect "stopped by SIG$signal" $? 130
	kill -0 "$(cat "$scratch/qemu.pid")" 2>/dev/null && fail "QEMU runs on"
	expect "SIG$signal: files left behind" "$(ls "$scratch/tmp")" trace
done
unset FAKE_SLEEP

# --- With the real QEMU, and ROMs of a few instructions -----------------------
unset QEMU
need qemu-system-x86_64 qemu-system-x86
need script bsdutils

# make_rom CODE: 64 KiB, printf escapes of 16-bit code that starts at once.
make_rom() {
	printf '%b' "$1" >"$scratch/code"
	size=$(stat -c %s "$scratch/code")
	{
		cat "$scratch/code"
		head -c $((65520 - size)) /dev/zero
		# The reset vector: jmp to the first byte.
		printf '\351\015\000\0\0\0\0\0\0\0\0\0\0\0\0\0'
	} >"$scratch/build/emu/rom.bin"
}

# "hi" to the log's port, then a byte to the port that ends QEMU.
for pair in 0020:3 0021:4 0022:5; do
	make_rom "\\0272\\0351\\0005\\0260h\\0356\\0260i\\0356\\0260\\0012\\0356\\0272\\0364\\0005\\0260\\${pair%:*}\\0356"
	ends "${pair#*:}" '^hi$' --limit 20
done
BUILD=$scratch/build emu/td-run --tdvf "$scratch/fw.fd" --limit 20 \
	--log "$scratch/my,log" </dev/null >"$scratch/out" 2>&1
expect "--log: exit status" $? 5
expect "--log" "$(cat "$scratch/my,log")" hi
expect "--log: nothing else is said" "$(cat "$scratch/out")" ""

# --- Ctrl-C at a terminal -----------------------------------------------------
make_rom '\0364\0353\0375' # hlt, again
cat >"$scratch/typed" <<EOF
trap : INT
BUILD=$scratch/build emu/td-run --tdvf $scratch/fw.fd --limit 100 -- \
	-pidfile $scratch/real.pid
echo status \$?
stty -a
EOF
mkfifo "$scratch/keys"
# A shell's background processes ignore SIGINT and hand that on.
env --default-signal=INT script -qec "sh $scratch/typed" /dev/null \
	<"$scratch/keys" >"$scratch/screen" 2>&1 &
terminal=$!
children="$children $terminal"
exec 4>"$scratch/keys"
wait_until 30 test -s "$scratch/real.pid" || fail "QEMU was not started"
printf '\003' >&4
# Where QEMU had not taken the terminal yet, it shows the ^C.
wait_until 30 grep -Eq '^(\^C)?status' "$scratch/screen" ||
	fail "Ctrl-C does not stop it: $(cat "$scratch/screen")"
exec 4>&-
wait "$terminal"
expect_text "Ctrl-C" "$scratch/screen" '^(\^C)?status 130'
for mode in icanon isig echo icrnl opost; do
	expect_text "terminal afterwards" "$scratch/screen" "(^| )$mode( |;|.?$)"
done
expect "Ctrl-C: lines before the status" \
	"$(sed -E '/^(\^C)?status/,$d' "$scratch/screen" | wc -l)" 0
ok
