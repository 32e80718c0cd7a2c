# shellcheck shell=sh
# SPDX-License-Identifier: MIT
#
# What the launchers emu/td-run and tools/tdx-run share: checking values,
# looking for a free port, and running QEMU so that Ctrl-C, time limits and
# its own error messages end in one line and one exit status.
# Sourced; the caller sets $me (its name, for messages) and may set
# $memory_max_mib.

: "${me:?}" "${memory_max_mib:=16384}"

EXIT_NO_START=1
EXIT_USAGE=2

MEMORY_MIN_MIB=16

say() {
	printf '%s: %s\n' "$me" "$*" >&2
}

die_usage() {
	say "$* (--help tells more)"
	exit "$EXIT_USAGE"
}

die_start() {
	say "$*"
	exit "$EXIT_NO_START"
}

# is_number TEXT MIN MAX: decimal digits only, within the limits.
is_number() {
	case $1 in
	'' | *[!0-9]* | 0?* | ???????????*) return 1 ;;
	esac
	[ "$1" -ge "$2" ] && [ "$1" -le "$3" ]
}

# memory_in_mib TEXT: prints the MiB in 128M or 2G, or ends with usage.
memory_in_mib() {
	count=${1%[MG]}
	is_number "$count" 1 1000000 ||
		die_usage "--memory wants a number with M or G, such as 128M: $1"
	case $1 in
	*M) ;;
	*G) count=$((count * 1024)) ;;
	*) die_usage "--memory wants a unit, M or G: $1" ;;
	esac
	[ $((count % 2)) -eq 0 ] ||
		die_usage "--memory must be a multiple of 2 MiB: $1"
	[ "$count" -ge "$MEMORY_MIN_MIB" ] ||
		die_usage "--memory must be at least ${MEMORY_MIN_MIB}M: $1"
	[ "$count" -le "$memory_max_mib" ] ||
		die_usage "--memory may be at most $((memory_max_mib / 1024))G: $1"
	echo "$count"
}

check_port() {
	is_number "$2" 1 65535 || die_usage "$1 wants a port, 1 to 65535: $2"
}

# split_ports OPTION TEXT: "8080" or "8080:80" becomes $host_port, $td_port.
split_ports() {
	host_port=${2%%:*}
	td_port=80
	case $2 in
	*:*) td_port=${2#*:} ;;
	esac
	check_port "$1" "$host_port"
	check_port "$1" "$td_port"
}

# check_file OPTION FILE: a readable regular file.
check_file() {
	[ -f "$2" ] || die_start "$1: no such file: $2"
	[ -r "$2" ] || die_start "$1: may not be read: $2"
}

# port_is_taken PORT: does anything listen where 127.0.0.1:PORT would clash?
port_is_taken() {
	hex=$(printf '%04X' "$1")
	cat "$proc_net/tcp" "$proc_net/tcp6" 2>/dev/null | awk -v port="$hex" '
		$4 != "0A" { next }
		{ split($2, at, ":") }
		at[2] != port { next }
		at[1] == "0100007F" || at[1] ~ /^0+$/ { taken = 1 }
		at[1] == "0000000000000000FFFF00000100007F" { taken = 1 }
		END { exit !taken }'
}
proc_net=/proc/net

# check_port_is_free PORT OPTION: OPTION is where another is chosen.
check_port_is_free() {
	port_is_taken "$1" || return 0
	die_start "port $1 of this machine is in use; choose another ($2)"
}

# QEMU's options end a value at a comma unless it is doubled.
double_commas() {
	printf '%s\n' "$1" | sed 's/,/,,/g'
}

# print_words WORD...: one line that a shell would read as these words.
print_words() {
	gap=
	for word; do
		case $word in
		*[!A-Za-z0-9_./:=,+@%-]* | '')
			word=\'$(printf '%s\n' "$word" | sed "s/'/'\\\\''/g")\'
			;;
		esac
		printf '%s%s' "$gap" "$word"
		gap=' '
	done
	echo
}

# Reads QEMU's messages and says the usual ones in plain words.
explain_messages() {
	sed -u \
		-e '/^qemu-system-x86_64: terminating on signal/d' \
		-e '/^qemu-system-x86_64: QEMU: Terminated via GDBstub/d' \
		-e "s|^qemu.*Could not set up host forwarding rule 'tcp:[0-9.]*:\([0-9]*\).*|$me: port \1 of this machine is in use, or not yours to use|" \
		-e "s|^qemu.*Failed to find an available port: .*|$me: the port for gdb is in use|" \
		-e "s|^qemu.*cannot set up guest memory .*|$me: this machine has too little memory for --memory ${memory:-}|" \
		>&2
}

stop_qemu() {
	[ -z "$qemu_pid" ] || kill -TERM "$qemu_pid" 2>/dev/null
}

# run_qemu LIMIT WORD...: runs it to its end with this shell's stdin and
# returns its exit status: 124 when LIMIT (seconds, or empty)
# passed, 130 when a signal asked for the end.
run_qemu() {
	limit=$1
	shift
	interrupted=
	[ -z "$limit" ] || set -- timeout --foreground -k 5 "$limit" "$@"
	scratch=$(mktemp -d) || die_start "no temporary directory can be made"
	mkfifo "$scratch/messages"
	terminal=$([ ! -t 0 ] || stty -g)

	# Whoever is signalled, this shell alone or at a terminal all at once,
	# and however early: QEMU, started with SIGINT ignored, gets a SIGTERM.
	qemu_pid=
	trap 'interrupted=y; stop_qemu' INT QUIT TERM HUP
	# Not ":", which would end the shell.
	true 2>/dev/null 3<&0 || exec </dev/null
	explain_messages <"$scratch/messages" &
	reader=$!
	exec 3<&0
	"$@" <&3 3<&- 2>"$scratch/messages" &
	qemu_pid=$!
	exec 3<&-
	[ -z "$interrupted" ] || stop_qemu

	while :; do
		wait "$qemu_pid"
		status=$?
		kill -0 "$qemu_pid" 2>/dev/null || break
	done
	wait "$reader"
	trap - INT QUIT TERM HUP
	[ -z "$terminal" ] || stty "$terminal"
	rm -r "$scratch"
	if [ -n "$interrupted" ]; then
		status=130
	elif [ "$status" -eq 137 ] && [ -n "$limit" ]; then
		status=124
	fi
	[ "$status" -ne 124 ] || say "the time limit of $limit seconds passed"
	return "$status"
}
