/* SPDX-License-Identifier: MIT */
/*
 * The only program of a Linux TD: does what makes its kernel take #VEs, then
 * powers off. tests/bench/paths.c looks on.
 */
#define _GNU_SOURCE
#include <cpuid.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/syscall.h>
#include <unistd.h>

#define TIMES 200

static void execute_cpuid(void)
{
	unsigned int a;
	unsigned int b;
	unsigned int c;
	unsigned int d;

	for (int i = 0; i < TIMES; i++)
		__cpuid(0x40000000, a, b, c, d);
	for (int i = 0; i < TIMES; i++)
		__cpuid(2, a, b, c, d);
}

/* Their start reads and writes device registers. */
static void load(const char *name)
{
	const int file = open(name, O_RDONLY);

	if (file < 0 || syscall(SYS_finit_module, file, "", 0))
		printf("init: no %s\n", name);
	close(file);
}

/* Where the kernel's functions for TDCALL lie, for who reads addresses. */
static void show_symbols(void)
{
	char line[256];
	FILE *symbols;

	if (mount("proc", "/proc", "proc", 0, NULL))
		return;
	symbols = fopen("/proc/kallsyms", "r");
	while (symbols && fgets(line, sizeof(line), symbols))
		if (strstr(line, " tdx_") || strstr(line, "tdx_hypercall"))
			printf("symbol: %s", line);
}

int main(void)
{
	show_symbols();
	execute_cpuid();
	load("/failover.ko");
	load("/net_failover.ko");
	load("/virtio_net.ko");
	usleep(200000);
	printf("init: done\n");
	reboot(RB_POWER_OFF);
	return 1;
}
