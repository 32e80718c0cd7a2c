#!/bin/sh
# limit: 900
# apps/bench: NOPs read what they are, two runs in the emulator agree to the
# last instruction, the results are served, and can be compared.
# SPDX-License-Identifier: MIT
. tests/e2e/lib.sh
need curl curl

json() {
	tr -d '\r\000' <"$scratch/console" |
		sed -n '/^-----BEGIN BENCH JSON-----$/,/^-----END/p' | sed '1d;$d'
}

for run in 1 2; do
	start_td apps/bench.efi --deterministic \
		--append "samples=20 expect=exact"
	wait_td 400
	expect "run $run: exit status" $? 0
	json >"$scratch/$run.json"
done
expect_text "results" "$scratch/1.json" '"name": "accept_2m", "via": "module"'
expect_text "method" "$scratch/1.json" '"method": "instructions'
cmp "$scratch/1.json" "$scratch/2.json" || fail "two runs differ"
expect "subjects that could not be measured" \
	"$(grep -c '"n": 0,' "$scratch/1.json")" 0
expect "samples that did not count" \
	"$(grep -o '"errors": [0-9]*' "$scratch/1.json" | sort -u)" '"errors": 0'

# by VIA: what was measured so.
by() {
	sed -n "s/.*\"name\": \"\(.*\)\", \"via\": \"$1\",/\1/p" \
		"$scratch/1.json" | tr '\n' ' '
}
expect "of the module" "$(by module)" "cpuid_module vp_info veinfo_get report \
rtmr_extend accept_4k accept_2m "
expect "direct calls" "$(by direct)" "call_info cpuid_host rdmsr wrmsr in8 \
out8 mmio_read32 mmio_write32 halt_pending halt_masked map_shared_4k \
map_private_4k share_8k unshare_8k map_shared_2m map_private_2m "
expect "through #VE" "$(by ve)" "cpuid_host cpuid_local rdmsr wrmsr in8 out8 \
rep_outs8 mmio_read32 mmio_write32 halt_pending "
expect "interrupts" "$(by irq)" "self_ipi icr_direct icr_ve timer_wake \
timer_wake_ve "
for key in schema program commit machine hypervisor module qemu method tsc_hz \
	attributes vcpus samples cost results; do
	grep -q "^  \"$key\": " "$scratch/1.json" || fail "no $key in the JSON"
done

pick_port
start_td apps/bench.efi --append "samples=20 serve=1" --http "$port"
served() {
	next_try
	td_has_ended ||
		[ "$(curl -s -m "$try" -o "$scratch/served.json" -w '%{http_code}' \
			"$(url /bench.json)")" = 200 ]
}
wait_until 200 served || fail "/bench.json is not served"
json >"$scratch/printed.json"
cmp "$scratch/printed.json" "$scratch/served.json" ||
	fail "what is served is not what was printed"
curl -s -m 30 "$(url /bench)" >"$scratch/page"
expect_text "the page's end" "$scratch/page" '^</div></body></html>$'
expect "histograms" "$(grep -c '^<figure' "$scratch/page")" \
	"$(grep -c '"histogram":' "$scratch/served.json")"
for part in base mark; do
	expect "histograms with $part" "$(grep -c "^<svg.* class='$part'" \
		"$scratch/page")" "$(grep -c '^<figure' "$scratch/page")"
done
expect "another page" \
	"$(curl -s -m 30 -o /dev/null -w '%{http_code}' "$(url /x)")" 404
stop_td

tests/bench/compare "$scratch/1.json" "$scratch/2.json" >"$scratch/ratios" ||
	fail "cannot compare"
expect "ratios of equal results" \
	"$(grep -c ' 1\.000 .* 1\.000$' "$scratch/ratios")" \
	"$(grep -c '"p50": [1-9]' "$scratch/1.json")"
tests/bench/compare "$scratch/1.json" /dev/null >"$scratch/ratios" 2>&1
expect "comparing with nothing" $? 2
ok
