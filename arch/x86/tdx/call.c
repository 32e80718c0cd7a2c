/* SPDX-License-Identifier: MIT */
/*
 * The host's services that stand for one instruction: ports, device
 * registers, MSRs and HLT, each one TDVMCALL, never a #VE. Counts them.
 *
 * A value that the host returns is cut to the size that was asked for.
 * Callable from interrupt handlers; one vCPU.
 */
#include "arch/x86/tdx/call.h"

#include <errno.h>

uint64_t tdx_counts[TDX_COUNTS];
static bool halt_is_masked;

const uint64_t tdx_size_masks[9] = {
	[1] = UINT8_MAX,
	[2] = UINT16_MAX,
	[4] = UINT32_MAX,
	[8] = UINT64_MAX,
};

int tdx_host_refusal(uint64_t status)
{
	switch (status) {
	case TDVMCALL_STATUS_RETRY:
		return -EAGAIN;
	case TDVMCALL_STATUS_INVALID_OPERAND:
	case TDVMCALL_STATUS_ALIGN_ERROR:
		return -EINVAL;
	case TDVMCALL_STATUS_SUBFUNC_UNSUPPORTED:
		return -ENOSYS;
	default:
		return -EIO;
	}
}

uint32_t tdx_io_read(uint16_t port, unsigned int size)
{
	struct tdvmcall_result got;

	if (!tdx_may_use_port(port, size))
		return (uint32_t)tdx_size_masks[size];
	tdx_count_up(TDX_COUNT_CALL_IO);
	got = tdvmcall_io_read(port, size);
	if (unlikely(got.status))
		return (uint32_t)tdx_size_masks[size];
	return (uint32_t)got.value;
}

void tdx_io_write(uint16_t port, unsigned int size, uint32_t value)
{
	if (!tdx_may_use_port(port, size))
		return;
	tdx_count_up(TDX_COUNT_CALL_IO);
	/* As on a bus, nobody learns of a write that nobody took. */
	tdvmcall_io_write(port, size, (uint32_t)tdx_low_bytes(value, size));
}

uint64_t tdx_mmio_read(paddr_t gpa, unsigned int size)
{
	struct tdvmcall_result got;

	tdx_count_up(TDX_COUNT_CALL_MMIO);
	got = tdvmcall_mmio_read(gpa | tdx_gpa_shared, size);
	if (unlikely(got.status))
		return tdx_size_masks[size];
	return got.value;
}

int tdx_rdmsr(uint32_t msr, uint64_t *value)
{
	struct tdvmcall_result got;

	*value = 0;
	if (!trust_may_read_msr(msr))
		return -EPERM;
	tdx_count_up(TDX_COUNT_CALL_RDMSR);
	got = tdvmcall_rdmsr(msr);
	if (!got.status)
		*value = got.value;
	return tdx_host_error(got.status);
}

int tdx_wrmsr(uint32_t msr, uint64_t value)
{
	if (!trust_may_write_msr(msr))
		return -EPERM;
	tdx_count_up(TDX_COUNT_CALL_WRMSR);
	return tdx_host_error(tdvmcall_wrmsr(msr, value));
}

void tdx_set_masked_halt(bool is_masked)
{
	halt_is_masked = is_masked;
}

void tdx_safe_halt(void)
{
	tdx_count_up(TDX_COUNT_CALL_HLT);
	if (!halt_is_masked) {
		tdvmcall_hlt_sti();
		return;
	}
	tdvmcall_hlt_masked();
	cpu_irq_enable();
}

uint64_t tdx_count(enum tdx_count which)
{
	return tdx_counts[which];
}

const char *tdx_count_name(enum tdx_count which)
{
	static const char *const names[TDX_COUNTS] = {
		[TDX_COUNT_VE_CPUID] = "ve_cpuid",
		[TDX_COUNT_VE_HLT] = "ve_hlt",
		[TDX_COUNT_VE_IO] = "ve_io",
		[TDX_COUNT_VE_RDMSR] = "ve_rdmsr",
		[TDX_COUNT_VE_WRMSR] = "ve_wrmsr",
		[TDX_COUNT_VE_MMIO] = "ve_mmio",
		[TDX_COUNT_CALL_CPUID] = "call_cpuid",
		[TDX_COUNT_CALL_HLT] = "call_hlt",
		[TDX_COUNT_CALL_IO] = "call_io",
		[TDX_COUNT_CALL_RDMSR] = "call_rdmsr",
		[TDX_COUNT_CALL_WRMSR] = "call_wrmsr",
		[TDX_COUNT_CALL_MMIO] = "call_mmio",
		[TDX_COUNT_CALL_MAP_GPA] = "call_map_gpa",
		[TDX_COUNT_CALL_GET_QUOTE] = "call_get_quote",
		[TDX_COUNT_CALL_OTHER] = "call_other",
		[TDX_COUNT_PAGES_ACCEPTED] = "pages_accepted",
		[TDX_COUNT_PAGES_SHARED] = "pages_shared",
		[TDX_COUNT_NMI] = "nmi",
		[TDX_COUNT_NMI_AT_HALT] = "nmi_at_halt",
		[TDX_COUNT_VE_REFUSED_CPUID] = "ve_refused_cpuid",
		[TDX_COUNT_VE_REFUSED_IO] = "ve_refused_io",
		[TDX_COUNT_VE_REFUSED_RDMSR] = "ve_refused_rdmsr",
		[TDX_COUNT_VE_REFUSED_WRMSR] = "ve_refused_wrmsr",
	};

	return names[which];
}
