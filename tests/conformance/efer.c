/* SPDX-License-Identifier: MIT */
/*
 * EFER and XCR0: which writes take effect, which are #VE and which are #GP.
 * "EFER" and the row of XSETBV of the reference.
 */
#include <stdio.h>

#include "tests/conformance/lib/rule.h"
#include "tests/conformance/spec.h"

#define EFER_SCE BIT(0)
#define EFER_LME BIT(8)
#define EFER_LMA BIT(10)
#define EFER_NXE BIT(11)

/* EFER: anything but SCE is #VE 32, reserved bits included. */
static uint64_t efer(void)
{
	uint64_t value;

	expect("RDMSR", trial_rdmsr(MSR_EFER, &value), COMPLETED);
	return value;
}

static void expect_efer_ve(uint64_t value)
{
	const uint64_t old = efer();
	struct ve_info info;

	expect("vector", trial_wrmsr(MSR_EFER, value), VECTOR_VE);
	info = expect_ve(VE_WRMSR, 0);
	expect("length", info.length, 2);
	expect("EFER", efer(), old);
}

static void efer_value(void)
{
	expect("EFER", efer() & ~EFER_SCE, EFER_LME | EFER_LMA | EFER_NXE);
}

static void efer_same(void)
{
	const uint64_t old = efer();

	expect("vector", trial_wrmsr(MSR_EFER, old), COMPLETED);
	expect("EFER", efer(), old);
}

static void efer_sce(void)
{
	const uint64_t old = efer();

	expect("vector", trial_wrmsr(MSR_EFER, old ^ EFER_SCE), COMPLETED);
	expect("EFER", efer(), old ^ EFER_SCE);
	expect("vector", trial_wrmsr(MSR_EFER, old), COMPLETED);
	expect("EFER", efer(), old);
}

static void efer_lma_ignored(void)
{
	const uint64_t old = efer();

	expect("vector", trial_wrmsr(MSR_EFER, old & ~EFER_LMA), COMPLETED);
	expect("EFER", efer(), old);
}

static void efer_lme_clear(void)
{
	expect_efer_ve(efer() & ~EFER_LME);
}

static void efer_nxe_clear(void)
{
	expect_efer_ve(efer() & ~EFER_NXE);
}

static void efer_svme(void)
{
	expect_efer_ve(efer() | BIT(12));
}

static void efer_reserved(void)
{
	expect_efer_ve(efer() | BIT(1));
	expect_efer_ve(efer() | BIT(63));
}

static void efer_sce_and_more(void)
{
	expect_efer_ve((efer() ^ EFER_SCE) & ~EFER_NXE);
}

/* XSETBV: emulated. */
static uint64_t xsetbv(uint64_t index, uint64_t value, enum trial_mode mode)
{
	struct trial trial = { 0 };

	trial.gpr[RCX] = index;
	trial.gpr[RAX] = (uint32_t)value;
	trial.gpr[RDX] = value >> 32;
	trial_run_mode(&trial, CODE("\x0F\x01\xD1"), mode);
	if (trial.vector != COMPLETED)
		expect("error code", trial.error, 0);
	return trial.vector;
}

static uint64_t xgetbv(void)
{
	struct trial trial = { 0 };

	trial_run(&trial, CODE("\x0F\x01\xD0"));
	expect_completed(&trial);
	return trial.gpr[RDX] << 32 | trial.gpr[RAX];
}

static void xsetbv_without_osxsave(void)
{
	cpu_write_cr4(cpu_read_cr4() & ~BIT(18));
	expect("vector", xsetbv(0, 1, TRIAL_KERNEL64), VECTOR_UD);
	cpu_write_cr4(cpu_read_cr4() | BIT(18));
}

static void xsetbv_legal(void)
{
	cpu_write_cr4(cpu_read_cr4() | BIT(18));
	expect("3", xsetbv(0, 3, TRIAL_KERNEL64), COMPLETED);
	expect("XCR0", xgetbv(), 3);
	expect("1", xsetbv(0, 1, TRIAL_KERNEL64), COMPLETED);
	expect("XCR0", xgetbv(), 1);
}

/* All that XFAM has of what XCR0 can: AVX, AVX-512, PKRU, AMX. */
static void xsetbv_all_of_xfam(void)
{
	const uint64_t all = vm_rd(XFAM) & 0x602E7;

	expect("vector", xsetbv(0, all, TRIAL_KERNEL64), COMPLETED);
	expect("XCR0", xgetbv(), all);
	expect("without AVX", xsetbv(0, all & ~UINT64_C(0xE4), TRIAL_KERNEL64),
	       COMPLETED);
	expect("XCR0", xgetbv(), all & ~UINT64_C(0xE4));
	expect("1", xsetbv(0, 1, TRIAL_KERNEL64), COMPLETED);
}

static void xsetbv_index(void)
{
	expect("1", xsetbv(1, 1, TRIAL_KERNEL64), VECTOR_GP);
	expect("0x80000000", xsetbv(0x80000000, 1, TRIAL_KERNEL64),
	       VECTOR_GP);
}

static void xsetbv_not_legal(void)
{
	expect("0", xsetbv(0, 0, TRIAL_KERNEL64), VECTOR_GP);
	expect("2", xsetbv(0, 2, TRIAL_KERNEL64), VECTOR_GP);
	expect("AVX without SSE", xsetbv(0, 5, TRIAL_KERNEL64), VECTOR_GP);
	expect("bit 63", xsetbv(0, BIT(63) | 1, TRIAL_KERNEL64), VECTOR_GP);
}

static void xsetbv_beyond_xfam(void)
{
	const uint64_t xfam = vm_rd(XFAM);

	expect("XFAM fixed bits", xfam & 3, 3);
	for (unsigned int i = 2; i < 63; i++)
		if (!(xfam & BIT(i)))
			expect("vector", xsetbv(0, 3 | BIT(i), TRIAL_KERNEL64),
			       VECTOR_GP);
	/* Legal if the CPU has them: bounds registers. */
	if (!(xfam & BIT(3)))
		expect("MPX", xsetbv(0, 3 | BIT(3) | BIT(4), TRIAL_KERNEL64),
		       VECTOR_GP);
}

/* A supervisor component is XFAM's, but never XCR0's. */
static void xsetbv_supervisor(void)
{
	expect("PT", xsetbv(0, 3 | BIT(8), TRIAL_KERNEL64), VECTOR_GP);
	expect("CET", xsetbv(0, 3 | BIT(11) | BIT(12), TRIAL_KERNEL64),
	       VECTOR_GP);
}

static void xsetbv_cpl3(void)
{
	expect("vector", xsetbv(0, 3, TRIAL_USER64), VECTOR_GP);
	expect("XCR0", xgetbv(), 1);
}

static const struct rule rules[] = {
	{ "efer.value", efer_value },
	{ "efer.same", efer_same },
	{ "efer.sce", efer_sce },
	{ "efer.lma_ignored", efer_lma_ignored },
	{ "efer.lme_clear_ve", efer_lme_clear },
	{ "efer.nxe_clear_ve", efer_nxe_clear },
	{ "efer.svme_ve", efer_svme },
	{ "efer.reserved_ve", efer_reserved },
	{ "efer.sce_and_more_ve", efer_sce_and_more },
	{ "xsetbv.without_osxsave_ud", xsetbv_without_osxsave },
	{ "xsetbv.legal", xsetbv_legal },
	{ "xsetbv.all_of_xfam", xsetbv_all_of_xfam },
	{ "xsetbv.index_gp", xsetbv_index },
	{ "xsetbv.not_legal_gp", xsetbv_not_legal },
	{ "xsetbv.beyond_xfam_gp", xsetbv_beyond_xfam },
	{ "xsetbv.supervisor_gp", xsetbv_supervisor },
	{ "xsetbv.cpl3_gp", xsetbv_cpl3 },
};

int main(void)
{
	trial_init();
	printf("XFAM %#lx\n", (unsigned long)vm_rd(XFAM));
	RULES_CHECK(rules);
	return rules_verdict();
}
