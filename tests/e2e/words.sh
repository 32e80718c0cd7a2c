#!/bin/sh
# limit: 270
# The command line: words for the program, unknown words, wrong values.
# SPDX-License-Identifier: MIT
. tests/e2e/lib.sh

# run_with STRING: the hello program to its end, with that command line.
run_with() {
	start_td apps/hello.efi --append "$1"
	wait_td 200
	expect "exit status" $? 0
	tr -d '\000\r' <"$scratch/console" >"$scratch/text"
}

run_with "name=Ada"
expect_text "a word for the program" "$scratch/text" '^Hello, Ada,'

run_with "gibberish   name=Eve,x more"
expect_text "an unknown word" "$scratch/text" "'gibberish' is not known"
expect_text "another" "$scratch/text" "'more' is not known"
expect_text "the known one beside them" "$scratch/text" '^Hello, Eve,x,'

run_with "name=Ida halt=never"
expect_text "a form of halt that there is not" "$scratch/text" \
	'halt=never: want sti or masked'
expect_text "goes on" "$scratch/text" '^Hello, Ida,'

# More than the kernel keeps (boot/bootinfo.h): cut, not fatal.
run_with "name=Long $(head -c 2000 /dev/zero | tr '\0' a)"
expect_text "a long one" "$scratch/text" '^Hello, Long,'

run_with "$(printf 'name=Odd \001\377 end')"
expect_text "bytes that are no text" "$scratch/text" '^Hello, Odd,'

pick_port
start_td apps/hello.efi --http "$port" --append "ip=nonsense"
wait_td 200
expect "'ip=nonsense': exit status" $? 0
tr -d '\000\r' <"$scratch/console" >"$scratch/text"
expect_text "an address that is none" "$scratch/text" \
	'ip=nonsense: want a.b.c.d/length'
ok
