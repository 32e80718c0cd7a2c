/* SPDX-License-Identifier: MIT */
/*
 * The smallest program: copy this folder, `make run APP=yours`. A program
 * sees the C library, lwIP's sockets and kernel/app.h.
 */
#include <stdio.h>

#include "kernel/app.h"

static void print_fact(const char *name, uint64_t value, void *arg)
{
	(void)arg;
	printf("%20s %#llx\n", name, (unsigned long long)value);
}

int main(void)
{
	const char *name = app_option("name");

	printf("Hello, %s, from inside a trust domain.\n",
	       name ? name : "world");
	printf("Up for %llu us. What the kernel knows:\n",
	       (unsigned long long)(app_uptime() / 1000));
	app_metrics(print_fact, NULL);
	return 0;
}
