/* SPDX-License-Identifier: MIT */
/*
 * Control registers, EFER and XCR0: which writes take effect, which are #VE
 * and which are #GP, and which check comes first. "CR0 (L1 TD)", "CR4",
 * "EFER" and the row of XSETBV of the reference.
 */
#include "tests/conformance/lib/rule.h"
#include "tests/conformance/spec.h"

#define EFER_SCE BIT(0)
#define EFER_LME BIT(8)
#define EFER_LMA BIT(10)
#define EFER_NXE BIT(11)

#define MOV_TO_CR0_RAX "\x0F\x22\xC0"
#define MOV_TO_CR4_RAX "\x0F\x22\xE0"

enum { CR0, CR4 };

/* value = (current & ~clear) | set, written by MOV from RAX. */
struct cr_row {
	const char *name;
	unsigned int cr;
	uint64_t clear, set;
	uint64_t vector;
};

static const struct cr_row cr_rows[] = {
	{ "cr0.pe_clear_pg_set_gp", CR0, BIT(0), 0, VECTOR_GP },
	{ "cr0.ne_clear_gp", CR0, BIT(5), 0, VECTOR_GP },
	{ "cr0.cd_set_ve", CR0, 0, BIT(30), VECTOR_VE },
	{ "cr0.cd_nw_set_ve", CR0, 0, BIT(30) | BIT(29), VECTOR_VE },
	{ "cr0.nw_without_cd_gp", CR0, 0, BIT(29), VECTOR_GP },
	{ "cr0.bit_32_gp", CR0, 0, BIT(32), VECTOR_GP },
	{ "cr0.bit_63_gp", CR0, 0, BIT(63), VECTOR_GP },
	{ "cr0.ne_clear_cd_set_gp_first", CR0, BIT(5), BIT(30), VECTOR_GP },
	{ "cr0.bit_32_cd_set_gp_first", CR0, 0, BIT(32) | BIT(30),
	  VECTOR_GP },
	{ "cr4.mce_clear_ve", CR4, BIT(6), 0, VECTOR_VE },
	{ "cr4.vmxe_set_ve", CR4, 0, BIT(13), VECTOR_VE },
	{ "cr4.smxe_set_ve", CR4, 0, BIT(14), VECTOR_VE },
	{ "cr4.bit_15_gp", CR4, 0, BIT(15), VECTOR_GP },
	{ "cr4.bit_31_gp", CR4, 0, BIT(31), VECTOR_GP },
	{ "cr4.bit_32_gp", CR4, 0, BIT(32), VECTOR_GP },
	{ "cr4.bit_63_gp", CR4, 0, BIT(63), VECTOR_GP },
	{ "cr4.kl_gp", CR4, 0, BIT(19), VECTOR_GP },
	{ "cr4.mce_clear_kl_gp_first", CR4, BIT(6), BIT(19), VECTOR_GP },
	{ "cr4.mce_clear_bit_31_gp_first", CR4, BIT(6), BIT(31), VECTOR_GP },
	{ "cr4.pae_clear_gp", CR4, BIT(5), 0, VECTOR_GP },
};

static uint64_t read_cr(unsigned int cr)
{
	return cr == CR0 ? cpu_read_cr0() : cpu_read_cr4();
}

static struct trial write_cr(unsigned int cr, uint64_t value)
{
	struct trial trial;

	trial_fill(&trial);
	trial.gpr[RAX] = value;
	trial_run(&trial, cr == CR0 ? CODE(MOV_TO_CR0_RAX) :
				      CODE(MOV_TO_CR4_RAX));
	return trial;
}

static struct ve_info expect_ve(uint64_t reason, uint64_t qualification)
{
	struct ve_info info = trial_ve_info();

	expect("TDG.VP.VEINFO.GET", info.status, 0);
	expect("reason", info.reason, reason);
	expect("qualification", info.qualification, qualification);
	return info;
}

static void check_cr_rows(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(cr_rows); i++) {
		const struct cr_row *row = &cr_rows[i];
		const uint64_t old = read_cr(row->cr);
		struct trial after;

		rule_begin(row->name);
		after = write_cr(row->cr, (old & ~row->clear) | row->set);
		expect("vector", after.vector, row->vector);
		expect("error code", after.error, 0);
		expect("offset", after.offset, 0);
		expect("value afterwards", read_cr(row->cr), old);
		if (row->vector == VECTOR_VE)
			expect_ve(VE_CR, row->cr == CR0 ? 0 : 4);
		expect("VE_INFO", trial_ve_info().status, NO_VALID_VE_INFO);
	}
}

/* CR qualification: 11:8 the register, and length. */
static void qualification_register(void)
{
	const uint64_t cd = cpu_read_cr0() | BIT(30);
	struct trial trial = { 0 };
	struct ve_info info;

	trial.gpr[RBX] = cd;
	trial_run(&trial, CODE("\x0F\x22\xC3"));
	info = expect_ve(VE_CR, RBX << 8);
	expect("length", info.length, 3);
	expect("GLA", info.gla, 0);
	expect("GPA", info.gpa, 0);
	trial.gpr[R9] = cd;
	trial_run(&trial, CODE("\x41\x0F\x22\xC1"));
	info = expect_ve(VE_CR, R9 << 8);
	expect("length", info.length, 4);
	trial.gpr[R15] = cpu_read_cr4() & ~BIT(6);
	trial_run(&trial, CODE("\x41\x0F\x22\xE7"));
	expect_ve(VE_CR, R15 << 8 | 4);
}

static void cr0_rf_in_image(void)
{
	struct trial trial = write_cr(CR0, cpu_read_cr0() | BIT(30));

	expect("vector", trial.vector, VECTOR_VE);
	expect("RF", trial.rflags & FLAG_RF, FLAG_RF);
	expect_ve(VE_CR, 0);
	trial = write_cr(CR0, cpu_read_cr0() & ~BIT(5));
	expect("vector", trial.vector, VECTOR_GP);
	expect("RF", trial.rflags & FLAG_RF, FLAG_RF);
}

/* CR0: reserved bits are ignored silently. */
static void cr0_reserved_ignored(void)
{
	const uint64_t old = cpu_read_cr0();
	static const unsigned int bits[] = { 6, 15, 17, 19, 28 };

	for (size_t i = 0; i < ARRAY_SIZE(bits); i++) {
		struct trial trial = write_cr(CR0, old | BIT(bits[i]));

		expect_completed(&trial);
		expect("CR0", cpu_read_cr0(), old);
	}
}

static void cr0_reads(void)
{
	const uint64_t cr0 = cpu_read_cr0();

	expect("PE ET NE", cr0 & 0x31, 0x31);
	expect("CD NW and reserved", cr0 & ~UINT64_C(0x8005003F), 0);
}

/* Written, read and put back without a step between: C code may need SSE. */
static void expect_guest_owned(struct code code, uint64_t old,
			       unsigned int bit)
{
	struct trial trial = { 0 };

	trial.gpr[RAX] = old ^ BIT(bit);
	trial.gpr[RCX] = old;
	trial_run(&trial, code);
	expect_completed(&trial);
	expect("read back", trial.gpr[RBX], old ^ BIT(bit));
}

/* CR0: MP, EM, TS, WP, AM are the guest's. */
static void cr0_guest_owned(void)
{
	static const unsigned int bits[] = { 1, 2, 3, 16, 18 };

	for (size_t i = 0; i < ARRAY_SIZE(bits); i++)
		expect_guest_owned(CODE(MOV_TO_CR0_RAX "\x0F\x20\xC3"
						       "\x0F\x22\xC1"),
				   cpu_read_cr0(), bits[i]);
}

static void cr0_ts_by_lmsw_and_clts(void)
{
	const uint64_t old = cpu_read_cr0();
	struct trial trial = { 0 };

	trial.gpr[RAX] = (old & 0xF) | BIT(3);
	/* lmsw %ax; mov %cr0, %rbx; clts; mov %cr0, %rcx */
	trial_run(&trial, CODE("\x0F\x01\xF0\x0F\x20\xC3"
			       "\x0F\x06\x0F\x20\xC1"));
	expect_completed(&trial);
	expect("LMSW", trial.gpr[RBX], old | BIT(3));
	expect("CLTS", trial.gpr[RCX], old & ~BIT(3));
}

static void cr4_reads(void)
{
	const uint64_t cr4 = cpu_read_cr4();

	expect("MCE", cr4 & BIT(6), BIT(6));
	expect("VMXE", cr4 & BIT(13), 0);
	expect("SMXE", cr4 & BIT(14), 0);
}

static void cr4_guest_owned(void)
{
	static const unsigned int bits[] = { 2, 3, 7, 8, 9, 10, 16, 18 };

	for (size_t i = 0; i < ARRAY_SIZE(bits); i++)
		expect_guest_owned(CODE(MOV_TO_CR4_RAX "\x0F\x20\xE3"
						       "\x0F\x22\xE1"),
				   cpu_read_cr4(), bits[i]);
}

/* CR4: bits whose XFAM components or attributes are off. */
static void expect_cr4(unsigned int bit, bool is_allowed)
{
	const uint64_t old = cpu_read_cr4();
	struct trial trial;

	if (is_allowed) {
		expect_true("nothing to refuse", true);
		return;
	}
	trial = write_cr(CR4, old | BIT(bit));
	expect("vector", trial.vector, VECTOR_GP);
	/* The order of checks: before #VE. */
	trial = write_cr(CR4, (old | BIT(bit)) & ~BIT(6));
	expect("vector", trial.vector, VECTOR_GP);
}

static void cr4_pke(void)
{
	expect_cr4(22, vm_rd(XFAM) & BIT(9));
}

static void cr4_cet(void)
{
	expect_cr4(23, vm_rd(XFAM) & (BIT(11) | BIT(12)));
}

static void cr4_pks(void)
{
	expect_cr4(24, vm_rd(ATTRIBUTES) & ATTRIBUTES_PKS);
}

static void cr4_uintr(void)
{
	expect_cr4(25, vm_rd(XFAM) & BIT(14));
}

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
	{ "cr.qualification_register", qualification_register },
	{ "cr0.rf_in_image", cr0_rf_in_image },
	{ "cr0.reserved_ignored", cr0_reserved_ignored },
	{ "cr0.reads", cr0_reads },
	{ "cr0.guest_owned", cr0_guest_owned },
	{ "cr0.ts_by_lmsw_and_clts", cr0_ts_by_lmsw_and_clts },
	{ "cr4.reads", cr4_reads },
	{ "cr4.guest_owned", cr4_guest_owned },
	{ "cr4.pke_without_xfam_gp", cr4_pke },
	{ "cr4.cet_without_xfam_gp", cr4_cet },
	{ "cr4.pks_without_attribute_gp", cr4_pks },
	{ "cr4.uintr_without_xfam_gp", cr4_uintr },
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
	{ "xsetbv.index_gp", xsetbv_index },
	{ "xsetbv.not_legal_gp", xsetbv_not_legal },
	{ "xsetbv.beyond_xfam_gp", xsetbv_beyond_xfam },
	{ "xsetbv.supervisor_gp", xsetbv_supervisor },
	{ "xsetbv.cpl3_gp", xsetbv_cpl3 },
};

int main(void)
{
	trial_init();
	check_cr_rows();
	RULES_CHECK(rules);
	return rules_verdict();
}
