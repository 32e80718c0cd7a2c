/* SPDX-License-Identifier: MIT */
/*
 * #VE for RDMSR and WRMSR: the host answers for its own devices; anything else
 * looks like an MSR that is not there, and the host does not hear of it.
 */
#include "arch/x86/cpu.h"
#include "arch/x86/tdx/tdx.h"
#include "kernel/app.h"
#include "tests/guest/check.h"
#include "tests/guest/ve_cases.h"

#define MSR_X2APIC_ID 0x802
#define MSR_X2APIC_LVT_ERROR 0x837
#define LVT_MASKED 0x10000

static struct ve_registers registers(uint32_t msr, uint64_t value)
{
	return (struct ve_registers){
		.rax = UINT64_C(0xFFFFFFFF00000000) | (uint32_t)value,
		.rdx = UINT64_C(0xFFFFFFFF00000000) | value >> 32,
		/* No upper half: QEMU's SVM would look up another MSR. */
		.rcx = msr,
		.r8 = 8, .r11 = 11, .r12 = 12, .r13 = 13,
		.rflags = cpu_read_flags(),
	};
}

static void check_others(const struct ve_registers *regs)
{
	CHECK_EQUAL(regs->r8, 8);
	CHECK_EQUAL(regs->r11, 11);
	CHECK_EQUAL(regs->r12, 12);
	CHECK_EQUAL(regs->r13, 13);
}

static void check_read(void)
{
	struct ve_registers regs = registers(MSR_X2APIC_ID, UINT64_MAX);
	uint64_t want;

	CHECK_EQUAL(tdx_rdmsr(MSR_X2APIC_ID, &want), 0);
	ve_case_run(ve_rdmsr, &regs);
	CHECK_EQUAL(regs.rax, (uint32_t)want);
	CHECK_EQUAL(regs.rdx, want >> 32);
	CHECK_EQUAL((uint32_t)regs.rcx, MSR_X2APIC_ID);
	check_others(&regs);
}

static void check_write(void)
{
	struct ve_registers regs;
	uint64_t got;

	for (uint64_t vector = 0x40; vector < 0x43; vector++) {
		regs = registers(MSR_X2APIC_LVT_ERROR, LVT_MASKED | vector);
		ve_case_run(ve_wrmsr, &regs);
		CHECK_EQUAL(regs.rax, 0xFFFFFFFF00000000 | LVT_MASKED |
				      vector);
		CHECK_EQUAL(regs.rdx, 0xFFFFFFFF00000000);
		check_others(&regs);
		CHECK_EQUAL(tdx_rdmsr(MSR_X2APIC_LVT_ERROR, &got), 0);
		CHECK_EQUAL(got, LVT_MASKED | vector);
	}
}

static void check_refused(void)
{
	static const uint32_t unreadable[] = {
		0x17, 0x3A, 0x8B, 0xCE, 0xFE, 0x2FF, 0xC0000083, 0x4B564D00,
	};
	const uint64_t calls = tdx_count(TDX_COUNT_CALL_RDMSR) +
			       tdx_count(TDX_COUNT_CALL_WRMSR);
	uint64_t value = 1;

	for (size_t i = 0; i < ARRAY_SIZE(unreadable); i++) {
		CHECK(!cpu_rdmsr_safe(unreadable[i], &value));
		CHECK_EQUAL(value, 0);
		CHECK(!cpu_wrmsr_safe(unreadable[i], 0));
	}
	/* APIC_BASE may be read, never written. */
	CHECK(!cpu_wrmsr_safe(0x1B, 0xFEE00800));
	CHECK(!cpu_wrmsr_safe(MSR_X2APIC_ID, 0));
	CHECK_EQUAL(tdx_count(TDX_COUNT_CALL_RDMSR) +
			    tdx_count(TDX_COUNT_CALL_WRMSR), calls);
}

int main(void)
{
	const uint64_t reads = tdx_count(TDX_COUNT_VE_RDMSR);
	const uint64_t writes = tdx_count(TDX_COUNT_VE_WRMSR);

	check_read();
	check_write();
	CHECK_EQUAL(tdx_count(TDX_COUNT_VE_RDMSR), reads + 1);
	CHECK_EQUAL(tdx_count(TDX_COUNT_VE_WRMSR), writes + 3);
	check_refused();
	return check_verdict();
}
