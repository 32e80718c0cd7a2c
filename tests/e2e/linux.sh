#!/bin/sh
# limit: 2700
# Debian's Linux, unmodified, is a TD of one and of four vCPUs, and of width
# 52: it says so, brings its network up, interrupts its CPUs by NMIs, serves a
# request and powers off.
# SPDX-License-Identifier: MIT
. tests/e2e/lib.sh
need curl curl
need cpio cpio
[ -x /bin/busybox ] || skip "busybox is not installed (package busybox-static)"

USER_SPACE_MS=25000
linux=${DEPS:-$build/deps}/linux
make -s "$linux.ok" || fail "no Linux: see above"

# The smallest user space that can say what the kernel found and serve.
make_initramfs() {
	root=$scratch/root
	mkdir -p "$root/bin" "$root/proc" "$root/sys" "$root/www/cgi-bin"
	cp /bin/busybox "$root/bin/"
	cp "$linux"/*.ko "$root/"
	cat >"$root/init" <<-'END'
		#!/bin/busybox sh
		/bin/busybox --install -s /bin
		mount -t proc proc /proc
		mount -t sysfs sys /sys
		echo "init: up $(cut -d ' ' -f 1 /proc/uptime) s, $(nproc) CPUs"
		dmesg | grep -o 'Memory Encryption Features active: .*'
		# An NMI to each other CPU, whose handler says where it was.
		echo l >/proc/sysrq-trigger
		dmesg | grep -o 'NMI backtrace for cpu [1-9]' | sort -u
		for module in failover net_failover virtio_net; do
			insmod "/$module.ko"
		done
		ip addr add 10.0.2.15/24 dev eth0
		ip link set eth0 up
		echo "a page from Linux in a TD" >/www/index.html
		echo "init: serving"
		httpd -h /www
		# The page /cgi-bin/off sends the machine to sleep.
		while [ ! -e /off ]; do sleep 0.1; done
		echo "init: off"
		poweroff -f
	END
	printf '#!/bin/sh\ntouch /off\necho\n' >"$root/www/cgi-bin/off"
	chmod 755 "$root/init" "$root/www/cgi-bin/off"
	(cd "$root" && find . | cpio --quiet -o -H newc) | gzip -1 \
		>"$scratch/initramfs"
}

# serves SECONDS
serves() {
	[ "$(curl -s -m "$1" "$(url /)")" = "a page from Linux in a TD" ]
}

serves_or_ended() {
	td_has_ended || serves 2
}

is_up_or_ended() {
	td_has_ended || grep -aq '^init: up' "$scratch/console"
}

# From QEMU's start to the first program, with a limit on what one CPU needs.
expect_up() {
	wait_until 500 is_up_or_ended || fail "no user space within 500 s"
	td_runs || fail "the TD ended before user space"
	used=$(cpu_ms "$(cat "$scratch/qemu.pid")")
	echo "$cpus vCPUs, width $1: user space after" \
		"$(($(now_ms) - before)) ms, $used ms of CPU time"
	[ "$cpus" -gt 1 ] || expect_at_most "CPU time to user space" "$used" \
		"$USER_SPACE_MS" ms
}

# boot_linux CPUS WIDTH
boot_linux() {
	cpus=$1
	pick_port
	start_td_kernel "$linux/vmlinuz" --initrd "$scratch/initramfs" \
		--append "console=ttyS0 quiet" --memory 512M --cpus "$cpus" \
		--gpaw "$2" --http "$port" -- -pidfile "$scratch/qemu.pid"
	before=$(now_ms)
	expect_up "$2"
	wait_until 500 serves_or_ended || fail "no answer within 500 s"
	serves 30 || fail "the TD ended before it answered"
	echo "$cpus vCPUs, width $2: first answer after $(($(now_ms) - before)) ms"
	curl -s -m 30 "$(url /cgi-bin/off)" >/dev/null
	wait_td 200
	expect "$cpus vCPUs: exit status" $? 0
	expect_text "$cpus vCPUs: CPUs" "$scratch/console" \
		"^init: up [0-9.]+ s, $cpus CPUs"
	grep -a '^init: up' "$scratch/console"
	expect_text "$cpus vCPUs: kernel" "$scratch/console" \
		'Memory Encryption Features active: Intel TDX'
	expect "$cpus vCPUs: others that took an NMI" \
		"$(grep -ac '^NMI backtrace for cpu' "$scratch/console")" \
		$((cpus - 1))
}

make_initramfs
boot_linux 1 48
boot_linux 4 48
boot_linux 1 52
ok
