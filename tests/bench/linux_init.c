/* SPDX-License-Identifier: MIT */
/*
 * The only program of a Linux TD: does what makes its kernel take #VEs, then
 * powers off. tests/bench/paths.c looks on.
 */
#define _GNU_SOURCE
#include <cpuid.h>
#include <fcntl.h>
#include <stdio.h>
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

int main(void)
{
	execute_cpuid();
	load("/failover.ko");
	load("/net_failover.ko");
	load("/virtio_net.ko");
	usleep(200000);
	printf("init: done\n");
	reboot(RB_POWER_OFF);
	return 1;
}
