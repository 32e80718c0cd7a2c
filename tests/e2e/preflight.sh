#!/bin/sh
# limit: 180
# The hardware launcher names everything that a machine lacks.
# SPDX-License-Identifier: MIT
. tests/e2e/lib.sh

# A machine that has all there is to have; each test takes one thing away.
machine=$scratch/machine
tools=$scratch/tools

fresh_machine() {
	rm -rf "$machine" "$tools"
	mkdir -p "$machine/dev" "$machine/proc/net" "$tools" \
		"$machine/sys/module/kvm_intel/parameters" \
		"$machine/usr/share/ovmf"
	: >"$machine/dev/kvm"
	: >"$machine/proc/net/tcp"
	echo Y >"$machine/sys/module/kvm_intel/parameters/tdx"
	head -c 131072 /dev/zero >"$machine/usr/share/ovmf/OVMF.fd"
	: >"$scratch/guest.efi"
	fake_uname Linux x86_64
	fake_qemu 10.1.0 tdx-guest
}

fake_uname() {
	cat >"$tools/uname" <<EOF
#!/bin/sh
[ "\$1" = -s ] && echo $1 || echo $2
EOF
	chmod +x "$tools/uname"
}

# fake_qemu VERSION OBJECT
fake_qemu() {
	cat >"$tools/qemu-system-x86_64" <<EOF
#!/bin/sh
case \$1 in
--version) echo 'QEMU emulator version $1 (Some distribution 1:$1-1)' ;;
-object) printf 'List of user creatable objects:\n  rng-random\n  $2\n' ;;
*) printf '%s\n' "\$@" >'$scratch/started'; exit \${FAKE_STATUS:-0} ;;
esac
EOF
	chmod +x "$tools/qemu-system-x86_64"
}

launch() {
	env -u DRYRUN -u QEMU -u BUILD DEPS=/nonexistent PATH="$tools:$PATH" \
		tools/tdx-run --root "$machine" --kernel "$scratch/guest.efi" \
		"$@" >"$scratch/out" 2>&1
}

# refused WHAT PATTERN OPTION...: exactly one complaint, and it is this one.
refused() {
	what=$1
	pattern=$2
	shift 2
	launch "$@"
	expect "$what: exit status" $? 1
	expect_text "$what" "$scratch/out" "$pattern"
	expect "$what: lines" "$(wc -l <"$scratch/out")" 1
}

fresh_machine
launch --preflight || fail "a complete machine is refused: $(cat "$scratch/out")"
launch --http 8080 || fail "a complete machine does not start"
expect_text "guest object" "$scratch/started" '^tdx-guest,id=tdx0,sept-ve-disable=on$'
expect_text "machine" "$scratch/started" \
	'^q35,kernel-irqchip=split,confidential-guest-support=tdx0$'
expect_text "network" "$scratch/started" \
	'^virtio-net-pci,.*disable-legacy=on,iommu_platform=on'
FAKE_STATUS=1 launch
expect "QEMU that refuses: exit status" $? 1

fake_uname Darwin arm64
refused "not Linux" 'needs Linux on x86-64; this is Darwin on arm64'
fake_uname Linux aarch64
refused "not x86-64" 'needs Linux on x86-64; this is Linux on aarch64'

fresh_machine
rm "$machine/dev/kvm"
refused "no /dev/kvm" '/dev/kvm is missing: load KVM'

fresh_machine
rm -r "$machine/sys/module/kvm_intel"
refused "no kvm_intel" 'kvm_intel is not loaded'

fresh_machine
rm "$machine/sys/module/kvm_intel/parameters/tdx"
refused "old kernel" "knows no TDX: it takes Linux 6.16"

fresh_machine
echo N >"$machine/sys/module/kvm_intel/parameters/tdx"
refused "TDX turned off" 'kvm_intel runs without TDX: .*kvm_intel.tdx=1'

fresh_machine
QEMU=/nonexistent/qemu
export QEMU
env DEPS=/nonexistent PATH="$tools:$PATH" tools/tdx-run --root "$machine" \
	--preflight >"$scratch/out" 2>&1
expect "no QEMU: exit status" $? 1
expect_text "no QEMU" "$scratch/out" '/nonexistent/qemu is not installed: QEMU 10.1'
unset QEMU

for old in 7.2.22 9.2.4 10.0.8; do
	fake_qemu "$old" tdx-guest
	refused "QEMU $old" "QEMU ${old%.*} is too old: 10.1 or newer"
done
for new in 10.1.0 10.2.1 11.0.50; do
	fake_qemu "$new" tdx-guest
	launch --preflight || fail "QEMU $new is refused: $(cat "$scratch/out")"
	echo "QEMU $new: taken"
done
fake_qemu 10.1.0 sev-guest
refused "QEMU without TDX" 'was built without TDX \(no tdx-guest object\)'

fresh_machine
rm "$machine/usr/share/ovmf/OVMF.fd"
refused "no OVMF" 'no OVMF.fd found'
refused "firmware that is not there" 'no such file.*nothing.fd' --tdvf nothing.fd
head -c 100000 /dev/zero >"$scratch/split.fd"
refused "split firmware" 'no multiple of 64 KiB' --tdvf "$scratch/split.fd"

fresh_machine
rm "$scratch/guest.efi"
refused "no guest" '--kernel: no such file'

fresh_machine
cat >"$machine/proc/net/tcp" <<'EOF'
  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt
   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000
   1: 0100007F:1F91 0100007F:9999 01 00000000:00000000 00:00000000 00000000
EOF
refused "port in use" 'port 8080 of this machine is in use' --http 8080
launch --http 8081 || fail "a port with a mere connection counts as in use"

# QEMU talks to the quoting service itself, by a socket that must be there.
fresh_machine
refused "no quoting service" 'no quoting service listens at /var/run/tdx-qgs/' \
	--quote-service
mkdir -p "$machine/var/run/tdx-qgs"
: >"$machine/var/run/tdx-qgs/qgs.socket"
launch --quote-service || fail "a quoting service is refused: $(cat "$scratch/out")"
expect_text "quoting service" "$scratch/started" \
	'^tdx-guest,.*,quote-generation-socket.type=unix,quote-generation-socket.path=/var/run/tdx-qgs/qgs.socket$'

# All that is missing is named at once.
fresh_machine
rm "$machine/dev/kvm" "$machine/usr/share/ovmf/OVMF.fd"
launch --preflight && fail "two things are missing and it starts"
expect "two things missing: lines" "$(wc -l <"$scratch/out")" 2

env -u QEMU -u BUILD DRYRUN=1 DEPS=/nonexistent PATH="$tools:$PATH" \
	tools/tdx-run --kernel "$scratch/guest.efi" --memory 1G \
	>"$scratch/out" 2>&1 || fail "DRYRUN=1: $(cat "$scratch/out")"
expect_text "DRYRUN=1" "$scratch/out" '^qemu-system-x86_64 .*-m 1024M .*-bios '

# The kernel as its own firmware: nothing else to load.
env -u QEMU -u BUILD DRYRUN=1 DEPS=/nonexistent PATH="$tools:$PATH" \
	tools/tdx-run --tdvf "$scratch/guest.fd" --append 'a, b' \
	>"$scratch/out" 2>&1 || fail "a .fd: $(cat "$scratch/out")"
expect_text "a .fd" "$scratch/out" "-bios [^ ]*/guest\\.fd "
expect_text "a .fd: command line" "$scratch/out" \
	"-fw_cfg 'name=opt/org.tacit/cmdline,string=a,, b'"
grep -Eq -- '-kernel|-append' "$scratch/out" && fail "a .fd: there is a kernel"

for wrong in --memory=3M --memory=128 --cpus=0 --http=70000 --colour --gdb; do
	launch "$wrong"
	expect "$wrong: exit status" $? 2
done

# Root may do everything, so rights are tried as somebody else.
fresh_machine
chmod 600 "$machine/dev/kvm"
if [ "$(id -u)" -eq 0 ]; then
	mkdir -p "$scratch/tree/tools"
	cp tools/tdx-run tools/launch.sh "$scratch/tree/tools"
	: >"$scratch/guest.efi"
	chmod -R a+rX "$scratch"
	env -u QEMU -u BUILD DEPS=/nonexistent PATH="$tools:$PATH" \
		setpriv --reuid 65534 --regid 65534 --clear-groups \
		"$scratch/tree/tools/tdx-run" --root "$machine" --preflight \
		>"$scratch/out" 2>&1
	expect "no rights: exit status" $? 1
else
	chmod 000 "$machine/dev/kvm"
	launch --preflight
	expect "no rights: exit status" $? 1
fi
expect_text "no rights" "$scratch/out" 'no rights on /dev/kvm: join the group'
ok
