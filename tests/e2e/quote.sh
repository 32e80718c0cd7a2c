#!/bin/sh
# limit: 900
# /quote says what this TD is: MRTD is what the image's file makes of it, the
# nonce is the client's; and a host that gives none, or another's, is found
# out. The quote is read here by nothing but offsets of Intel's description.
# SPDX-License-Identifier: MIT
. tests/e2e/lib.sh
need curl curl

firmware=$build/apps/httpd.fd
[ -f "$firmware" ] || fail "$firmware is not built"
ovmf=${DEPS:-$build/deps}/OVMF.fd
# Of Debian's 2025.02-8+deb13u1; an update of Debian's has another.
OVMF_SHA256=14954040cc754ade0c625ac3470ea46d4c14318b5b1396de4ef77090203d76db
OVMF_MRTD=bdc6fb145880f06f30c8b346b8dce2a99d9351b56892df22f80fcf6574caa9f9
OVMF_MRTD=${OVMF_MRTD}c31df8e8576d53b4d0cd1c3f28910e11
CONFIG=$(printf 'an owner of this TD, forty-eight bytes, in all..' | base64 -w 0)

# start_httpd OPTION...: as its own firmware, when it has answered once.
start_httpd() {
	pick_port
	start_tdvf "$firmware" --http "$port" "$@"
	wait_until 200 answers_or_ended || fail "no answer within 200 s"
	td_runs || fail "the TD ended before it answered"
}

# quote NONCE OPTION...: the status of one request; the body goes to a file.
quote() {
	nonce=$1
	shift
	curl -s -m 100 -o "$scratch/quote" -w '%{http_code}' "$@" \
		"$(url "/quote?nonce=$nonce")"
}

# field OFFSET BYTES: of the quote, as hexadecimal digits.
field() {
	od -An -v -tx1 -j "$1" -N "$2" "$scratch/quote" | tr -d ' \n'
}

# little OFFSET: a number of four bytes.
little() {
	od -An -v -tu4 --endian=little -j "$1" -N 4 "$scratch/quote" | tr -d ' \n'
}

# repeat COUNT TEXT
repeat() {
	printf "%0$1d" 0 | sed "s/0/$2/g"
}

# Statuses of requests in the background, with how many have each.
statuses() {
	cut -d ' ' -f 1 "$scratch"/status* | sort | uniq -c | tr -s ' \n' ' '
}

# Their order, by the seconds that they took.
statuses_in_order() {
	sort -k 2 -n "$scratch"/status* | cut -d ' ' -f 1 | uniq | tr '\n' ' '
}

# --- A quote, read byte by byte -------------------------------------------------
start_httpd --quote-service --mrconfigid "$CONFIG"
nonce=$(head -c 64 /dev/urandom | od -An -v -tx1 | tr -d ' \n')
expect "GET /quote" "$(quote "$nonce" -D "$scratch/head")" 200
expect_text "type" "$scratch/head" '^Content-Type: application/octet-stream'
expect "version 4, ECDSA P-256, TDX" "$(field 0 8)" 0400020081000000
expect "TDATTRIBUTES: SEPT_VE_DISABLE" "$(field 168 8)" 0000001000000000
expect "MRTD" "$(field 184 48)" "$(mrtd "$firmware")"
expect "MRCONFIGID" "$(field 232 48)" \
	"$(printf '%s' "$CONFIG" | base64 -d | od -An -v -tx1 | tr -d ' \n')"
expect "MROWNER" "$(field 280 48)" "$(repeat 48 00)"
expect "REPORTDATA" "$(field 568 64)" "$nonce"
expect "bytes" "$(stat -c %s "$scratch/quote")" $((636 + $(little 632)))
expect_text "what it is worth" "$scratch/quote" 'This is no signature'

expect "a short nonce" "$(quote 0aFf)" 200
expect "is filled up" "$(field 568 64)" "0aff$(repeat 62 00)"
expect "HEAD /quote" "$(quote "$nonce" -I)" 200
for bad in '' 0 0aF 0x 0g "${nonce}00" '%30%30'; do
	expect "nonce '$(printf %.9s "$bad")'" "$(quote "$bad")" 400
done
expect "no nonce" "$(curl -s -o /dev/null -w '%{http_code}' "$(url /quote)")" 400

# One request is under way at a time, but nobody sees that.
for i in 1 2 3 4 5 6 7 8; do
	curl -s -m 100 -o "$scratch/quote$i" "$(url "/quote?nonce=c$i")" &
	waits="${waits:-} $!"
done
# shellcheck disable=SC2086 # numbers are words
wait $waits
for i in 1 2 3 4 5 6 7 8; do
	mv "$scratch/quote$i" "$scratch/quote"
	expect "nonce $i of 8 at once" "$(field 568 64)" "c$i$(repeat 63 00)"
done
expect "quotes" "$(metric tacit_quotes_total)" 11
expect "refused" "$(metric tacit_quotes_refused_total)" 0
still_serves quotes
stop_td

# --- With a firmware whose measurement is known ---------------------------------
start_service --quote-service
expect "by OVMF" "$(quote "$nonce")" 200
expect "MRTD of OVMF" "$(field 184 48)" "$(mrtd "$ovmf")"
[ "$(sha256sum <"$ovmf")" != "$OVMF_SHA256  -" ] ||
	expect "a known one" "$(field 184 48)" "$OVMF_MRTD"
expect "REPORTDATA" "$(field 568 64)" "$nonce"
stop_td

# --- No quoting service ---------------------------------------------------------
start_httpd
expect "without a service" "$(quote 11)" 503
expect "once more" "$(quote 22)" 503
still_serves "no quote"
expect "counted" "$(metric tacit_http_no_quote_total)" 2
stop_td

# --- One that never answers, for longer than a client waits ---------------------
# Eight may wait, and others hear at once that they may not.
start_httpd --quote-service --lie quote-never
waits=
for i in 1 2 3 4 5 6 7 8 9 10; do
	curl -s -m 100 -o /dev/null -w '%{http_code} %{time_total}\n' \
		"$(url /quote?nonce=11)" >"$scratch/status$i" &
	waits="$waits $!"
done
expect "requests answered meanwhile" "$(curl -s -m 100 -o /dev/null \
	-w '%{http_code}\n' "$(url '/?[1-50]')" | grep -cx 200)" 50
# shellcheck disable=SC2086 # numbers are words
wait $waits
expect "in flight for ever" "$(statuses)" " 2 503 8 504 "
expect "refused at once" "$(statuses_in_order)" "503 504 "
still_serves "a quote in flight"
stop_td

# --- What is no quote of this TD's ----------------------------------------------
for lie in quote-other quote-rubbish quote-status; do
	start_httpd --quote-service --lie "$lie"
	for nonce in 11 22 33; do
		expect "$lie" "$(quote "$nonce")" 502
	done
	still_serves "$lie"
	[ "$lie" = quote-status ] || expect "$lie: refused" \
		"$(metric tacit_quotes_refused_total)" 3
	stop_td
done
ok
