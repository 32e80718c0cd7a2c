/* SPDX-License-Identifier: MIT */
/*
 * The door for programs: beside this header an app sees the C library and
 * lwIP's sockets. A program defines main(); when it returns the TD powers
 * off, with a fatal report when the value is not 0.
 */
#ifndef KERNEL_APP_H
#define KERNEL_APP_H

#include "lib/compiler.h"
#include "lib/types.h"

int main(void);

/* Value of "key=value" on the kernel's command line, or NULL. */
const char *app_option(const char *key);

/* Starts fn(arg) in a thread of its own; -ENOMEM. */
int must_check app_thread(const char *name, void (*fn)(void *), void *arg);
/* Nanoseconds since the kernel took over. */
uint64_t app_uptime(void);

/*
 * TSC ticks since the image's entry in which the CPU was not halted. Under
 * the emulator's --deterministic a tick is an instruction.
 */
uint64_t app_busy_ticks(void);

/*
 * Waits for an IPv4 address (DHCP unless "ip=" says otherwise); deadline in
 * nanoseconds of app_uptime(). -ENODEV: no device, -EIO: it was given up,
 * -ETIMEDOUT.
 */
int must_check app_network_wait(uint64_t deadline);
/* The IPv4 address as text; valid until the next call. */
const char *app_network_address(void);

/*
 * A quote of this TD with 64 bytes of the program's in it, such as a hash of
 * what it is asked for and of its public key: at to, where size bytes are
 * free; its size, or an error of attest_quote() (kernel/attest.h): -ETIMEDOUT
 * at deadline (app_uptime()), -ENODEV and -ENOSYS: the host has no quoting
 * service, all others: the host failed or lied.
 */
#define APP_QUOTE_DATA_SIZE 64
#define APP_QUOTE_MAX 16360
int must_check app_quote(const uint8_t data[APP_QUOTE_DATA_SIZE], void *to,
			 size_t size, uint64_t deadline);

/*
 * Facts and counters of the kernel, by name; the network's too. Calls
 * visit(name, value, arg) for each, "td_attributes" first.
 */
void app_metrics(void (*visit)(const char *name, uint64_t value, void *arg),
		 void *arg);

#endif
