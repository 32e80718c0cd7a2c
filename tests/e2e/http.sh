#!/bin/sh
# limit: 360
# The HTTP service says what it must: page, errors, HEAD, a large body.
# SPDX-License-Identifier: MIT
. tests/e2e/lib.sh
need curl curl
need socat socat

MIB=1048576

# status OPTION... URL: of one request; the body goes to $scratch/body.
status() {
	curl -s -m 100 -o "$scratch/body" -w '%{http_code}' "$@"
}

# raw TEXT: sends bytes as they are (printf escapes) and prints the answer.
raw() {
	printf '%b' "$1" | socat -t 30 - "TCP:127.0.0.1:$port" 2>/dev/null |
		tr -d '\r'
}

start_service

expect "GET /" "$(status "$(url /)")" 200
for fact in 'TD attributes<td>0x0*10000000<br>SEPT_VE_DISABLE' \
	'Guest physical address<td>(48|52) bits' 'Virtual CPUs<td>1' \
	'Uptime<td>[0-9]+ s' 'map_gpa<td>[1-9]'; do
	expect_text "page" "$scratch/body" "$fact"
done
expect "GET /nothing" "$(status "$(url /nothing)")" 404
expect "HEAD /" "$(status -I "$(url /)")" 200
expect_text "HEAD has a length" "$scratch/body" '^[Cc]ontent-[Ll]ength: [1-9]'
for path in / '/data?size=10'; do
	raw "HEAD $path HTTP/1.1\\r\\nHost: a\\r\\nConnection: close\\r\\n\\r\\n" \
		>"$scratch/answer"
	expect_text "HEAD $path" "$scratch/answer" '^HTTP/1.1 200 '
	expect "bytes behind the head" \
		"$(sed '1,/^$/d' "$scratch/answer" | wc -c)" 0
done
expect "DELETE /" "$(status -X DELETE "$(url /)")" 405
expect "POST /" "$(status --data x=1 "$(url /)")" 405

# The number of connections that curl made tells whether one was kept.
expect "three requests, connections made" \
	"$(curl -s -m 100 -o /dev/null -w '%{num_connects} ' "$(url '/?[1-3]')")" \
	"1 0 0 "
expect "HTTP/1.0 closes, connections made" \
	"$(curl -s -m 100 -0 -o /dev/null -w '%{num_connects} ' "$(url '/?[1-3]')")" \
	"1 1 1 "
raw 'GET / HTTP/1.1\r\nHost: a\r\n\r\nGET /nothing HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n' \
	>"$scratch/pipelined"
expect "two requests in one segment" \
	"$(sed -n 's/^HTTP\/1.1 \([0-9]*\).*/\1/p' "$scratch/pipelined" | tr '\n' ' ')" \
	"200 404 "

raw 'NONSENSE\r\n\r\n' >"$scratch/answer"
expect_text "no request at all" "$scratch/answer" '^HTTP/1.[01] 400 '
raw 'GET / HTTP/1.1\r\n\r\n' >"$scratch/answer"
expect_text "HTTP/1.1 without Host" "$scratch/answer" '^HTTP/1.[01] 400 '
raw 'GET / HTTP/9.9\r\nHost: a\r\n\r\n' >"$scratch/answer"
expect_text "HTTP/9.9" "$scratch/answer" '^HTTP/1.[01] (400|505) '

expect "GET /download/1M" "$(status "$(url /download/1M)")" 200
expect "bytes of /download/1M" "$(stat -c %s "$scratch/body")" "$MIB"
expect "SHA-256 of /download/1M" \
	"$(sha256sum "$scratch/body" | cut -d ' ' -f 1)" \
	"$(curl -s -m 100 "$(url /download/1M.sha256)" | cut -d ' ' -f 1)"
for size in 0 1 1447 16384 16385 65536; do
	expect "GET /data?size=$size" \
		"$(status "$(url "/data?size=$size")") $(stat -c %s "$scratch/body")" \
		"200 $size"
done

expect "GET /metrics" "$(status "$(url /metrics)")" 200
awk '!/^#/ && NF && !/^[a-z_][a-z0-9_]*(\{[^}]*\})? [0-9]+(\.[0-9]+)?$/' \
	"$scratch/body" >"$scratch/odd"
expect "lines of /metrics that no scraper reads" "$(cat "$scratch/odd")" ""
[ "$(grep -c -v '^#' "$scratch/body")" -ge 10 ] || fail "/metrics is too short"
ok
