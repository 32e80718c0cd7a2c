/* SPDX-License-Identifier: MIT */
/*
 * Control registers: which writes take effect, which are #VE and which are
 * #GP, and which check comes first. "CR0 (L1 TD)" and "CR4" of the reference.
 */
#include "tests/conformance/lib/rule.h"
#include "tests/conformance/spec.h"

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
	{ "cr0.pg_clear_in_64_bit_gp", CR0, BIT(31), 0, VECTOR_GP },
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
	{ "cr4.la57_while_paging_gp", CR4, 0, BIT(12), VECTOR_GP },
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
};

int main(void)
{
	trial_init();
	check_cr_rows();
	RULES_CHECK(rules);
	return rules_verdict();
}
