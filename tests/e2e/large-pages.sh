#!/bin/sh
# limit: 360
# With --page-size 2M a TD that accepts 2 MiB at once gets them, and parts of
# such a page can still be shared: it boots with a fraction of the calls.
# SPDX-License-Identifier: MIT
. tests/e2e/lib.sh

# accepts SIZE: calls of TDG.MEM.PAGE.ACCEPT (leaf 6) of a whole life.
accepts() {
	start_td apps/hello.efi --page-size "$1" --stats
	wait_td 200 || fail "with pages of $1 the TD ended with status $?"
	sed -n 's/^stats tdcall leaf=6 name=[^ ]* count=\([0-9]*\) .*/\1/p' "$scratch/emulator"
}

small=$(accepts 4K)
large=$(accepts 2M)
[ "${small:-0}" -gt 1000 ] || fail "only '$small' acceptances of 4 KiB"
expect_at_most "acceptances with 2 MiB, of $small with 4 KiB" \
	"$large" $((small / 10)) calls
start_service --page-size 2M
still_serves "a boot with pages of 2 MiB"
ok
