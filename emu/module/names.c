/* SPDX-License-Identifier: MIT */
/* Numbers that traces and counts show, by name. */
#include "arch/x86/tdx/abi.h"
#include "emu/module/debug.h"
#include "lib/compiler.h"

static const char *const tdcalls[] = {
	[TDG_VP_VMCALL] = "TDG.VP.VMCALL",
	[TDG_VP_INFO] = "TDG.VP.INFO",
	[TDG_MR_RTMR_EXTEND] = "TDG.MR.RTMR.EXTEND",
	[TDG_VP_VEINFO_GET] = "TDG.VP.VEINFO.GET",
	[TDG_MR_REPORT] = "TDG.MR.REPORT",
	[TDG_VP_CPUIDVE_SET] = "TDG.VP.CPUIDVE.SET",
	[TDG_MEM_PAGE_ACCEPT] = "TDG.MEM.PAGE.ACCEPT",
	[TDG_VM_RD] = "TDG.VM.RD",
	[TDG_VM_WR] = "TDG.VM.WR",
	[TDG_VP_RD] = "TDG.VP.RD",
	[TDG_VP_WR] = "TDG.VP.WR",
	[TDG_SYS_RD] = "TDG.SYS.RD",
	[TDG_SYS_RDALL] = "TDG.SYS.RDALL",
	[TDG_SERVTD_RD] = "TDG.SERVTD.RD",
	[TDG_SERVTD_WR] = "TDG.SERVTD.WR",
	[TDG_MR_VERIFYREPORT] = "TDG.MR.VERIFYREPORT",
	[TDG_MEM_PAGE_ATTR_RD] = "TDG.MEM.PAGE.ATTR.RD",
	[TDG_MEM_PAGE_ATTR_WR] = "TDG.MEM.PAGE.ATTR.WR",
	[TDG_VP_ENTER] = "TDG.VP.ENTER",
	[TDG_VP_INVEPT] = "TDG.VP.INVEPT",
	[TDG_VP_INVVPID] = "TDG.VP.INVVPID",
};

/* Of exits and of the TDVMCALLs that stand for them. */
static const char *const reasons[] = {
	[TDX_VE_CPUID] = "CPUID",
	[TDX_VE_HLT] = "HLT",
	[TDX_VE_INVD] = "INVD",
	[TDX_VE_VMCALL] = "VMCALL",
	[TDX_VE_CR_ACCESS] = "CR_ACCESS",
	[TDX_VE_IO] = "IO",
	[TDX_VE_RDMSR] = "RDMSR",
	[TDX_VE_WRMSR] = "WRMSR",
	[TDX_VE_MWAIT] = "MWAIT",
	[TDX_VE_MONITOR] = "MONITOR",
	[TDX_VE_EPT_VIOLATION] = "EPT_VIOLATION",
	[TDX_VE_WBINVD] = "WBINVD",
	[TDX_VE_APIC_WRITE] = "APIC_WRITE",
	[TDX_VE_PCONFIG] = "PCONFIG",
};

static const char *const calls[] = {
	"GetTdVmCallInfo",
	"MapGPA",
	"GetQuote",
	"ReportFatalError",
	"SetupEventNotifyInterrupt",
	"Service",
};

static const char *look_up(const char *const *names, size_t count,
			   uint64_t number)
{
	return number < count && names[number] ? names[number] : "unknown";
}

const char *debug_tdcall_name(uint64_t leaf)
{
	return look_up(tdcalls, ARRAY_SIZE(tdcalls), leaf);
}

const char *debug_ve_name(uint64_t reason)
{
	return look_up(reasons, ARRAY_SIZE(reasons), reason);
}

const char *debug_tdvmcall_name(uint64_t leaf)
{
	if (leaf == TDVMCALL_REQUEST_MMIO)
		return "MMIO";
	if (leaf < TDVMCALL_GET_TD_VM_CALL_INFO)
		return debug_ve_name(leaf);
	return look_up(calls, ARRAY_SIZE(calls),
		       leaf - TDVMCALL_GET_TD_VM_CALL_INFO);
}
