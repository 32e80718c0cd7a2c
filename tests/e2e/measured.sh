#!/bin/sh
# limit: 240
# The command line that the host gives an EFI program shows in RTMR2, and so in
# a quote: as the kernel uses it, cut and made printable.
# SPDX-License-Identifier: MIT
. tests/e2e/lib.sh

make -s "$build/tests/guest/measured.efi" || fail "measured.efi is not built"

# expect_line WHAT LINE OPTION...: LINE is what is measured.
expect_line() {
	what=$1
	want=$(printf '%s' "$2" | extended)
	shift 2
	start_td tests/guest/measured.efi "$@"
	wait_td 200
	expect "$what: exit status" $? 0
	expect "$what: RTMR2" "$(shown RTMR2)" "$want"
}

expect_line "no command line" ''
expect_line "a command line" 'one two=3' --append 'one two=3'
escape=$(printf '\033[2J')
expect_line "an escape" 'a  [2J b' --append "a ${escape} b"
long=$(printf 'x%.0s' $(seq 600))
expect_line "a long one" "$(printf '%.511s' "$long")" --append "$long"
ok
