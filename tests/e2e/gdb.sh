#!/bin/sh
# limit: 120
# gdb stops the TD at the first instruction, and lets it go.
# SPDX-License-Identifier: MIT
. tests/e2e/lib.sh
need gdb gdb

pick_port
start_td apps/hello.efi --gdb "$port"
wait_until 10 port_is_taken "$port" || fail "no gdb server"
[ ! -s "$scratch/console" ] || fail "it ran before gdb came"
gdb -nx -batch -ex 'set architecture i386:x86-64' \
	-ex "target remote 127.0.0.1:$port" -ex detach \
	>"$scratch/gdb" 2>&1 </dev/null
expect_text "gdb sees the reset vector" "$scratch/gdb" '^0x0*fff0 in'
wait_td 90
expect "exit status after gdb left" $? 0
expect_text "it ran" "$scratch/console" '^Hello, world'
ok
