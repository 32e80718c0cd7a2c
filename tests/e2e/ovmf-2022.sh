#!/bin/sh
# limit: 270
# The OVMF of Debian 12 boots the same image as the newer one.
# SPDX-License-Identifier: MIT
. tests/e2e/lib.sh
need curl curl

ovmf=/usr/share/ovmf/OVMF.fd
[ -f "$ovmf" ] || skip "the package ovmf is not installed"
[ "$(stat -L -c %s "$ovmf")" -eq 2097152 ] ||
	skip "this system's OVMF is newer than Debian 12's"

# It exposes RBP in every TDVMCALL, which hosts of today forbid.
start_service --tdvf "$ovmf" --no-rbp-mod=off
still_serves "a boot by OVMF 2022.11"
ok
