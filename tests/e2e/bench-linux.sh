#!/bin/sh
# limit: 720
# The cheap part of make bench-linux: OVMF and this kernel measured, the same
# figures as those that tests/bench/figures.tsv says; and whoever changes or
# loses one is told.
# SPDX-License-Identifier: MIT
. tests/e2e/lib.sh
need curl curl

"${QEMU:-qemu-system-x86_64}" -help | grep -q '^-plugin' ||
	skip "this QEMU takes no plugins"
make -s "$build/tests/bench/paths.so" "$build/tests/bench/steps" \
	"$build/tests/bench/ovmf.efi" || fail "cannot build what measures"

measured=$scratch/measured
OUT=$measured tests/bench/linux ovmf || fail "see above"
expect "figures of OVMF" \
	"$(awk -F '\t' '$4 != "-"' "$measured/peers.tsv" | wc -l)" \
	"$(awk -F '\t' 'NF == 6 && !/^#/ && $5 != "-"' \
		tests/bench/peers.tsv | wc -l)"

# refused WHAT EXPRESSION: the table says so if sed makes that of OVMF's.
refused() {
	rm -rf "$scratch/other"
	cp -r "$measured" "$scratch/other"
	sed "$2" "$measured/ovmf.tsv" >"$scratch/other/ovmf.tsv"
	! tests/bench/peers "$scratch/other" ovmf >"$scratch/said" ||
		fail "$1 is not noticed"
	expect_text "$1" "$scratch/said" '^FAILED: ovmf: #VE RDMSR'
}
refused "one is missing" '/	rdmsr	/d'
refused "one has become larger" \
	's/\(	rdmsr	kernel	2	[0-9]*	[0-9]*	\)[0-9]*/\1400/'
ok
