/* SPDX-License-Identifier: MIT */
/*
 * The #VE handler from the IDT's entry to IRETQ, in a process, with VE info
 * and hosts that no good emulator would come up with. What it costs is
 * tests/check/instructions.sh's; that it is right for real devices is
 * tests/guest/ve_*.
 *
 * Links: arch/x86/entry.S arch/x86/trap.c arch/x86/tdx/?*.S
 * Links: arch/x86/tdx/?*.c lib/insn*.c tests/guest/ve_cases.S
 * Libraries: -Wl,--defsym=__extable_start=__start___extable
 * Libraries: -Wl,--defsym=__extable_end=__stop___extable
 * Libraries: -Wl,--defsym=__text_start=__executable_start
 * Libraries: -Wl,--defsym=__text_end=etext
 */
#define _GNU_SOURCE
#include "tests/unit/ve_run.h"

#include "arch/x86/trap_entry.h"

/* All but those of except, and RFLAGS, are as start() had them. */
static void expect_kept(const struct ve_registers *got,
			const struct ve_registers *from, unsigned int except,
			const char *what)
{
	const uint64_t *g = (const uint64_t *)got;
	const uint64_t *f = (const uint64_t *)from;

	for (unsigned int i = 0; i < 16; i++)
		if (i != RSP && !(except >> i & 1))
			expect_u64(g[i], f[i], what);
}

/*
 * Each of these once on the fast path and once, with an exit reason that has
 * the bit for bus locks on top, in C: both must do the same.
 */
static void check_cpuid(uint64_t extra)
{
	const struct ve_registers from = start(0x4000000000000000 | 0x40000001,
					       0x9999999900000003, 0x1111);
	struct ve_registers regs = from;

	td.calls = 0;
	run(ve_cpuid, &regs, extra | 10, 0, 2, 0);
	expect_u64(td.calls, 1, "CPUID asks the host");
	expect_u64(td.mask, 0xFC00, "CPUID mask");
	expect_u64(td.seen[R12], 0x40000001, "CPUID leaf, cut");
	expect_u64(td.seen[R13], 3, "CPUID subleaf, cut");
	expect_u64(regs.rax, (uint32_t)ANSWER, "CPUID RAX");
	expect_u64(regs.rbx, (uint32_t)ANSWER, "CPUID RBX");
	expect_u64(regs.rcx, (uint32_t)ANSWER, "CPUID RCX");
	expect_u64(regs.rdx, (uint32_t)ANSWER, "CPUID RDX");
	expect_kept(&regs, &from, 1 << RAX | 1 << RBX | 1 << RCX | 1 << RDX,
		    "CPUID keeps");
	host_status = 1;
	regs = from;
	run(ve_cpuid, &regs, extra | 10, 0, 2, 0);
	host_status = 0;
	expect_u64(regs.rax | regs.rbx | regs.rcx | regs.rdx, 0,
		   "CPUID refused by the host");
	td.calls = 0;
	regs = start(0x40000100, 0, 0);
	run(ve_cpuid, &regs, extra | 10, 0, 2, 0);
	expect_u64(regs.rax | regs.rbx | regs.rcx | regs.rdx, 0,
		   "CPUID made up");
	regs = start(2, 0, 0);
	run(ve_cpuid, &regs, extra | 10, 0, 2, 0);
	expect_u64(regs.rax, 0xFF0001, "CPUID 2");
	expect_u64(td.calls, 0, "CPUID made up without the host");
}

static void check_io(uint64_t extra)
{
	static const uint64_t sizes[3] = { 1, 2, 4 };
	const struct ve_case *const in[3] = { ve_in8, ve_in16, ve_in32 };
	const struct ve_case *const out[3] = { ve_out8, ve_out16, ve_out32 };
	const uint64_t ones = 0x7777777777777777;

	for (int i = 0; i < 3; i++) {
		const uint64_t mask = UINT64_MAX >> (64 - 8 * sizes[i]);
		const uint32_t length = i == 1 ? 2 : 1;
		const struct ve_registers from = start(ones, 1, 0xCF8);
		struct ve_registers regs = from;

		run(in[i], &regs, extra | 30, 0xCF80008 | (sizes[i] - 1),
		    length, 0);
		expect_u64(regs.rax, i == 2 ? (uint32_t)ANSWER :
			   (ones & ~mask) | (ANSWER & mask), "IN RAX");
		expect_kept(&regs, &from, 1 << RAX, "IN keeps");
		expect_u64(td.mask, 0x5C00, "IN mask");
		expect_u64(td.seen[R12], sizes[i], "IN size");
		expect_u64(td.seen[R14], 0xCF8, "IN port");
		host_status = UINT64_C(1) << 63;
		regs = from;
		run(in[i], &regs, extra | 30, 0xCF80008 | (sizes[i] - 1),
		    length, 0);
		host_status = 0;
		expect_u64(regs.rax, i == 2 ? UINT32_MAX : ones | mask,
			   "IN refused by the host");
		regs = from;
		run(out[i], &regs, extra | 30, 0xCF80000 | (sizes[i] - 1),
		    length, 0);
		expect_kept(&regs, &from, 0, "OUT keeps");
		expect_u64(td.mask, 0xFC00, "OUT mask");
		expect_u64(td.seen[R15], ones & mask, "OUT value, cut");
		expect_u64(td.seen[R13], 1, "OUT direction");
	}
}

static void check_msr(uint64_t extra)
{
	struct ve_registers from = start(0xFFFFFFFF12345678,
					 0xFFFFFFFF00000830,
					 0xFFFFFFFF9ABCDEF0);
	struct ve_registers regs = from;

	run(ve_wrmsr, &regs, extra | 32, 0, 2, 0);
	expect_kept(&regs, &from, 0, "WRMSR keeps");
	expect_u64(td.mask, 0x3C00, "WRMSR mask");
	expect_u64(td.seen[R12], 0x830, "WRMSR index, cut");
	expect_u64(td.seen[R13], 0x9ABCDEF012345678, "WRMSR value");
	regs = from;
	run(ve_rdmsr, &regs, extra | 31, 0, 2, 0);
	expect_kept(&regs, &from, 1 << RAX | 1 << RDX, "RDMSR keeps");
	expect_u64(td.mask, 0x1C00, "RDMSR mask");
	expect_u64(regs.rax, (uint32_t)ANSWER, "RDMSR RAX");
	expect_u64(regs.rdx, ANSWER >> 32, "RDMSR RDX");
	host_status = 1;
	td.calls = 0;
	regs = from;
	expect_true(!run(ve_rdmsr, &regs, extra | 31, 0, 2, 0), "refused");
	expect_text(fatal_text, "host: no RDMSR of 0x830", "RDMSR refused");
	regs = from;
	expect_true(!run(ve_wrmsr, &regs, extra | 32, 0, 2, 0), "refused");
	expect_text(fatal_text, "host: no WRMSR of 0x830", "WRMSR refused");
	expect_u64(td.calls, 2, "the host is asked once for each");
	host_status = 0;
}

/* What trust.c allows is what reaches the host, by either path. */
static void check_msr_table(uint64_t extra)
{
	for (uint32_t msr = 0x7C0; msr < 0x880; msr++) {
		struct ve_registers regs = start(0, msr, 0);

		expect_u64(run(ve_rdmsr, &regs, extra | 31, 0, 2, 0),
			   trust_may_read_msr(msr), "RDMSR allowed");
		regs = start(0, msr, 0);
		expect_u64(run(ve_wrmsr, &regs, extra | 32, 0, 2, 0),
			   trust_may_write_msr(msr), "WRMSR allowed");
	}
}

static bool has_row(uint32_t msr)
{
	static const uint32_t rows[][2] = {
#define TRUST_MSR(first, last, read, write, what, how) { first, last },
#include "arch/x86/tdx/trust_table.inc"
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		if (msr >= rows[i][0] && msr <= rows[i][1])
			return true;
	return false;
}

/* The host is asked of no MSR that is not in the table. */
static void check_other_msrs(void)
{
	static const uint32_t starts[] = {
		0, 0x4B564000, 0xC0000000, 0xFFFFC000,
	};

	for (uint32_t i = 0; i < 4 * 0x4000; i++) {
		const uint32_t msr = starts[i / 0x4000] + i % 0x4000;

		if (has_row(msr))
			continue;
		expect_true(!trust_may_read_msr(msr), "RDMSR without a row");
		expect_true(!trust_may_write_msr(msr), "WRMSR without a row");
	}
}

static void expect_death(const struct ve_case *what, uint64_t reason,
			 uint64_t qualification, uint32_t length, uint64_t gpa,
			 const char *text)
{
	struct ve_registers regs = start(0, 0x830, 0);

	td.calls = 0;
	expect_true(!run(what, &regs, reason, qualification, length, gpa),
		    text);
	expect_text(fatal_text, text, "last words");
	expect_u64(td.calls, 0, text);
}

static void check_nonsense(void)
{
	expect_death(ve_in8, 30, 0x3F8000A, 1, 0,
		     "#VE: port I/O of what size? 0x3f8000a");
	expect_death(ve_in8, 13, 0, 2, 0, "#VE: unexpected exit reason 0xd");
	expect_death(ve_in8, 28, 0, 3, 0, "#VE: unexpected exit reason 0x1c");
	/* A self-IPI with a reserved vector: it has no length. */
	expect_death(ve_in8, 56, 0x3F0, 0, 0,
		     "#VE: unexpected exit reason 0x38");
	expect_death(ve_mmio_load32, 48, 0x81, 0, DEVICE,
		     "#VE on private memory: private GPA 0x1010");
	expect_death(ve_mmio_load32, 48, 0x81, 0, SHARED | 0x2010,
		     "MMIO: decoded address is not that of 0xffff800000001010");
	expect_death(ve_mmio_load32, 48, 0x01, 0, SHARED | 0x14,
		     "MMIO: decoded address is not that of 0xffff800000001010");
	gla_error = (uint64_t)-4;
	expect_death(ve_mmio_load32, 48, 0x81, 0, SHARED | (DEVICE + 4),
		     "MMIO: decoded offset is not that of 0x800000001014");
	gla_error = 0;
	expect_death(ve_ins8, 30, 0x3F80010, 1, 0,
		     "#VE: string I/O decoded wrong: 0x3f80010");
	expect_death(ve_ins8, 30, 0x3F80018, 2, 0,
		     "#VE: string I/O decoded wrong: 0x3f80018");
	expect_death(ve_ins8, 30, 0x3F80019, 1, 0,
		     "#VE: string I/O decoded wrong: 0x3f80019");
	td.ve_flags = 0;
	for (uint32_t length = 16; length < 18; length++) {
		struct ve_registers regs = start(0x40000000, 0, 0);

		expect_true(!run(ve_cpuid, &regs, 10, 0, length, 0),
			    "instruction length");
		expect_true(!strncmp(fatal_text, "#VE: instruction length", 23),
			    fatal_text);
	}
}

static unsigned int debug_exceptions;
static uint64_t debug_rip;

static void on_debug(struct trap_frame *frame)
{
	debug_exceptions++;
	debug_rip = frame->rip;
	expect_true(!(frame->rflags & BIT(16)), "#DB without RF");
	/* The process itself must not go on stepping. */
	frame->rflags &= ~BIT(8);
}

/* INS and OUTS reach memory from within the handler alone. */
static void check_misplaced(void)
{
	static const char text[] = "#VE: instruction not emulated: 0x6c";
	struct ve_registers regs = start(0, 0, 0x3F8);

	td.calls = 0;
	expect_true(!run(ve_ins8, &regs, 48, 0x81, 0, SHARED | DEVICE), text);
	expect_true(!strncmp(fatal_text, text, strlen(text)), fatal_text);
	expect_u64(td.calls, 0, text);
}

/* Strings too go to the host's own ports alone; there is a clock at 0x71. */
static void check_string_ports(void)
{
	uint8_t byte = 0x5A;
	struct ve_registers regs = start(0, 0, 0x71);

	td.calls = 0;
	regs.rdi = (uintptr_t)&byte;
	expect_true(run(ve_ins8, &regs, 30, 0x710018, 1, 0), "INS");
	expect_u64(byte, 0xFF, "INS from a port that is refused");
	regs.rsi = (uintptr_t)&byte;
	expect_true(run(ve_outs8, &regs, 30, 0x710010, 1, 0), "OUTS");
	expect_u64(td.calls, 0, "strings at a port that is refused");
}

/* Also far behind the end of the table, where its memory has other bits. */
static void check_port_table(void)
{
	for (uint32_t port = 0; port < 0x10000; port += 1 + port / 0x1000) {
		struct ve_registers regs = start(0, 0, port);

		td.calls = 0;
		run(ve_in8, &regs, 30, (uint64_t)port << 16 | 8, 1, 0);
		expect_u64(td.calls, trust_may_use_port((uint16_t)port, 1),
			   "IN allowed");
	}
}

/* With TF set, #DB follows the instruction that was emulated. */
static void check_single_step(void)
{
	struct ve_registers regs = start(0x40000000, 0, 0);

	trap_set_handler(TRAP_DB, on_debug);
	td.ve_flags = 0x100;
	td.dr6 = 0;
	run(ve_cpuid, &regs, 10, 0, 2, 0);
	td.ve_flags = BIT(16);
	expect_u64(debug_exceptions, 1, "#DB after CPUID");
	expect_u64(debug_rip, ve_case_code(ve_cpuid) + 2, "#DB at the next");
	expect_u64(td.dr6, BIT(14), "DR6.BS");
}

static void check_hlt(void)
{
	struct ve_registers regs = start(0, 0, 0);

	td.sti_end = 0;
	td.interrupts = false;
	run(ve_hlt, &regs, 12, 0, 1, 0);
	/* A process always has IF = 1. */
	expect_true(td.is_after_sti, "HLT: STI right before TDCALL");
	expect_u64(td.mask, 0xC00, "HLT mask");
	expect_true(!td.interrupts, "HLT: interrupts off until IRETQ");
}

/* The upper half of R10 is for those who want it: the length is the lower. */
static void check_information(void)
{
	static const struct {
		const struct ve_case *what;
		uint64_t reason, qualification;
		uint32_t length;
	} cases[] = {
		{ ve_cpuid, 10, 0, 2 },
		{ ve_rdmsr, 31, 0, 2 },
		{ ve_wrmsr, 32, 0, 2 },
		{ ve_in8, 30, 0x3F80008, 1 },
		{ ve_out8, 30, 0x3F80000, 1 },
		{ ve_hlt, 12, 0, 1 },
		{ ve_ins8, 30, 0x3F80018, 1 },
	};

	information = 0x80000001;
	for (unsigned int i = 0; i < 2 * ARRAY_SIZE(cases); i++) {
		const unsigned int n = i % ARRAY_SIZE(cases);
		/* CPUID: asked of the host, and answered here. */
		struct ve_registers regs =
			start(i == n ? 0x40000000 : 2, 0x830, 0x3F8);
		uint64_t byte;

		regs.rdi = (uintptr_t)&byte;
		expect_true(run(cases[n].what, &regs, cases[n].reason,
				cases[n].qualification, cases[n].length, 0),
			    "instruction information");
	}
	information = 0;
}

int main(void)
{
	run_init();
	for (uint64_t extra = 0; extra <= BIT(26); extra += BIT(26)) {
		check_cpuid(extra);
		check_io(extra);
		check_msr(extra);
		check_msr_table(extra);
	}
	check_other_msrs();
	check_information();
	check_nonsense();
	check_misplaced();
	check_port_table();
	check_string_ports();
	check_single_step();
	check_hlt();
	return expect_result("ve");
}
