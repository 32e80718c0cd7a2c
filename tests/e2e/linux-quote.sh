#!/bin/sh
# limit: 900
# Debian's Linux, unmodified, gets a quote by its own driver (tdx-guest, by
# configfs): another guest's view of GetQuote, and of its refusal.
# SPDX-License-Identifier: MIT
. tests/e2e/lib.sh
need cpio cpio
[ -x /bin/busybox ] || skip "busybox is not installed (package busybox-static)"

linux=${DEPS:-$build/deps}/linux
make -s "$linux.ok" || fail "no Linux: see above"

# The 64 bytes that it asks for, as text.
NONCE=a-nonce-of-sixty-four-bytes-which-Linux-writes-into-its-inblob..

make_initramfs() {
	root=$scratch/root
	mkdir -p "$root/bin" "$root/proc" "$root/sys"
	cp /bin/busybox "$root/bin/"
	cp "$linux"/*.ko "$root/"
	cat >"$root/init" <<-END
		#!/bin/busybox sh
		/bin/busybox --install -s /bin
		mount -t proc proc /proc
		mount -t sysfs sys /sys
		insmod /configfs.ko
		mount -t configfs configfs /sys/kernel/config
		insmod /tsm.ko
		insmod /tdx-guest.ko
		report=/sys/kernel/config/tsm/report/one
		mkdir \$report
		printf %s $NONCE >\$report/inblob
		cat \$report/outblob >/quote
		echo "quote: status \$?"
		echo "quote: provider \$(cat \$report/provider)"
		echo "quote: \$(od -An -v -tx1 /quote | tr -d ' \n')"
		poweroff -f
	END
	chmod 755 "$root/init"
	(cd "$root" && find . | cpio --quiet -o -H newc) | gzip -1 \
		>"$scratch/initramfs"
}

# run_linux OPTION...: to its end; what it says is in $scratch/said.
run_linux() {
	start_td_kernel "$linux/vmlinuz" --initrd "$scratch/initramfs" \
		--append "console=ttyS0 quiet" --memory 512M "$@"
	wait_td 400
	expect "Linux: exit status" $? 0
	tr -d '\r' <"$scratch/console" | sed -n 's/^quote: //p' >"$scratch/said"
}

# field OFFSET BYTES: of the quote, as hexadecimal digits.
field() {
	sed -n 3p "$scratch/said" |
		cut -c $((2 * $1 + 1))-$((2 * ($1 + $2)))
}

make_initramfs
run_linux --quote-service
expect "reading it" "$(sed -n 1p "$scratch/said")" "status 0"
expect "provider" "$(sed -n 2p "$scratch/said")" "provider tdx_guest"
expect "version 4, ECDSA P-256, TDX" "$(field 0 8)" 0400020081000000
expect "MRTD of OVMF" "$(field 184 48)" "$(mrtd "${DEPS:-$build/deps}/OVMF.fd")"
expect "REPORTDATA" "$(field 568 64)" \
	"$(printf %s "$NONCE" | od -An -v -tx1 | tr -d ' \n')"

# This driver does not look at the status: no bytes are no quote.
run_linux
expect "without a service" "$(sed -n 3p "$scratch/said")" ""
ok
