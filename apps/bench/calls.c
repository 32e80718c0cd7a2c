/* SPDX-License-Identifier: MIT */
/*
 * Calls: of the TDX module, which the host does not see, and direct TDVMCALLs,
 * the way in which this kernel talks to the host. Each is a function of
 * arch/x86/tdx/tdcall.h, from its CALL to its RET.
 */
#include "apps/bench/bench.h"

#include "arch/x86/cpu.h"
#include "arch/x86/tdx/abi.h"
#include "arch/x86/tdx/tdcall.h"
#include "arch/x86/tdx/tdx.h"

/* Sizes and alignments of TDREPORT, REPORTDATA and an RTMR's extension. */
static uint8_t report[1024] aligned(1024);
static uint8_t data[64] aligned(64);
/* RTMR[3] is the one that no boot stage uses. */
#define RTMR 3

static struct cpuid cpuid_out;
static uint64_t info_out[4];
static struct tdg_vpinfo vpinfo;
static struct tdg_veinfo veinfo;

static void call(struct probe *probe, uintptr_t function, uint64_t first,
		 uint64_t second, uint64_t third)
{
	probe->code = probe_call;
	probe->rbx = function;
	probe->rdi = first;
	probe->rsi = second;
	probe->rdx = third;
}

static void set_up_cpuid_native(struct probe *probe)
{
	probe->code = probe_cpuid;
	probe->rax = 1;
}

static void set_up_vp_info(struct probe *probe)
{
	call(probe, (uintptr_t)tdg_vp_info, (uintptr_t)&vpinfo, 0, 0);
}

static void set_up_veinfo_get(struct probe *probe)
{
	call(probe, (uintptr_t)tdg_vp_veinfo_get, (uintptr_t)&veinfo, 0, 0);
}

static void set_up_report(struct probe *probe)
{
	call(probe, (uintptr_t)tdg_mr_report, (uintptr_t)report,
	     (uintptr_t)data, 0);
}

static void set_up_rtmr_extend(struct probe *probe)
{
	call(probe, (uintptr_t)tdg_mr_rtmr_extend, (uintptr_t)data, RTMR, 0);
}

static void set_up_info(struct probe *probe)
{
	call(probe, (uintptr_t)tdvmcall_get_td_vm_call_info, 0,
	     (uintptr_t)info_out, 0);
}

static void set_up_cpuid(struct probe *probe)
{
	call(probe, (uintptr_t)tdvmcall_cpuid, 0x40000000, 0,
	     (uintptr_t)&cpuid_out);
}

static void set_up_rdmsr(struct probe *probe)
{
	call(probe, (uintptr_t)tdvmcall_rdmsr, BENCH_MSR_READ, 0, 0);
}

static void set_up_wrmsr(struct probe *probe)
{
	call(probe, (uintptr_t)tdvmcall_wrmsr, BENCH_MSR_WRITE, 0, 0);
}

static void set_up_in(struct probe *probe)
{
	call(probe, (uintptr_t)tdvmcall_io_read, BENCH_PORT, 1, 0);
}

static void set_up_out(struct probe *probe)
{
	call(probe, (uintptr_t)tdvmcall_io_write, BENCH_PORT, 1, 0);
}

static void set_up_mmio_read(struct probe *probe)
{
	call(probe, (uintptr_t)tdvmcall_mmio_read,
	     BENCH_MMIO | tdx_shared_bit(), 4, 0);
}

static void set_up_mmio_write(struct probe *probe)
{
	call(probe, (uintptr_t)tdvmcall_mmio_write,
	     BENCH_MMIO | tdx_shared_bit(), 4, 0x600D);
}

static bool is_any(const struct probe *probe)
{
	(void)probe;
	return true;
}

static bool is_without_info(const struct probe *probe)
{
	return (probe->result & TDX_STATUS_MASK) == TDX_NO_VALID_VE_INFO;
}

static const struct bench_subject subjects[] = {
	{ .name = "cpuid_module", .via = BENCH_MODULE,
	  .text = "CPUID 1, answered by the module without #VE",
	  .set_up = set_up_cpuid_native, .is_good = is_any },
	{ .name = "vp_info", .via = BENCH_MODULE, .text = "TDG.VP.INFO",
	  .set_up = set_up_vp_info },
	{ .name = "veinfo_get", .via = BENCH_MODULE,
	  .text = "TDG.VP.VEINFO.GET without a #VE",
	  .set_up = set_up_veinfo_get, .is_good = is_without_info },
	{ .name = "report", .via = BENCH_MODULE, .text = "TDG.MR.REPORT",
	  .is_slow = true, .set_up = set_up_report },
	{ .name = "rtmr_extend", .via = BENCH_MODULE,
	  .text = "TDG.MR.RTMR.EXTEND of RTMR[3]", .is_slow = true,
	  .set_up = set_up_rtmr_extend },
	{ .name = "call_info", .via = BENCH_DIRECT,
	  .text = "GetTdVmCallInfo: the host has nothing to do",
	  .set_up = set_up_info },
	{ .name = "cpuid_host", .via = BENCH_DIRECT,
	  .text = "CPUID 0x40000000", .set_up = set_up_cpuid },
	{ .name = "rdmsr", .via = BENCH_DIRECT,
	  .text = "RDMSR of the x2APIC ID", .set_up = set_up_rdmsr },
	{ .name = "wrmsr", .via = BENCH_DIRECT,
	  .text = "WRMSR of the TSC deadline", .set_up = set_up_wrmsr },
	{ .name = "in8", .via = BENCH_DIRECT, .text = "IN from port 0x3ff",
	  .set_up = set_up_in },
	{ .name = "out8", .via = BENCH_DIRECT, .text = "OUT to port 0x3ff",
	  .set_up = set_up_out },
	{ .name = "mmio_read32", .via = BENCH_DIRECT,
	  .text = "read of a device register", .set_up = set_up_mmio_read },
	{ .name = "mmio_write32", .via = BENCH_DIRECT,
	  .text = "write of a device register", .set_up = set_up_mmio_write },
};

void bench_calls(struct bench *bench)
{
	bench_run(bench, subjects, ARRAY_SIZE(subjects));
}
