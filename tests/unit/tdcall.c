/* SPDX-License-Identifier: MIT */
/*
 * arch/x86/tdx/tdcall.S, each function stepped through with a host that
 * overwrites every register it can: what the host sees is what the leaf needs
 * and nothing else, nothing of the host's stays behind, and the instructions
 * executed, from the first one to RET, are no more than promised.
 *
 * Links: arch/x86/tdx/tdcall.S
 */
#define _GNU_SOURCE
#include "tests/unit/fake_td.h"

#include "arch/x86/tdx/call.h"

/* Not a value that any function here has a reason to hold. */
#define SCRIBBLE UINT64_C(0xBADC0DE000000000)
#define VALUE UINT64_C(0x1122334455667788)
#define GPA UINT64_C(0x800000FED00010)

/* What tdcall.S has of the folder's other files. */
uint64_t tdx_counts[TDX_COUNTS];
paddr_t tdx_gpa_shared = BIT(51);
const uint64_t tdx_size_masks[9] = {
	[1] = 0xFF, [2] = 0xFFFF, [4] = 0xFFFFFFFF, [8] = UINT64_MAX,
};

static uint64_t returned;
static uint64_t second;
static uint64_t module_status;
static struct cpuid cpuid_out;
static uint64_t out[4];
static struct tdx_hypercall_args args;

/* Of a fatal report: what came with it, and with the HLT afterwards. */
static uint64_t report_seen[16];
static uint64_t report_mask;
static sigjmp_buf reported;

static void td_host(uint64_t reg[16])
{
	if (reg[R11] == 0x10003) {
		memcpy(report_seen, reg, sizeof(report_seen));
		report_mask = td.mask;
	} else if (report_mask && td.calls > 3) {
		siglongjmp(reported, 1);
	}
	for (unsigned int i = 0; i < 16; i++)
		reg[i] = SCRIBBLE + i;
}

static void td_module(uint64_t reg[16])
{
	static const int outputs[] = { RCX, RDX, R8, R9, R10, R11 };

	memcpy(td.seen, reg, sizeof(td.seen));
	td.calls++;
	for (size_t i = 0; i < sizeof(outputs) / sizeof(outputs[0]); i++)
		reg[outputs[i]] = VALUE + (uint64_t)outputs[i];
	reg[RAX] = module_status;
}

static void keep(struct tdvmcall_result got)
{
	returned = got.status;
	second = got.value;
}

static void io_read(void)
{
	keep(tdvmcall_io_read(0x3F8, 2));
}

static void io_write(void)
{
	returned = tdvmcall_io_write(0x3F8, 4, 0x99887766);
}

static void mmio_read(void)
{
	keep(tdvmcall_mmio_read(GPA, 8));
}

static void mmio_write(void)
{
	returned = tdvmcall_mmio_write(GPA, 8, VALUE);
}

static void kick(void)
{
	tdx_mmio_write(GPA, 2, VALUE);
}

static void rdmsr(void)
{
	keep(tdvmcall_rdmsr(0xC0000083));
}

static void wrmsr(void)
{
	returned = tdvmcall_wrmsr(0xC0000083, VALUE);
}

static void call_cpuid(void)
{
	returned = tdvmcall_cpuid(0x80000001, 7, &cpuid_out);
}

static void map_gpa(void)
{
	keep(tdvmcall_map_gpa(GPA & ~0xFFFUL, 0x200000));
}

static void get_quote(void)
{
	returned = tdvmcall_get_quote(GPA & ~0xFFFUL, 0x4000);
}

static void event_notify(void)
{
	returned = tdvmcall_setup_event_notify_interrupt(0x41);
}

static void call_info(void)
{
	returned = tdvmcall_get_td_vm_call_info(1, out);
}

static void hlt_sti(void)
{
	tdvmcall_hlt_sti();
}

static void hlt_masked(void)
{
	tdvmcall_hlt_masked();
}

static void hlt_blocked(void)
{
	tdvmcall_hlt_blocked();
}

static void any(void)
{
	args = (struct tdx_hypercall_args){ 1, 2, 3, 4, 5, 6, 0xFC00 };
	returned = __tdx_hypercall(&args, 0);
}

static void any_output(void)
{
	args = (struct tdx_hypercall_args){ 1, 2, 3, 4, 5, 6, 0xFC00 };
	returned = __tdx_hypercall(&args, TDX_HCALL_HAS_OUTPUT);
}

static void any_sti(void)
{
	args = (struct tdx_hypercall_args){ 0, 12, 0, 0, 0, 0, 0xC00 };
	returned = __tdx_hypercall(&args, TDX_HCALL_ISSUE_STI);
}

struct expected {
	const char *name;
	void (*call)(void);
	uint64_t mask;
	uint64_t r10, r11, r12, r13, r14, r15;	/* as the host sees them */
	unsigned int instructions;		/* at most */
	bool has_status, has_value, is_after_sti;
};

/* GHCI's numbers, typed here once more. */
static const struct expected table[] = {
	{ "io_read", io_read, 0x5C00, 0, 30, 2, 0, 0x3F8, 0, 20, true, true,
	  false },
	{ "io_write", io_write, 0xFC00, 0, 30, 4, 1, 0x3F8, 0x99887766, 23,
	  true, false, false },
	{ "mmio_read", mmio_read, 0x5C00, 0, 48, 8, 0, GPA, 0, 20, true, true,
	  false },
	{ "mmio_write", mmio_write, 0xFC00, 0, 48, 8, 1, GPA, VALUE, 23, true,
	  false, false },
	{ "kick", kick, 0xFC00, 0, 48, 2, 1, GPA | BIT(51), VALUE & 0xFFFF, 26,
	  false, false, false },
	{ "rdmsr", rdmsr, 0x1C00, 0, 31, 0xC0000083, 0, 0, 0, 16, true, true,
	  false },
	{ "wrmsr", wrmsr, 0x3C00, 0, 32, 0xC0000083, VALUE, 0, 0, 18, true,
	  false, false },
	{ "cpuid", call_cpuid, 0xFC00, 0, 10, 0x80000001, 7, 0, 0, 28, true,
	  false, false },
	{ "map_gpa", map_gpa, 0x3C00, 0, 0x10001, GPA & ~0xFFFUL, 0x200000, 0,
	  0, 18, true, true, false },
	{ "get_quote", get_quote, 0x3C00, 0, 0x10002, GPA & ~0xFFFUL, 0x4000,
	  0, 0, 18, true, false, false },
	{ "event_notify", event_notify, 0x1C00, 0, 0x10004, 0x41, 0, 0, 0, 15,
	  true, false, false },
	{ "call_info", call_info, 0x7C00, 0, 0x10000, 1, 0, 0, 0, 24, true,
	  false, false },
	{ "hlt_sti", hlt_sti, 0x0C00, 0, 12, 0, 0, 0, 0, 12, false, false,
	  true },
	{ "hlt_masked", hlt_masked, 0x0C00, 0, 12, 0, 0, 0, 0, 11, false,
	  false, false },
	{ "hlt_blocked", hlt_blocked, 0x1C00, 0, 12, 1, 0, 0, 0, 14, false,
	  false, false },
	{ "hypercall", any, 0xFC00, 1, 2, 3, 4, 5, 6, 28, true, false, false },
	{ "hypercall with output", any_output, 0xFC00, 1, 2, 3, 4, 5, 6, 34,
	  true, false, false },
	{ "hypercall with STI", any_sti, 0x0C00, 0, 12, 0, 0, 0, 0, 29, true,
	  false, true },
};

static void expect(const struct expected *want, const char *what,
		   uint64_t got, uint64_t wanted)
{
	char text[80];

	snprintf(text, sizeof(text), "%s: %s", want->name, what);
	expect_u64(got, wanted, text);
}

static void expect_seen(const struct expected *want)
{
	const uint64_t seen[16] = {
		[R10] = want->r10, [R11] = want->r11, [R12] = want->r12,
		[R13] = want->r13, [R14] = want->r14, [R15] = want->r15,
	};

	expect(want, "RCX", td.mask, want->mask);
	for (int i = 0; i < 16; i++)
		expect(want, td_register_names[i], td.seen[i], seen[i]);
	expect(want, "STI right before TDCALL", td.is_after_sti,
	       want->is_after_sti);
}

static void expect_clean(const struct expected *want)
{
	static const int saved[] = { RBX, RBP, R12, R13, R14, R15 };

	for (int i = 0; i < 16; i++) {
		const bool is_output = (i == RAX && want->has_status) ||
				       (i == RDX && want->has_value &&
					want->call != io_read);

		expect(want, td_register_names[i],
		       td.after[i] >> 32 == SCRIBBLE >> 32, is_output);
	}
	for (size_t i = 0; i < sizeof(saved) / sizeof(saved[0]); i++)
		expect(want, td_register_names[saved[i]], td.after[saved[i]],
		       td.before[saved[i]]);
	expect(want, "RSP", td.after[RSP], td.before[RSP] + 8);
}

static void check_call(const struct expected *want)
{
	/* Of a port it is what was asked for. */
	const uint64_t mask = want->call == io_read ? 0xFFFF : UINT64_MAX;

	td.interrupts = false;
	td.calls = 0;
	td.sti_end = 0;
	td_step_begin();
	want->call();
	td_step_end();
	expect(want, "calls", td.calls, 1);
	expect_seen(want);
	expect_clean(want);
	if (want->has_status)
		expect(want, "status", returned, SCRIBBLE + R10);
	if (want->has_value)
		expect(want, "value", second,
		       (SCRIBBLE + R11) & mask);
	printf("%-24s %2u instructions, %3" PRIu64 " bytes of stack\n",
	       want->name, td.instructions, td.stack);
	expect_true(td.instructions <= want->instructions, want->name);
}

/* The module refuses: ud2 inside tdcall.S, leaf and status in registers. */
static void check_refusal(const struct expected *want)
{
	td.fail_vmcall = true;
	td.expects_refusal = true;
	if (sigsetjmp(td.refused, 1) == 0) {
		want->call();
		expect(want, "returned although refused", 1, 0);
	}
	td.expects_refusal = false;
	expect(want, "ud2 in tdcall.S", td_is_inside(td.refused_rip), true);
	expect(want, "status at ud2", td.after[RAX], 0xC000010000000001);
	expect(want, "leaf at ud2", td.after[R11], want->r11);
}

static void check_outputs(void)
{
	call_cpuid();
	expect_u64(cpuid_out.eax, (uint32_t)SCRIBBLE + R12, "CPUID EAX");
	expect_u64(cpuid_out.ebx, (uint32_t)SCRIBBLE + R13, "CPUID EBX");
	expect_u64(cpuid_out.ecx, (uint32_t)SCRIBBLE + R14, "CPUID ECX");
	expect_u64(cpuid_out.edx, (uint32_t)SCRIBBLE + R15, "CPUID EDX");
	call_info();
	for (unsigned int i = 0; i < 4; i++)
		expect_u64(out[i], SCRIBBLE + R11 + i, "GetTdVmCallInfo");
	any_output();
	expect_u64(args.r10, SCRIBBLE + R10, "hypercall R10");
	expect_u64(args.r13, SCRIBBLE + R13, "hypercall R13");
	expect_u64(args.r15, SCRIBBLE + R15, "hypercall R15");
	any();
	expect_u64(args.r10, 1, "hypercall without output R10");
	expect_u64(args.r15, 6, "hypercall without output R15");
}

static void expect_module(const char *name, uint64_t status, uint64_t leaf,
			  uint64_t rcx, uint64_t rdx)
{
	expect_u64(status, module_status, name);
	expect_u64(td.seen[RAX], leaf, name);
	expect_u64(td.seen[RCX], rcx, name);
	expect_u64(td.seen[RDX], rdx, name);
}

/* MOD's numbers, typed here once more. */
static void check_module(void)
{
	struct tdg_vpinfo vp;
	struct tdg_veinfo ve;
	uint64_t value;

	module_status = 0xC000070400000000;
	expect_u64(tdg_vp_info(&vp), module_status, "VP.INFO");
	expect_u64(td.seen[RAX], 1, "VP.INFO leaf");
	expect_u64(vp.gpaw, VALUE + RCX, "VP.INFO RCX");
	expect_u64(vp.attributes, VALUE + RDX, "VP.INFO RDX");
	expect_u64(vp.num_vcpus, (uint32_t)(VALUE + R8), "VP.INFO R8");
	expect_u64(vp.max_vcpus, VALUE >> 32, "VP.INFO R8 upper");
	expect_u64(vp.vcpu_index, VALUE + R9, "VP.INFO R9");
	expect_u64(tdg_vp_veinfo_get(&ve), module_status, "VEINFO.GET");
	expect_u64(td.seen[RAX], 3, "VEINFO.GET leaf");
	expect_u64(ve.reason, VALUE + RCX, "VEINFO.GET RCX");
	expect_u64(ve.qualification, VALUE + RDX, "VEINFO.GET RDX");
	expect_u64(ve.gla, VALUE + R8, "VEINFO.GET R8");
	expect_u64(ve.gpa, VALUE + R9, "VEINFO.GET R9");
	expect_u64(ve.length, (uint32_t)(VALUE + R10), "VEINFO.GET R10");
	value = tdg_mem_page_accept(0x200001);
	expect_module("PAGE.ACCEPT", value, 6, 0x200001, td.seen[RDX]);
	expect_module("VM.RD", tdg_vm_rd(0x1234, &value), 7, 0, 0x1234);
	expect_u64(value, VALUE + R8, "VM.RD R8");
	expect_module("VM.WR", tdg_vm_wr(0x1234, 0x56, 0x78), 8, 0, 0x1234);
	expect_u64(td.seen[R8], 0x56, "VM.WR R8");
	expect_u64(td.seen[R9], 0x78, "VM.WR R9");
	expect_module("MR.REPORT", tdg_mr_report(0x1000, 0x2000), 4, 0x1000,
		      0x2000);
	expect_u64(td.seen[R8], 0, "MR.REPORT R8");
	expect_module("RTMR.EXTEND", tdg_mr_rtmr_extend(0x1000, 3), 2, 0x1000,
		      3);
}

/* GHCI, ReportFatalError: then HLT for ever, although the host returns. */
static void check_report(void)
{
	static const int order[8] = { R14, R15, RBX, RDI, RSI, R8, R9, RDX };
	static const uint64_t text[8] = { 11, 12, 13, 14, 15, 16, 17, 18 };

	td.calls = 0;
	td.interrupts = true;
	if (sigsetjmp(reported, 1) == 0)
		tdvmcall_report_fatal_error(text);
	expect_u64(report_mask, 0xCFCC, "report: RCX");
	expect_u64(report_seen[R10], 0, "report: R10");
	expect_u64(report_seen[R12], 0, "report: error code");
	expect_u64(report_seen[R13], 0, "report: address");
	for (size_t i = 0; i < 8; i++)
		expect_u64(report_seen[order[i]], text[i],
			   td_register_names[order[i]]);
	expect_u64(td.seen[R11], 12, "after report: HLT");
	expect_u64(td.seen[R12], 1, "after report: interrupts blocked");
	expect_u64(td.mask, 0x1C00, "after report: RCX");
	expect_true(!td.interrupts, "after report: CLI");
	report_mask = 0;
}

int main(void)
{
	td_init();
	check_report();
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		check_call(&table[i]);
		check_refusal(&table[i]);
	}
	check_outputs();
	check_module();
	return expect_result("tdcall");
}
