/* SPDX-License-Identifier: MIT */
/*
 * Which instruction ends how: #VE with which information, #GP, #UD or not at
 * all. "Contents of VE_INFO by cause" and "Disposition of guest actions" of
 * the reference.
 */
#include "tests/conformance/lib/rule.h"
#include "tests/conformance/spec.h"

#define PORT 0x80

/* An instruction that raises #VE; RDX is the port, RCX an MSR or a count. */
struct ve_row {
	const char *name;
	struct code code;
	uint64_t rcx;
	uint64_t reason, qualification;
	enum trial_mode mode;
};

#define INSN(text) { (text), sizeof(text) - 1 }
#define IN_DX(size) (IO_IN | ((size) - 1) | IO_PORT(PORT))
#define OUT_DX(size) (((size) - 1) | IO_PORT(PORT))
#define IN_IMM(size) (IN_DX(size) | IO_IMMEDIATE)
#define OUT_IMM(size) (OUT_DX(size) | IO_IMMEDIATE)
#define USER TRIAL_USER64

static const struct ve_row ve_rows[] = {
	{ "ve.cpuid", INSN("\x0F\xA2"), 0, VE_CPUID, 0, 0 },
	{ "ve.cpuid_prefix", INSN("\x3E\x0F\xA2"), 0, VE_CPUID, 0, 0 },
	{ "ve.cpuid_rex", INSN("\x48\x0F\xA2"), 0, VE_CPUID, 0, 0 },
	{ "ve.cpuid_cpl3", INSN("\x0F\xA2"), 0, VE_CPUID, 0, USER },
	{ "ve.hlt", INSN("\xF4"), 0, VE_HLT, 0, 0 },
	{ "ve.hlt_prefix", INSN("\x66\xF4"), 0, VE_HLT, 0, 0 },
	{ "ve.invd", INSN("\x0F\x08"), 0, VE_INVD, 0, 0 },
	{ "ve.vmcall", INSN("\x0F\x01\xC1"), 0, VE_VMCALL, 0, 0 },
	{ "ve.vmcall_cpl3", INSN("\x0F\x01\xC1"), 0, VE_VMCALL, 0, USER },
	{ "ve.rdmsr", INSN("\x0F\x32"), 0x1B, VE_RDMSR, 0, 0 },
	{ "ve.wrmsr", INSN("\x0F\x30"), 0x1B, VE_WRMSR, 0, 0 },
	{ "ve.mwait", INSN("\x0F\x01\xC9"), 0, VE_MWAIT, 0, 0 },
	{ "ve.monitor", INSN("\x0F\x01\xC8"), 0, VE_MONITOR, 0, 0 },
	{ "ve.wbinvd", INSN("\x0F\x09"), 0, VE_WBINVD, 0, 0 },
	{ "ve.wbnoinvd", INSN("\xF3\x0F\x09"), 0, VE_WBINVD, 0, 0 },
	{ "ve.in_al_imm", INSN("\xE4\x80"), 0, VE_IO, IN_IMM(1), 0 },
	{ "ve.in_ax_imm", INSN("\x66\xE5\x80"), 0, VE_IO, IN_IMM(2), 0 },
	{ "ve.in_eax_imm", INSN("\xE5\x80"), 0, VE_IO, IN_IMM(4), 0 },
	{ "ve.in_rax_imm", INSN("\x48\xE5\x80"), 0, VE_IO, IN_IMM(4), 0 },
	{ "ve.in_al_dx", INSN("\xEC"), 0, VE_IO, IN_DX(1), 0 },
	{ "ve.in_ax_dx", INSN("\x66\xED"), 0, VE_IO, IN_DX(2), 0 },
	{ "ve.in_eax_dx", INSN("\xED"), 0, VE_IO, IN_DX(4), 0 },
	{ "ve.out_al_imm", INSN("\xE6\x80"), 0, VE_IO, OUT_IMM(1), 0 },
	{ "ve.out_ax_imm", INSN("\x66\xE7\x80"), 0, VE_IO, OUT_IMM(2), 0 },
	{ "ve.out_eax_imm", INSN("\xE7\x80"), 0, VE_IO, OUT_IMM(4), 0 },
	{ "ve.out_al_dx", INSN("\xEE"), 0, VE_IO, OUT_DX(1), 0 },
	{ "ve.out_ax_dx", INSN("\x66\xEF"), 0, VE_IO, OUT_DX(2), 0 },
	{ "ve.out_eax_dx", INSN("\xEF"), 0, VE_IO, OUT_DX(4), 0 },
	{ "ve.insb", INSN("\x6C"), 0, VE_IO, IN_DX(1) | IO_STRING, 0 },
	{ "ve.insw", INSN("\x66\x6D"), 0, VE_IO, IN_DX(2) | IO_STRING, 0 },
	{ "ve.insd", INSN("\x6D"), 0, VE_IO, IN_DX(4) | IO_STRING, 0 },
	{ "ve.outsb", INSN("\x6E"), 0, VE_IO, OUT_DX(1) | IO_STRING, 0 },
	{ "ve.outsw", INSN("\x66\x6F"), 0, VE_IO, OUT_DX(2) | IO_STRING, 0 },
	{ "ve.outsd", INSN("\x6F"), 0, VE_IO, OUT_DX(4) | IO_STRING, 0 },
	{ "ve.rep_insb", INSN("\xF3\x6C"), 5, VE_IO,
	  IN_DX(1) | IO_STRING | IO_REP, 0 },
	{ "ve.rep_insd", INSN("\xF3\x6D"), 5, VE_IO,
	  IN_DX(4) | IO_STRING | IO_REP, 0 },
	{ "ve.rep_outsw", INSN("\xF3\x66\x6F"), 5, VE_IO,
	  OUT_DX(2) | IO_STRING | IO_REP, 0 },
	{ "ve.rep_outsb", INSN("\xF3\x6E"), 5, VE_IO,
	  OUT_DX(1) | IO_STRING | IO_REP, 0 },
};

/* The operands that string instructions need: a buffer that exists. */
static uint64_t buffer[16];

static struct trial operands(uint64_t rcx)
{
	struct trial trial;

	trial_fill(&trial);
	trial.gpr[RAX] = 2;
	trial.gpr[RCX] = rcx;
	trial.gpr[RDX] = 0xFFFF0000 | PORT;
	trial.gpr[RSI] = trial.gpr[RDI] = (uintptr_t)buffer;
	return trial;
}

static void check_ve_rows(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(ve_rows); i++) {
		const struct ve_row *row = &ve_rows[i];
		struct trial before = operands(row->rcx);
		struct trial after = before;
		struct ve_info info;

		rule_begin(row->name);
		trial_run_mode(&after, row->code, row->mode);
		expect_fault(&before, &after, VECTOR_VE);
		info = expect_ve(row->reason, row->qualification);
		expect("GLA", info.gla, 0);
		expect("GPA", info.gpa, 0);
		expect("length", info.length, row->code.size);
	}
}

/* Instructions that end natively, or with what the module injects. */
struct end_row {
	const char *name;
	struct code code;
	unsigned int vector;
	enum trial_mode mode;
};

static const struct end_row end_rows[] = {
	/* The CPU's own: the privilege check precedes the exit. */
	{ "ve.hlt_cpl3_gp", INSN("\xF4"), VECTOR_GP, USER },
	{ "ve.invd_cpl3_gp", INSN("\x0F\x08"), VECTOR_GP, USER },
	{ "ve.wbinvd_cpl3_gp", INSN("\x0F\x09"), VECTOR_GP, USER },
	{ "ve.rdmsr_cpl3_gp", INSN("\x0F\x32"), VECTOR_GP, USER },
	{ "ve.wrmsr_cpl3_gp", INSN("\x0F\x30"), VECTOR_GP, USER },
	{ "ve.mov_cr0_cpl3_gp", INSN("\x0F\x22\xC0"), VECTOR_GP, USER },
	{ "ve.mov_cr4_cpl3_gp", INSN("\x0F\x22\xE0"), VECTOR_GP, USER },
	{ "ve.in_cpl3_iopl0_gp", INSN("\xEC"), VECTOR_GP, USER },
	{ "ve.out_cpl3_iopl0_gp", INSN("\xEE"), VECTOR_GP, USER },
	{ "ve.insb_cpl3_iopl0_gp", INSN("\x6C"), VECTOR_GP, USER },
	{ "ve.seamcall_cpl3_gp", INSN("\x66\x0F\x01\xCF"), VECTOR_GP, USER },
	{ "ve.monitor_cpl3_ud", INSN("\x0F\x01\xC8"), VECTOR_UD, USER },
	{ "ve.mwait_cpl3_ud", INSN("\x0F\x01\xC9"), VECTOR_UD, USER },
	/* Injected by the module. */
	{ "ve.rdpmc_gp", INSN("\x0F\x33"), VECTOR_GP, 0 },
	{ "ve.getsec_ud", INSN("\x0F\x37"), VECTOR_UD, 0 },
	{ "ve.rsm_ud", INSN("\x0F\xAA"), VECTOR_UD, 0 },
	{ "ve.vmlaunch_ud", INSN("\x0F\x01\xC2"), VECTOR_UD, 0 },
	{ "ve.vmresume_ud", INSN("\x0F\x01\xC3"), VECTOR_UD, 0 },
	{ "ve.vmxoff_ud", INSN("\x0F\x01\xC4"), VECTOR_UD, 0 },
	{ "ve.vmclear_ud", INSN("\x66\x0F\xC7\x36"), VECTOR_UD, 0 },
	{ "ve.vmptrld_ud", INSN("\x0F\xC7\x36"), VECTOR_UD, 0 },
	{ "ve.vmptrst_ud", INSN("\x0F\xC7\x3E"), VECTOR_UD, 0 },
	{ "ve.vmxon_ud", INSN("\xF3\x0F\xC7\x36"), VECTOR_UD, 0 },
	{ "ve.vmread_ud", INSN("\x0F\x78\xC0"), VECTOR_UD, 0 },
	{ "ve.vmwrite_ud", INSN("\x0F\x79\xC0"), VECTOR_UD, 0 },
	{ "ve.invept_ud", INSN("\x66\x0F\x38\x80\x06"), VECTOR_UD, 0 },
	{ "ve.invvpid_ud", INSN("\x66\x0F\x38\x81\x06"), VECTOR_UD, 0 },
	{ "ve.vmfunc_ud", INSN("\x0F\x01\xD4"), VECTOR_UD, 0 },
	{ "ve.encls_ud", INSN("\x0F\x01\xCF"), VECTOR_UD, 0 },
	{ "ve.enclv_ud", INSN("\x0F\x01\xC0"), VECTOR_UD, 0 },
	{ "ve.enqcmds_ud", INSN("\xF3\x0F\x38\xF8\x06"), VECTOR_UD, 0 },
	{ "ve.seamcall_ud", INSN("\x66\x0F\x01\xCF"), VECTOR_UD, 0 },
	{ "ve.pconfig_ud", INSN("\x0F\x01\xC5"), VECTOR_UD, 0 },
	/* No Intel CPU has these. */
	{ "ve.vmrun_ud", INSN("\x0F\x01\xD8"), VECTOR_UD, 0 },
	{ "ve.vmmcall_ud", INSN("\x0F\x01\xD9"), VECTOR_UD, 0 },
	{ "ve.vmload_ud", INSN("\x0F\x01\xDA"), VECTOR_UD, 0 },
	{ "ve.vmsave_ud", INSN("\x0F\x01\xDB"), VECTOR_UD, 0 },
	{ "ve.stgi_ud", INSN("\x0F\x01\xDC"), VECTOR_UD, 0 },
	{ "ve.clgi_ud", INSN("\x0F\x01\xDD"), VECTOR_UD, 0 },
	{ "ve.skinit_ud", INSN("\x0F\x01\xDE"), VECTOR_UD, 0 },
	{ "ve.invlpga_ud", INSN("\x0F\x01\xDF"), VECTOR_UD, 0 },
	{ "ve.vmmcall_cpl3_ud", INSN("\x0F\x01\xD9"), VECTOR_UD, USER },
};

static void check_end_rows(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(end_rows); i++) {
		const struct end_row *row = &end_rows[i];
		struct trial before = operands(0);
		struct trial after;

		rule_begin(row->name);
		/* QEMU raises #GP for VMRUN of an address off a page first. */
		before.gpr[RAX] = 0;
		after = before;
		trial_run_mode(&after, row->code, row->mode);
		expect_native_fault(&before, &after, row->vector);
		if (row->mode == TRIAL_KERNEL64)
			expect("RF", after.rflags & FLAG_RF, FLAG_RF);
		expect("VE_INFO", trial_ve_info().status, NO_VALID_VE_INFO);
	}
}

static const struct {
	const char *name;
	struct code code;
} native[] = {
	{ "ve.clts_native", INSN("\x0F\x06") },
	{ "ve.rdtsc_native", INSN("\x0F\x31") },
	{ "ve.rdtscp_native", INSN("\x0F\x01\xF9") },
	{ "ve.pause_native", INSN("\xF3\x90") },
	{ "ve.invlpg_native", INSN("\x0F\x01\x3E") },
	{ "ve.mov_dr_native", INSN("\x0F\x21\xF8\x0F\x23\xF8") },
	{ "ve.mov_cr3_native", INSN("\x0F\x20\xD8\x0F\x22\xD8") },
	{ "ve.mov_cr8_native", INSN("\x44\x0F\x20\xC0\x44\x0F\x22\xC0") },
	{ "ve.sgdt_native", INSN("\x0F\x01\x06") },
	{ "ve.smsw_native", INSN("\x0F\x01\xE0") },
	{ "ve.lmsw_cannot_clear_pe",
	  INSN("\x0F\x01\xE3\x83\xE3\xFE\x0F\x01\xF3") },
	{ "ve.rdrand_native", INSN("\x48\x0F\xC7\xF0") },
	{ "ve.clflush_native", INSN("\x0F\xAE\x3E") },
	{ "ve.mov_cr4_same_native", INSN("\x0F\x20\xE0\x0F\x22\xE0") },
	{ "ve.mov_cr0_same_native", INSN("\x0F\x20\xC0\x0F\x22\xC0") },
};

static void check_native(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(native); i++) {
		struct trial trial = operands(0);

		rule_begin(native[i].name);
		trial_run(&trial, native[i].code);
		expect_completed(&trial);
	}
}

/* IN at CPL 3 that passes IOPL. */
static void in_cpl3_iopl3(void)
{
	struct trial before = operands(0);
	struct trial after;

	before.rflags |= FLAG_IOPL3;
	after = before;
	trial_run_mode(&after, CODE("\xEC"), TRIAL_USER64);
	expect_fault(&before, &after, VECTOR_VE);
	expect_ve(VE_IO, IN_DX(1));
}

static uint32_t string_information(struct code code)
{
	struct trial trial = operands(0);

	trial_run(&trial, code);
	expect("vector", trial.vector, VECTOR_VE);
	return trial_ve_info().information;
}

/* INS/OUTS: 9:7 address size (1: 32, 2: 64 bit), 17:15 segment. */
static void string_address_size(void)
{
	expect("insb", string_information(CODE("\x6C")) >> 7 & 7, 2);
	expect("outsb", string_information(CODE("\x6E")) >> 7 & 7, 2);
	expect("addr32 insb", string_information(CODE("\x67\x6C")) >> 7 & 7,
	       1);
	expect("addr32 outsb", string_information(CODE("\x67\x6E")) >> 7 & 7,
	       1);
}

static void string_segment(void)
{
	expect("DS", string_information(CODE("\x6E")) >> 15 & 7, 3);
	expect("FS", string_information(CODE("\x64\x6E")) >> 15 & 7, 4);
	expect("GS", string_information(CODE("\x65\x6E")) >> 15 & 7, 5);
}

/* RDMSR and CPUID after #VE: a port number is DX, whatever is above it. */
static void port_is_16_bits(void)
{
	struct trial trial = operands(0);

	trial.gpr[RDX] = 0xFFFFFFFFFFFF0CF8;
	trial_run(&trial, CODE("\xED"));
	expect("vector", trial.vector, VECTOR_VE);
	expect_ve(VE_IO, IO_IN | 3 | IO_PORT(0xCF8));
}

/* TDG.VP.VEINFO.GET without information: five registers are zeroed. */
static void veinfo_none(void)
{
	struct trial before;
	struct trial after;

	trial_fill(&before);
	before.gpr[RAX] = TDG_VP_VEINFO_GET;
	after = before;
	expect("RAX", trial_tdcall(&after), NO_VALID_VE_INFO);
	expect("RCX", after.gpr[RCX], 0);
	expect("RDX", after.gpr[RDX], 0);
	expect("R8", after.gpr[R8], 0);
	expect("R9", after.gpr[R9], 0);
	expect("R10", after.gpr[R10], 0);
	expect_kept(&before, &after, BIT(RAX) | BIT(RCX) | BIT(RDX) | 0x700);
}

static void veinfo_registers(void)
{
	struct trial before;
	struct trial after = operands(0);

	trial_run(&after, CODE("\xF4"));
	trial_fill(&before);
	before.gpr[RAX] = TDG_VP_VEINFO_GET;
	after = before;
	expect("RAX", trial_tdcall(&after), 0);
	expect("RCX", after.gpr[RCX], VE_HLT);
	expect("RDX", after.gpr[RDX], 0);
	expect_kept(&before, &after, BIT(RAX) | BIT(RCX) | BIT(RDX) | 0x700);
}

/* VALID != 0 when another #VE is due: #DF, the first one's info stays. */
static void second_is_df(void)
{
	struct trial before = operands(0);
	struct trial after = before;

	trial_run(&after, CODE("\xF4"));
	expect("first", after.vector, VECTOR_VE);
	after = before;
	trial_run(&after, CODE("\x0F\xA2"));
	expect_fault(&before, &after, VECTOR_DF);
	after = before;
	trial_run(&after, CODE("\xEC"));
	expect_fault(&before, &after, VECTOR_DF);
	expect_ve(VE_HLT, 0);
	after = before;
	trial_run(&after, CODE("\x0F\xA2"));
	expect("third", after.vector, VECTOR_VE);
	expect_ve(VE_CPUID, 0);
}

/* A native CPUID leaf is answered while VALID is set. */
static void valid_does_not_matter_natively(void)
{
	struct trial trial = operands(0);

	trial_run(&trial, CODE("\xF4"));
	trial = operands(0);
	trial.gpr[RAX] = 0;
	trial_run(&trial, CODE("\x0F\xA2"));
	expect_completed(&trial);
	expect_ve(VE_HLT, 0);
}

/* RAX of a failed TDCALL, RDX of #VE: other leaves leave VALID alone. */
static void other_leaves_keep_valid(void)
{
	struct trial trial = operands(0);

	trial_run(&trial, CODE("\xF4"));
	expect("TDG.VP.INFO", tdcall3(TDG_VP_INFO, 0, 0), 0);
	expect("TDG.VP.VMCALL", tdcall3(TDG_VP_VMCALL, 0, 0), 0);
	expect_ve(VE_HLT, 0);
}

/* The STI shadow of an instruction that faults stays: STI; HLT is one. */
static void sti_hlt(void)
{
	struct trial trial = operands(0);

	expect("WRMSR", trial_wrmsr(X2APIC_SELF_IPI, 0x53), COMPLETED);
	trial_run(&trial, CODE("\xFB\xF4"));
	expect("vector", trial.vector, VECTOR_VE);
	expect("offset", trial.offset, 1);
	expect("IF", trial.rflags & FLAG_IF, FLAG_IF);
	expect_ve(VE_HLT, 0);
	trial.rflags = FLAG_IF;
	trial_run(&trial, CODE("\x90"));
	expect("vector", trial.vector, 0x53);
	expect("EOI", trial_wrmsr(X2APIC_EOI, 0), COMPLETED);
}

/* WRMSR SELF_IPI, vector < 16: trap-like, reason 56. */
static void self_ipi_low_vector(void)
{
	struct trial trial = { 0 };
	struct ve_info info;
	uint64_t value;

	trial.gpr[RCX] = X2APIC_SELF_IPI;
	trial.gpr[RAX] = 15;
	trial_run(&trial, CODE("\x0F\x30\x90"));
	expect("vector", trial.vector, VECTOR_VE);
	expect("offset", trial.offset, 2);
	info = expect_ve(VE_APIC_WRITE, 0x3F0);
	expect("GLA", info.gla, 0);
	expect("GPA", info.gpa, 0);
	expect("RDMSR", trial_rdmsr(X2APIC_SELF_IPI, &value), COMPLETED);
	expect("virtual-APIC page", value & 0xFF, 15);
}

static const struct rule rules[] = {
	{ "ve.in_cpl3_iopl3", in_cpl3_iopl3 },
	{ "ve.string_address_size", string_address_size },
	{ "ve.string_segment", string_segment },
	{ "ve.port_is_16_bits", port_is_16_bits },
	{ "veinfo.none", veinfo_none },
	{ "veinfo.registers", veinfo_registers },
	{ "veinfo.second_is_df", second_is_df },
	{ "veinfo.native_while_valid", valid_does_not_matter_natively },
	{ "veinfo.other_leaves_keep_valid", other_leaves_keep_valid },
	{ "ve.sti_hlt", sti_hlt },
	{ "ve.self_ipi_low_vector", self_ipi_low_vector },
};

int main(void)
{
	trial_init();
	check_ve_rows();
	check_end_rows();
	check_native();
	RULES_CHECK(rules);
	return rules_verdict();
}
