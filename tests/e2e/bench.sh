#!/bin/sh
# limit: 300
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
	wait_td 120
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

pick_port
start_td apps/bench.efi --append "samples=20 serve=1" --http "$port"
served() {
	td_has_ended ||
		[ "$(curl -s -m 2 -o "$scratch/served.json" -w '%{http_code}' \
			"$(url /bench.json)")" = 200 ]
}
wait_until 60 served || fail "/bench.json is not served"
json >"$scratch/printed.json"
cmp "$scratch/printed.json" "$scratch/served.json" ||
	fail "what is served is not what was printed"
curl -s -m 10 "$(url /bench)" >"$scratch/page"
expect_text "the page's end" "$scratch/page" '^</div></body></html>$'
expect "histograms" "$(grep -c '^<figure' "$scratch/page")" \
	"$(grep -c '"histogram":' "$scratch/served.json")"
expect "another page" \
	"$(curl -s -m 5 -o /dev/null -w '%{http_code}' "$(url /x)")" 404
stop_td

tests/bench/compare "$scratch/1.json" "$scratch/2.json" >"$scratch/ratios" ||
	fail "cannot compare"
expect "ratios of equal results" \
	"$(grep -c ' 1\.000 .* 1\.000$' "$scratch/ratios")" \
	"$(grep -c '"p50": [1-9]' "$scratch/1.json")"
tests/bench/compare "$scratch/1.json" /dev/null >"$scratch/ratios" 2>&1
expect "comparing with nothing" $? 2
ok
