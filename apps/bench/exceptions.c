/* SPDX-License-Identifier: MIT */
/*
 * Instructions that a TD cannot execute, as code has them that does not know
 * where it runs: #VE, its handler and, in most cases, a TDVMCALL there.
 */
#include "apps/bench/bench.h"

#include "arch/x86/paging.h"
#include "kernel/console.h"

#define REP_COUNT 16

static char text[REP_COUNT];

static bool is_any(const struct probe *probe)
{
	(void)probe;
	return true;
}

static void set_up_cpuid_host(struct probe *probe)
{
	probe->code = probe_cpuid;
	probe->rax = 0x40000000;
}

static void set_up_cpuid_local(struct probe *probe)
{
	probe->code = probe_cpuid;
	probe->rax = 2;
}

static void set_up_rdmsr(struct probe *probe)
{
	probe->code = probe_rdmsr;
	probe->rcx = BENCH_MSR_READ;
}

static void set_up_wrmsr(struct probe *probe)
{
	probe->code = probe_wrmsr;
	probe->rcx = BENCH_MSR_WRITE;
}

static void set_up_in(struct probe *probe)
{
	probe->code = probe_in8;
	probe->rdx = BENCH_PORT;
}

static void set_up_out(struct probe *probe)
{
	probe->code = probe_out8;
	probe->rdx = BENCH_PORT;
}

static void set_up_rep_outs(struct probe *probe)
{
	probe->code = probe_rep_outs8;
	probe->rdx = BENCH_PORT;
	probe->rsi = (uintptr_t)text;
	probe->rcx = REP_COUNT;
}

static void set_up_mmio_read(struct probe *probe)
{
	probe->code = probe_load32;
	probe->rdi = PAGING_SHARED_BASE + BENCH_MMIO;
}

static void set_up_mmio_write(struct probe *probe)
{
	probe->code = probe_store32;
	probe->rdi = PAGING_SHARED_BASE + BENCH_MMIO;
	probe->rax = 0x600D;
}

static const struct bench_subject subjects[] = {
	{ .name = "cpuid_host", .via = BENCH_VE, .text = "CPUID 0x40000000",
	  .set_up = set_up_cpuid_host, .is_good = is_any },
	{ .name = "cpuid_local", .via = BENCH_VE,
	  .text = "CPUID 2, answered without the host",
	  .set_up = set_up_cpuid_local, .is_good = is_any },
	{ .name = "rdmsr", .via = BENCH_VE, .text = "RDMSR of the x2APIC ID",
	  .set_up = set_up_rdmsr, .is_good = is_any },
	{ .name = "wrmsr", .via = BENCH_VE,
	  .text = "WRMSR of the TSC deadline", .set_up = set_up_wrmsr,
	  .is_good = is_any },
	{ .name = "in8", .via = BENCH_VE, .text = "IN from port 0x3ff",
	  .set_up = set_up_in, .is_good = is_any },
	{ .name = "out8", .via = BENCH_VE, .text = "OUT to port 0x3ff",
	  .set_up = set_up_out, .is_good = is_any },
	{ .name = "rep_outs8", .via = BENCH_VE,
	  .text = "REP OUTS of 16 bytes to port 0x3ff: 16 calls",
	  .set_up = set_up_rep_outs, .is_good = is_any },
};

static const struct bench_subject device_subjects[] = {
	{ .name = "mmio_read32", .via = BENCH_VE,
	  .text = "read of a device register", .set_up = set_up_mmio_read,
	  .is_good = is_any },
	{ .name = "mmio_write32", .via = BENCH_VE,
	  .text = "write of a device register", .set_up = set_up_mmio_write,
	  .is_good = is_any },
};

void bench_exceptions(struct bench *bench)
{
	const paddr_t page = align_down(BENCH_MMIO, PAGE_SIZE);

	bench_run(bench, subjects, ARRAY_SIZE(subjects));
	if (paging_map_shared(page, page + PAGE_SIZE)) {
		log_line("bench: no mapping for a device's registers");
		return;
	}
	bench_run(bench, device_subjects, ARRAY_SIZE(device_subjects));
}
