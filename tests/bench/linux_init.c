/* SPDX-License-Identifier: MIT */
/*
 * The only program of a Linux TD: does what makes its kernel take #VEs and
 * call the module and the host, and says what the kernel does not let it do.
 * At last it halts the machine. tests/bench/paths.c looks on.
 */
#define _GNU_SOURCE
#include <cpuid.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/io.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <unistd.h>

#define TIMES 200
#define MODULE_TIMES 20
#define MSR_MAJOR 202
#define MSR_APIC_BASE 0x1B
#define MSR_UCODE_REV 0x8B
#define PORT_POST 0x80

/* As in linux/tdx-guest.h, which Debian 12 does not have yet. */
struct tdx_report_req {
	unsigned char reportdata[64];
	unsigned char tdreport[1024];
};
#define TDX_CMD_GET_REPORT0 _IOWR('T', 1, struct tdx_report_req)

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

static void load(const char *name)
{
	const int file = open(name, O_RDONLY);

	if (file < 0 || syscall(SYS_finit_module, file, "", 0))
		printf("init: no %s\n", name);
	close(file);
}

static void use_msrs(void)
{
	unsigned long value;
	int file;

	load("/msr.ko");
	mknod("/msr", S_IFCHR | 0600, makedev(MSR_MAJOR, 0));
	file = open("/msr", O_RDWR);
	for (int i = 0; i < TIMES; i++) {
		if (pread(file, &value, sizeof(value), MSR_APIC_BASE) < 0)
			printf("init: no RDMSR\n");
		value = 0;
		if (pwrite(file, &value, sizeof(value), MSR_UCODE_REV) < 0)
			printf("init: no WRMSR\n");
	}
	close(file);
}

/* The driver's buffer for quotes is shared when it comes, and private again
 * when it goes. */
static void use_tdx_guest(void)
{
	struct tdx_report_req request = { 0 };
	int file;

	load("/configfs.ko");
	load("/tsm.ko");
	for (int i = 0; i < MODULE_TIMES; i++) {
		load("/tdx-guest.ko");
		if (i < MODULE_TIMES - 1)
			syscall(SYS_delete_module, "tdx_guest", 0);
	}
	file = open("/dev/tdx_guest", O_RDWR);
	for (int i = 0; i < TIMES; i++)
		if (ioctl(file, TDX_CMD_GET_REPORT0, &request))
			printf("init: no report\n");
	close(file);
}

static void in_user(void)
{
	ioperm(PORT_POST, 1, 1);
	inb(PORT_POST);
}

static void outs_user(void)
{
	ioperm(PORT_POST, 1, 1);
	outsb(PORT_POST, "text", 4);
}

/* Says whether a program may do that. */
static void try(const char *what, void (*call)(void))
{
	int status;
	const pid_t child = fork();

	if (!child) {
		call();
		_exit(0);
	}
	waitpid(child, &status, 0);
	printf("init: %s of a program: %s\n", what,
	       WIFSIGNALED(status) ? strsignal(WTERMSIG(status)) : "done");
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
		if (strstr(line, " tdx_") || strstr(line, " __tdcall") ||
		    strstr(line, "tdx_hypercall") ||
		    strstr(line, " try_accept_one"))
			printf("symbol: %s", line);
}

int main(void)
{
	show_symbols();
	printf("init: up\n");
	mount("dev", "/dev", "devtmpfs", 0, NULL);
	execute_cpuid();
	use_msrs();
	use_tdx_guest();
	load("/failover.ko");
	load("/net_failover.ko");
	load("/virtio_net.ko");
	try("IN", in_user);
	try("OUTS", outs_user);
	for (int i = 0; i < TIMES; i++)
		usleep(1000);
	printf("init: done\n");
	sleep(1);
	reboot(RB_HALT_SYSTEM);
	return 1;
}
