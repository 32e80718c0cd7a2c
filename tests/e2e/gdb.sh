#!/bin/sh
# limit: 720
# gdb stops the TD at the first instruction, and lets it go.
# SPDX-License-Identifier: MIT
. tests/e2e/lib.sh
need gdb gdb

pick_port
start_td apps/hello.efi --gdb "$port"
wait_until 30 port_is_taken "$port" || fail "no gdb server"
[ ! -s "$scratch/console" ] || fail "it ran before gdb came"
gdb -nx -batch -ex 'set architecture i386:x86-64' \
	-ex "target remote 127.0.0.1:$port" -ex detach \
	>"$scratch/gdb" 2>&1 </dev/null
expect_text "gdb sees the reset vector" "$scratch/gdb" '^0x0*fff0 in'
wait_td 400
expect "exit status after gdb left" $? 0
expect_text "it ran" "$scratch/console" '^Hello, world'

# The console says where the image lies: there it lies in the next run, too.
base=$(sed -n 's/.*booted by.*image at \(0x[0-9a-f]*\).*/\1/p' \
	"$scratch/console")
[ -n "$base" ] || fail "the console does not say where the image is"

# looks WHAT OPTION...: at the kernel's memory, through the Secure EPT.
looks() {
	what=$1
	shift
	pick_port
	start_td apps/hello.efi --gdb "$port" "$@"
	wait_until 30 port_is_taken "$port" || fail "no gdb server"
	cat >"$scratch/commands" <<-EOF
		set confirm off
		set architecture i386:x86-64
		source tools/td.gdb
		target remote 127.0.0.1:$port
		add-symbol-file $build/apps/hello.elf -o $base
		break kernel_main
		continue
		td \$rdi
		set \$path = ((struct bootinfo *)\$td)->path
		td \$path
		x/s \$td
		td-stack
		kill
	EOF
	gdb -nx -batch "$build/emu/emu.elf" -x "$scratch/commands" \
		>"$scratch/gdb" 2>&1 </dev/null
	expect_text "$what: a breakpoint, with the line" "$scratch/gdb" \
		'kernel_main .* at kernel/main.c:'
	expect_text "$what: private memory" "$scratch/gdb" '"efi"$'
	expect_text "$what: the stack, with names" "$scratch/gdb" '<efi_main'
	stop_td
}

looks "four levels"
looks "five levels, large pages" --gpaw 52 --page-size 2M
ok
