#!/bin/sh
# limit: 30
# The HTTP service with kernel, libc and TCP/IP: at most 256 KiB.
# SPDX-License-Identifier: MIT
. tests/e2e/lib.sh

LIMIT=$((256 * 1024))

image=$build/apps/httpd.efi
[ -f "$image" ] || fail "$image is not built"
expect "magic of an EFI program" "$(head -c 2 "$image")" MZ
expect_at_most "$image" "$(stat -c %s "$image")" "$LIMIT" bytes
ok
