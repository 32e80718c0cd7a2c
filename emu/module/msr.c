/* SPDX-License-Identifier: MIT */
/*
 * MSRs of a TD: one table of what each access leads to, ascending; an MSR that
 * is not in it raises #VE. The x2APIC's registers 0x800 to 0x8FF are split in
 * three: those that the CPU virtualises, those of the host, and holes.
 *
 * Approximated: the VMX capabilities (0x480...) read as 0, the module has
 * fixed values for nested TDs. MISC_ENABLE is made up, not the CPU's.
 */
#include "emu/module/msr.h"

#include "arch/x86/tdx/abi.h"

/* What must hold, or the access is #GP. */
enum need {
	NOTHING,
	PERFMON,
	PERF_METRICS,
	XFAM_PT,
	XFAM_CET,
	XFAM_UINTR,
	XFAM_LBR,
	PKS,
	XFD,
	TSX,
	WAITPKG,
	PCONFIG,
	DCA,
	TSC_DEADLINE,
	TME,
};

#define XFAM_BIT_PT 8
#define XFAM_BIT_CET 11
#define XFAM_BIT_UINTR 14
#define XFAM_BIT_LBR 15

struct row {
	uint32_t first;
	uint32_t last;
	enum td_msr_action read;
	enum td_msr_action write;
	enum need need;
};

#define NATIVE TD_MSR_NATIVE
#define VE TD_MSR_VE
#define GP TD_MSR_GP
#define EMU TD_MSR_EMULATED
#define APIC TD_MSR_APIC_NATIVE

/*
 * Writes of the read-only 0xBD and 0x10A are native in the module's table and
 * end in the CPU's #GP; TCG's CPU would ignore them, so #GP stands here.
 */
static const struct row rows[] = {
	{ 0x10, 0x10, NATIVE, VE, NOTHING },
	{ 0x48, 0x49, NATIVE, NATIVE, NOTHING },
	{ 0x87, 0x87, VE, VE, PCONFIG },
	{ 0x8c, 0x8f, GP, GP, NOTHING },
	{ 0x98, 0x9b, GP, GP, NOTHING },
	{ 0x9e, 0x9e, GP, GP, NOTHING },
	{ 0xbc, 0xbc, NATIVE, VE, NOTHING },
	{ 0xbd, 0xbd, EMU, GP, NOTHING },
	{ 0xc1, 0xc8, NATIVE, NATIVE, PERFMON },
	{ 0xe1, 0xe1, NATIVE, NATIVE, WAITPKG },
	{ 0x10a, 0x10a, EMU, GP, NOTHING },
	{ 0x10b, 0x10b, NATIVE, NATIVE, NOTHING },
	{ 0x122, 0x122, NATIVE, NATIVE, TSX },
	{ 0x174, 0x176, NATIVE, NATIVE, NOTHING },
	{ 0x186, 0x18d, NATIVE, NATIVE, PERFMON },
	{ 0x195, 0x195, GP, GP, NOTHING },
	{ 0x1a0, 0x1a0, EMU, VE, NOTHING },
	{ 0x1a6, 0x1a7, NATIVE, NATIVE, PERFMON },
	{ 0x1c4, 0x1c5, NATIVE, NATIVE, XFD },
	{ 0x1d9, 0x1d9, EMU, EMU, NOTHING },
	{ 0x1f8, 0x1fa, VE, VE, DCA },
	{ 0x276, 0x276, GP, GP, NOTHING },
	{ 0x277, 0x277, NATIVE, NATIVE, NOTHING },
	{ 0x309, 0x310, NATIVE, NATIVE, PERFMON },
	{ 0x329, 0x329, NATIVE, NATIVE, PERF_METRICS },
	{ 0x345, 0x345, EMU, NATIVE, NOTHING },
	{ 0x38d, 0x392, NATIVE, NATIVE, PERFMON },
	{ 0x3f1, 0x3f2, NATIVE, NATIVE, PERFMON },
	{ 0x3f6, 0x3f7, NATIVE, NATIVE, PERFMON },
	{ 0x480, 0x480, EMU, GP, NOTHING },
	{ 0x481, 0x484, VE, GP, NOTHING },
	{ 0x485, 0x489, EMU, GP, NOTHING },
	{ 0x48a, 0x48a, VE, GP, NOTHING },
	{ 0x48b, 0x492, EMU, GP, NOTHING },
	{ 0x4c1, 0x4c8, NATIVE, NATIVE, PERFMON },
	{ 0x500, 0x500, GP, GP, NOTHING },
	{ 0x560, 0x561, NATIVE, NATIVE, XFAM_PT },
	{ 0x570, 0x572, NATIVE, NATIVE, XFAM_PT },
	{ 0x580, 0x587, NATIVE, NATIVE, XFAM_PT },
	{ 0x600, 0x600, NATIVE, NATIVE, NOTHING },
	{ 0x6a0, 0x6a0, NATIVE, NATIVE, XFAM_CET },
	{ 0x6a2, 0x6a2, NATIVE, NATIVE, XFAM_CET },
	{ 0x6a4, 0x6a8, NATIVE, NATIVE, XFAM_CET },
	{ 0x6e0, 0x6e0, VE, VE, TSC_DEADLINE },
	{ 0x6e1, 0x6e1, NATIVE, NATIVE, PKS },
	{ 0x800, 0x801, GP, GP, NOTHING },
	{ 0x802, 0x803, VE, VE, NOTHING },
	{ 0x804, 0x807, GP, GP, NOTHING },
	{ 0x808, 0x80c, APIC, APIC, NOTHING },
	{ 0x80d, 0x80d, VE, VE, NOTHING },
	{ 0x80e, 0x80e, APIC, APIC, NOTHING },
	{ 0x80f, 0x80f, VE, VE, NOTHING },
	{ 0x810, 0x827, APIC, APIC, NOTHING },
	{ 0x828, 0x828, VE, VE, NOTHING },
	{ 0x829, 0x82e, GP, GP, NOTHING },
	{ 0x82f, 0x830, VE, VE, NOTHING },
	{ 0x831, 0x831, GP, GP, NOTHING },
	{ 0x832, 0x83e, VE, VE, NOTHING },
	{ 0x83f, 0x83f, APIC, APIC, NOTHING },
	{ 0x840, 0x8ff, GP, GP, NOTHING },
	{ 0x981, 0x984, VE, VE, TME },
	{ 0x985, 0x98a, NATIVE, NATIVE, XFAM_UINTR },
	{ 0xc80, 0xc80, NATIVE, VE, NOTHING },
	{ 0xd90, 0xd90, GP, GP, NOTHING },
	{ 0xd93, 0xd93, GP, GP, NOTHING },
	{ 0xda0, 0xda0, NATIVE, EMU, NOTHING },
	{ 0x1200, 0x12ff, NATIVE, NATIVE, XFAM_LBR },
	{ 0x14ce, 0x14cf, NATIVE, NATIVE, XFAM_LBR },
	{ 0x1500, 0x16ff, NATIVE, NATIVE, XFAM_LBR },
	{ 0x1b01, 0x1b01, NATIVE, NATIVE, NOTHING },
	{ 0xc0000080, 0xc0000080, NATIVE, EMU, NOTHING },
	{ 0xc0000081, 0xc0000082, NATIVE, NATIVE, NOTHING },
	{ 0xc0000084, 0xc0000084, NATIVE, NATIVE, NOTHING },
	{ 0xc0000100, 0xc0000103, NATIVE, NATIVE, NOTHING },
};

/* By halves: a permission map asks for 16384 MSRs, twice. */
static const struct row *row_find(uint32_t msr)
{
	size_t first = 0;
	size_t end = ARRAY_SIZE(rows);

	while (first < end) {
		const size_t middle = (first + end) / 2;

		if (msr < rows[middle].first)
			end = middle;
		else if (msr > rows[middle].last)
			first = middle + 1;
		else
			return &rows[middle];
	}
	return NULL;
}

static bool has_perfmon(const struct td_msr_context *context)
{
	return context->cpuid->attributes & TDX_ATTRIBUTES_PERFMON;
}

static bool has_xfam(const struct td_msr_context *context, unsigned int bit)
{
	return context->cpuid->xfam >> bit & 1;
}

/* TSX as enumerated, even while the guest hides it by IA32_TSX_CTRL. */
static bool has_tsx(const struct td_msr_context *context)
{
	struct td_cpuid_context cpuid = *context->cpuid;

	cpuid.is_tsx_cleared = false;
	return td_cpuid_value(&cpuid, 7, 0).ebx >> 11 & 1;
}

static bool is_met(const struct td_msr_context *context, enum need need)
{
	const struct td_cpuid_context *cpuid = context->cpuid;

	switch (need) {
	case NOTHING:
		return true;
	case PERFMON:
		return has_perfmon(context);
	case PERF_METRICS:
		return has_perfmon(context) &&
		       (context->native_perf_capabilities >> 15 & 1);
	case XFAM_PT:
		return has_xfam(context, XFAM_BIT_PT);
	case XFAM_CET:
		return has_xfam(context, XFAM_BIT_CET);
	case XFAM_UINTR:
		return has_xfam(context, XFAM_BIT_UINTR);
	case XFAM_LBR:
		return has_xfam(context, XFAM_BIT_LBR);
	case PKS:
		return cpuid->attributes & TDX_ATTRIBUTES_PKS;
	case XFD:
		return td_cpuid_value(cpuid, 0xd, 1).eax >> 4 & 1;
	case TSX:
		return has_tsx(context);
	case WAITPKG:
		return td_cpuid_value(cpuid, 7, 0).ecx >> 5 & 1;
	case PCONFIG:
		return td_cpuid_value(cpuid, 7, 0).edx >> 18 & 1;
	case DCA:
		return td_cpuid_value(cpuid, 1, 0).ecx >> 18 & 1;
	case TSC_DEADLINE:
		return td_cpuid_value(cpuid, 1, 0).ecx >> 24 & 1;
	case TME:
		return td_cpuid_value(cpuid, 7, 0).ecx >> 13 & 1;
	}
	return false;
}

enum td_msr_action td_msr_action(const struct td_msr_context *context,
				 uint32_t msr, bool is_write)
{
	const struct row *row = row_find(msr);

	if (!row)
		return TD_MSR_VE;
	if (!is_met(context, row->need))
		return TD_MSR_GP;
	/* Two whose actions do not turn to #GP together. */
	if (msr == MSR_IA32_PERF_CAPABILITIES && is_write)
		return has_perfmon(context) ? TD_MSR_NATIVE : TD_MSR_GP;
	if (msr == MSR_IA32_MISC_ENABLE && !is_write && has_perfmon(context))
		return TD_MSR_NATIVE;
	return is_write ? row->write : row->read;
}

/*
 * MOD, IA32_ARCH_CAPABILITIES: what the CPU is not vulnerable to is known of
 * every CPU that the module supports. XAPIC_DISABLE_STATUS (21) reads 0.
 */
#define ARCH_CAPABILITIES_ONE 0xf16b
#define ARCH_CAPABILITIES_TSX_CTRL BIT(7)
#define ARCH_CAPABILITIES_ALLOWED (BIT(4) | BIT(20) | BIT(24))
#define ARCH_CAPABILITIES_FORCED BIT(19) /* RRSBA: vulnerable if either says */

static uint64_t read_arch_capabilities(const struct td_msr_context *context)
{
	const uint64_t native = context->native_arch_capabilities;
	const uint64_t config = context->arch_capabilities_config;
	uint64_t value = ARCH_CAPABILITIES_ONE;

	value |= native & config & ARCH_CAPABILITIES_ALLOWED;
	value |= (native | config) & ARCH_CAPABILITIES_FORCED;
	if (has_tsx(context))
		value |= native & ARCH_CAPABILITIES_TSX_CTRL;
	return value;
}

#define MISC_ENABLE_FAST_STRINGS BIT(0)
#define MISC_ENABLE_BTS_UNAVAILABLE BIT(11)
#define MISC_ENABLE_PEBS_UNAVAILABLE BIT(12)
#define MISC_ENABLE_MONITOR_FSM BIT(18)

static uint64_t read_misc_enable(const struct td_msr_context *context)
{
	const uint32_t features = td_cpuid_value(context->cpuid, 1, 0).ecx;

	return MISC_ENABLE_FAST_STRINGS | MISC_ENABLE_BTS_UNAVAILABLE |
	       MISC_ENABLE_PEBS_UNAVAILABLE |
	       (features >> 3 & 1 ? MISC_ENABLE_MONITOR_FSM : 0);
}

#define PERF_CAPABILITIES_PEBS_OUTPUT_PT BIT(16)

static uint64_t read_perf_capabilities(const struct td_msr_context *context)
{
	uint64_t value = context->native_perf_capabilities;

	if (!has_perfmon(context))
		return 0;
	if (!has_xfam(context, XFAM_BIT_PT))
		value &= ~PERF_CAPABILITIES_PEBS_OUTPUT_PT;
	return value;
}

#define LEGACY_XAPIC_DISABLED 1
#define DEBUGCTL_ENABLE_UNCORE_PMI BIT(13)

uint64_t td_msr_read(const struct td_msr_context *context, uint32_t msr)
{
	switch (msr) {
	case MSR_IA32_XAPIC_DISABLE_STATUS:
		return LEGACY_XAPIC_DISABLED;
	case MSR_IA32_ARCH_CAPABILITIES:
		return read_arch_capabilities(context);
	case MSR_IA32_MISC_ENABLE:
		return read_misc_enable(context);
	case MSR_IA32_DEBUGCTL:
		return context->debugctl & ~DEBUGCTL_ENABLE_UNCORE_PMI;
	case MSR_IA32_PERF_CAPABILITIES:
		return read_perf_capabilities(context);
	default:
		return 0;
	}
}

#define DEBUGCTL_RESERVED (~UINT64_C(0xffff) | BIT(5) | BIT(4) | BIT(3))
#define DEBUGCTL_TR BIT(6)
#define DEBUGCTL_BTS BIT(7)

/* Trace messages that go nowhere (TR without BTS) are the host's affair. */
static enum td_msr_action write_debugctl(uint64_t value, uint64_t *store)
{
	if (value & DEBUGCTL_RESERVED)
		return TD_MSR_GP;
	if ((value & DEBUGCTL_TR) && !(value & DEBUGCTL_BTS))
		return TD_MSR_VE;
	*store = value & ~DEBUGCTL_ENABLE_UNCORE_PMI;
	return TD_MSR_EMULATED;
}

static enum td_msr_action write_xss(const struct td_msr_context *context,
				    uint64_t value, uint64_t *store)
{
	if (value & ~(uint64_t)td_cpuid_value(context->cpuid, 0xd, 1).ecx)
		return TD_MSR_GP;
	*store = value;
	return TD_MSR_EMULATED;
}

#define EFER_SCE BIT(0)
#define EFER_LMA BIT(10)

/* MOD, IA32_EFER: only SCE is the guest's, LMA follows CR0.PG. */
static enum td_msr_action write_efer(const struct td_msr_context *context,
				     uint64_t value, uint64_t *store)
{
	if ((value ^ context->efer) & ~(EFER_SCE | EFER_LMA))
		return TD_MSR_VE;
	*store = (context->efer & ~EFER_SCE) | (value & EFER_SCE);
	return TD_MSR_EMULATED;
}

enum td_msr_action td_msr_write(const struct td_msr_context *context,
				uint32_t msr, uint64_t value, uint64_t *store)
{
	switch (msr) {
	case MSR_IA32_DEBUGCTL:
		return write_debugctl(value, store);
	case MSR_IA32_XSS:
		return write_xss(context, value, store);
	case MSR_IA32_EFER:
		return write_efer(context, value, store);
	default:
		return TD_MSR_VE;
	}
}

/* SDM, Virtualizing WRMSR: all but three reach the real, read-only register. */
enum td_msr_action td_msr_write_apic(uint32_t msr, uint64_t value)
{
	switch (msr) {
	case MSR_X2APIC_TPR:
		return value >> 8 ? TD_MSR_GP : TD_MSR_APIC_NATIVE;
	case MSR_X2APIC_EOI:
		return value ? TD_MSR_GP : TD_MSR_APIC_NATIVE;
	case MSR_X2APIC_SELF_IPI:
		if (value >> 8)
			return TD_MSR_GP;
		return value < 16 ? TD_MSR_APIC_VE : TD_MSR_APIC_NATIVE;
	default:
		return TD_MSR_GP;
	}
}
