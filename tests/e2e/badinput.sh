#!/bin/sh
# limit: 540
# Clients that misbehave do not stop the next one from being served.
# SPDX-License-Identifier: MIT
. tests/e2e/lib.sh
need curl curl
need socat socat

BAD_REQUESTS=tacit_http_bad_requests_total

to_server() {
	echo "TCP:127.0.0.1:$port"
}

# send FILE: all of it, then whatever comes back.
send() {
	socat -t 5 - "$(to_server)" <"$1" 2>/dev/null | tr -d '\r'
}

start_service
before=$(metric "$BAD_REQUESTS")

# A request line, one header line and all headers that no server should hold.
{
	printf 'GET /'
	head -c 65536 /dev/zero | tr '\0' a
	printf ' HTTP/1.1\r\nHost: a\r\n\r\n'
} >"$scratch/long-line"
{
	printf 'GET / HTTP/1.1\r\nHost: '
	head -c 65536 /dev/zero | tr '\0' b
	printf '\r\n\r\n'
} >"$scratch/long-header"
{
	printf 'GET / HTTP/1.1\r\nHost: a\r\n'
	seq -f 'X-%g: y' 5000 | sed 's/$/\r/'
	printf '\r\n'
} >"$scratch/many-headers"
for file in long-line long-header many-headers; do
	send "$scratch/$file" >"$scratch/answer"
	# A server that closes at once may have its answer overtaken by a reset.
	[ ! -s "$scratch/answer" ] || expect_text "$file" "$scratch/answer" \
		'^HTTP/1.[01] (400|413|414|431) '
	still_serves "$file"
done

# The same garbage each time, newlines and zeros in it.
seq 30000 | gzip -n | head -c 20000 >"$scratch/garbage"
expect "bytes of garbage" "$(stat -c %s "$scratch/garbage")" 20000
send "$scratch/garbage" >/dev/null
still_serves "garbage"
printf '\r\n\r\n\0\0\r\n' >"$scratch/empty-lines"
send "$scratch/empty-lines" >/dev/null
still_serves "empty lines"

# Connections that are reset in the middle of a request, or of an answer.
n=0
while [ "$n" -lt 50 ]; do
	n=$((n + 1))
	printf 'GET /data?size=1048576 HTTP/1.1\r\nHost: a\r\n\r\n' |
		socat -t 0 -u - "$(to_server),linger=0" 2>/dev/null
	printf 'GET / HT' | socat -t 0 -u - "$(to_server),linger=0" 2>/dev/null
done
still_serves "100 resets"

# Connections that say half a word and then nothing, more than a few.
n=0
while [ "$n" -lt 32 ]; do
	n=$((n + 1))
	(printf 'GET / HTTP/1.1\r\nHo'; exec sleep 60) |
		socat - "$(to_server)" >/dev/null 2>&1 &
	children="$children $!"
done
still_serves "32 half-open connections"

after=$(metric "$BAD_REQUESTS")
[ "$after" -gt "$before" ] ||
	fail "$BAD_REQUESTS did not move: $before, then $after"
echo "$BAD_REQUESTS: $before, then $after"
ok
