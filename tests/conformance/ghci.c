/* SPDX-License-Identifier: MIT */
/*
 * What the host returns from the leaves that stand for instructions: CPUID,
 * HLT, IO, RDMSR and MMIO; GetTdVmCallInfo. The sections of the reference are
 * named after them.
 * options: --irq-window
 */
#include "tests/conformance/lib/rule.h"
#include "tests/conformance/spec.h"
#include "tests/guest/nmi_window.h"

#define IPI_VECTOR 0x52
#define TIMER_VECTOR 0x53
/* Of a device that keeps what is written. */
#define SCRATCH UINT64_C(0xFED1C100)

/* Instruction.CPUID. */
static struct trial call_cpuid(uint64_t leaf, uint64_t subleaf)
{
	struct trial trial = { 0 };

	expect("R10", vmcall(&trial, VMCALL_CPUID, leaf, subleaf, 0), 0);
	for (unsigned int i = R12; i <= R15; i++)
		expect("upper half", trial.gpr[i] >> 32, 0);
	return trial;
}

static void cpuid_signature(void)
{
	struct trial trial = call_cpuid(0x40000000, 0);

	expect_true("leaf 0x40000001 exists", trial.gpr[R12] >= 0x40000001);
	expect("EBX", trial.gpr[R13], 0x4B4D564B);
	expect("ECX", trial.gpr[R14], 0x564B4D56);
	expect("EDX", trial.gpr[R15], 0x4D);
}

/* Hypervisor CPUID leaves: kvmclock, async PF, steal time and others off. */
static void cpuid_kvm_features(void)
{
	struct trial trial = call_cpuid(0x40000001, 0);

	expect("EAX", trial.gpr[R12] & (BIT(0) | BIT(3) | BIT(4) | BIT(5) |
					BIT(6) | BIT(14) | BIT(17)), 0);
}

static void cpuid_0xb_x2apic_id(void)
{
	expect("EDX", call_cpuid(0xB, 0).gpr[R15], 0);
	expect("EDX, garbage in ECX",
	       call_cpuid(0xB, 0xDEADBEEF).gpr[R15], 0);
}

static void cpuid_low_32_bits_used(void)
{
	struct trial trial = call_cpuid(0xFFFFFFFF40000000,
					0xFFFFFFFF00000000);

	expect("EBX", trial.gpr[R13], 0x4B4D564B);
}

static void cpuid_r11_kept(void)
{
	expect("R11", call_cpuid(0x40000000, 0).gpr[R11], VMCALL_CPUID);
}

static void cpuid_any_leaf(void)
{
	call_cpuid(0, 0);
	call_cpuid(2, 0);
	call_cpuid(0x1F, 1);
	call_cpuid(0x80000008, 0);
	call_cpuid(0xDEAD0000, 0);
}

/* Instruction.IO: the CMOS keeps a byte. */
static uint64_t io_read(uint64_t port, uint64_t size)
{
	struct trial trial = { 0 };

	expect("R10", vmcall(&trial, VMCALL_IO, size, 0, port), 0);
	return trial.gpr[R11];
}

static struct trial io_write(uint64_t port, uint64_t size, uint64_t value)
{
	struct trial trial = { 0 };

	trial.gpr[R15] = value;
	expect("R10", vmcall(&trial, VMCALL_IO, size, 1, port), 0);
	return trial;
}

static void io_round_trip(void)
{
	io_write(0x70, 1, 0x4E);
	io_write(0x71, 1, 0xA5);
	expect("R11", io_read(0x71, 1), 0xA5);
	io_write(0x71, 1, 0x5A);
	expect("R11", io_read(0x71, 1), 0x5A);
}

static void io_write_masked(void)
{
	io_write(0x70, 1, 0xFFFFFFFFFFFFFF4E);
	io_write(0x71, 1, 0x1FF);
	expect("R11", io_read(0x71, 1), 0xFF);
	io_write(0x71, 1, 0xFFFFFFFFFFFFFF00);
	expect("R11", io_read(0x71, 1), 0);
}

static void io_port_16_bits(void)
{
	io_write(0x70, 1, 0x4E);
	io_write(0x71, 1, 0x3C);
	expect("R11", io_read(0xABCD0071, 1), 0x3C);
}

static void io_read_zero_extended(void)
{
	expect("1 byte", io_read(0x71, 1) >> 8, 0);
	expect("2 bytes", io_read(0xFFF0, 2), 0xFFFF);
	expect("4 bytes", io_read(0xFFF0, 4), 0xFFFFFFFF);
}

static void io_write_keeps_r11(void)
{
	struct trial trial = io_write(0x80, 1, 0);

	expect("R11", trial.gpr[R11], VMCALL_IO);
	expect("R12", trial.gpr[R12], 1);
	expect("R13", trial.gpr[R13], 1);
	expect("R14", trial.gpr[R14], 0x80);
}

/* Instruction.RDMSR, KVM's values for a TD. */
static void check_rdmsr(uint32_t msr, uint64_t want)
{
	struct trial trial = { 0 };

	expect("R10", vmcall(&trial, VMCALL_RDMSR, msr, 0, 0), 0);
	expect("R11", trial.gpr[R11], want);
}

static void rdmsr_apic_base(void)
{
	check_rdmsr(0x1B, 0xFEE00D00);
}

static void rdmsr_feat_ctl(void)
{
	check_rdmsr(0x3A, 1);
}

static void rdmsr_x2apic_id(void)
{
	check_rdmsr(X2APIC_ID, 0);
}

static void rdmsr_mtrrcap(void)
{
	check_rdmsr(0xFE, 0x508);
}

/* KVM keeps them for the guest, and uses them for nothing. */
static void wrmsr_is_kept(void)
{
	static const uint32_t msrs[] = { 0x200, 0x20F, 0x250, 0x259, 0x268,
					 0x26F, 0x277, 0x2FF, 0x1FC };

	for (size_t i = 0; i < ARRAY_SIZE(msrs); i++) {
		struct trial trial = { 0 };
		uint64_t old;

		expect("R10", vmcall(&trial, VMCALL_RDMSR, msrs[i], 0, 0), 0);
		old = trial.gpr[R11];
		expect("R10", vmcall(&trial, VMCALL_WRMSR, msrs[i], 6, 0), 0);
		check_rdmsr(msrs[i], 6);
		expect("R10", vmcall(&trial, VMCALL_WRMSR, msrs[i], old, 0),
		       0);
		check_rdmsr(msrs[i], old);
	}
}

/* #VE.RequestMMIO. */
static uint64_t mmio_read(uint64_t gpa, uint64_t size)
{
	struct trial trial = { 0 };

	expect("R10", vmcall(&trial, VMCALL_MMIO, size, 0, gpa | shared_bit),
	       0);
	return trial.gpr[R11];
}

static void mmio_write(uint64_t gpa, uint64_t size, uint64_t value)
{
	struct trial trial = { 0 };

	trial.gpr[R15] = value;
	expect("R10", vmcall(&trial, VMCALL_MMIO, size, 1, gpa | shared_bit),
	       0);
}

static void mmio_sizes(void)
{
	mmio_write(SCRATCH, 8, 0x8877665544332211);
	expect("8 bytes", mmio_read(SCRATCH, 8), 0x8877665544332211);
	expect("4 bytes", mmio_read(SCRATCH + 4, 4), 0x88776655);
	expect("2 bytes", mmio_read(SCRATCH + 6, 2), 0x8877);
	expect("1 byte", mmio_read(SCRATCH + 3, 1), 0x44);
}

static void mmio_write_masked(void)
{
	mmio_write(SCRATCH, 8, 0);
	mmio_write(SCRATCH, 2, 0xFFFFFFFFFFFFA5A5);
	expect("8 bytes", mmio_read(SCRATCH, 8), 0xA5A5);
}

static void mmio_first_byte_private(void)
{
	struct trial trial = { 0 };

	expect("R10", vmcall(&trial, VMCALL_MMIO, 2, 0, shared_bit - 1),
	       VMCALL_INVALID_OPERAND);
}

static void mmio_last_byte_beyond(void)
{
	struct trial trial = { 0 };

	expect("R10", vmcall(&trial, VMCALL_MMIO, 2, 0, 2 * shared_bit - 1),
	       VMCALL_INVALID_OPERAND);
}

/* GetTdVmCallInfo. */
static void info_leaf_0(void)
{
	struct trial trial;

	trial_fill(&trial);
	expect("R10", vmcall(&trial, VMCALL_INFO, 0, 5, 6), 0);
	for (unsigned int i = R11; i <= R14; i++)
		expect("R11 to R14", trial.gpr[i], 0);
}

static void info_leaf_1(void)
{
	struct trial trial;
	struct trial notify = { 0 };
	uint64_t has_notify;

	trial_fill(&trial);
	expect("R10", vmcall(&trial, VMCALL_INFO, 1, 5, 6), 0);
	expect("R13", trial.gpr[R13], 0);
	expect("R14", trial.gpr[R14], 0);
	has_notify = vmcall(&notify, VMCALL_EVENT_NOTIFY, 0x40, 0, 0) == 0;
	expect("R11, SetupEventNotifyInterrupt", trial.gpr[R11] >> 1 & 1,
	       has_notify);
}

/* Instruction.HLT: a pending interrupt ends it although IF = 0. */
static void hlt_pending_wakes(void)
{
	struct trial trial = { 0 };

	expect("WRMSR", trial_wrmsr(X2APIC_SELF_IPI, IPI_VECTOR), COMPLETED);
	expect("R10", vmcall(&trial, VMCALL_HLT, 0, 0, 0), 0);
	expect("RAX", trial.gpr[RAX], 0);
	expect("R11", trial.gpr[R11], VMCALL_HLT);
	/* It is still there. */
	trial.rflags = FLAG_IF;
	trial_run(&trial, CODE("\x90"));
	expect("vector", trial.vector, IPI_VECTOR);
	expect("EOI", trial_wrmsr(X2APIC_EOI, 0), COMPLETED);
}

/* R12: any value but 0 says that interrupts are blocked. An NMI, in place of
 * the timer's interrupt, ends that halt, and the other interrupt does not. */
static void hlt_blocked(void)
{
	static const uint64_t blocked[] = { 1, 2, BIT(32), BIT(63) };

	for (size_t i = 0; i < ARRAY_SIZE(blocked); i++) {
		struct trial trial = { 0 };

		expect("WRMSR", trial_wrmsr(X2APIC_SELF_IPI, IPI_VECTOR),
		       COMPLETED);
		expect("R10", vmcall(&trial, VMCALL_WRMSR, X2APIC_LVT_TIMER,
				     BIT(18) | TIMER_VECTOR, 0), 0);
		io_write(NMI_WINDOW_PORT, 4, NMI_WINDOW_VECTOR);
		expect("R10", vmcall(&trial, VMCALL_WRMSR, 0x6E0,
				     cpu_rdtsc() + 2500000, 0), 0);
		trial = (struct trial){ 0 };
		trial.gpr[RAX] = TDG_VP_VMCALL;
		trial.gpr[RCX] = 0x1C00;
		trial.gpr[R11] = VMCALL_HLT;
		trial.gpr[R12] = blocked[i];
		trial_run(&trial, CODE(TDCALL "\x90\x90"));
		expect("ended by", trial.vector, VECTOR_NMI);
		trial = (struct trial){ .rflags = FLAG_IF };
		trial_run(&trial, CODE("\x90"));
		expect("vector", trial.vector, IPI_VECTOR);
		expect("EOI", trial_wrmsr(X2APIC_EOI, 0), COMPLETED);
	}
}

static void hlt_timer_wakes(void)
{
	struct trial trial = { 0 };
	struct trial call = { 0 };
	uint64_t deadline;

	expect("R10", vmcall(&trial, VMCALL_WRMSR, X2APIC_LVT_TIMER,
			     BIT(18) | IPI_VECTOR, 0), 0);
	deadline = cpu_rdtsc() + 2500000;
	expect("R10", vmcall(&trial, VMCALL_WRMSR, 0x6E0, deadline, 0), 0);
	/* It may end early, but not for ever. */
	for (int i = 0; i < 1000 && cpu_rdtsc() < deadline; i++)
		expect("R10", vmcall(&call, VMCALL_HLT, 0, 0, 0), 0);
	trial.rflags = FLAG_IF;
	trial_run(&trial, CODE("\xF3\x90\xEB\xFC")); /* 1: pause; jmp 1b */
	expect("vector", trial.vector, IPI_VECTOR);
	expect("EOI", trial_wrmsr(X2APIC_EOI, 0), COMPLETED);
}

static const struct rule rules[] = {
	{ "ghci.cpuid_signature", cpuid_signature },
	{ "ghci.cpuid_kvm_features", cpuid_kvm_features },
	{ "ghci.cpuid_0xb_x2apic_id", cpuid_0xb_x2apic_id },
	{ "ghci.cpuid_low_32_bits_used", cpuid_low_32_bits_used },
	{ "ghci.cpuid_r11_kept", cpuid_r11_kept },
	{ "ghci.cpuid_any_leaf", cpuid_any_leaf },
	{ "ghci.io_round_trip", io_round_trip },
	{ "ghci.io_write_masked", io_write_masked },
	{ "ghci.io_port_16_bits", io_port_16_bits },
	{ "ghci.io_read_zero_extended", io_read_zero_extended },
	{ "ghci.io_write_keeps_r11", io_write_keeps_r11 },
	{ "ghci.rdmsr_apic_base", rdmsr_apic_base },
	{ "ghci.rdmsr_feat_ctl", rdmsr_feat_ctl },
	{ "ghci.rdmsr_x2apic_id", rdmsr_x2apic_id },
	{ "ghci.rdmsr_mtrrcap", rdmsr_mtrrcap },
	{ "ghci.wrmsr_is_kept", wrmsr_is_kept },
	{ "ghci.mmio_sizes", mmio_sizes },
	{ "ghci.mmio_write_masked", mmio_write_masked },
	{ "ghci.mmio_first_byte_private", mmio_first_byte_private },
	{ "ghci.mmio_last_byte_beyond", mmio_last_byte_beyond },
	{ "ghci.info_leaf_0", info_leaf_0 },
	{ "ghci.info_leaf_1", info_leaf_1 },
	{ "ghci.hlt_pending_wakes", hlt_pending_wakes },
	{ "ghci.hlt_timer_wakes", hlt_timer_wakes },
	{ "ghci.hlt_blocked", hlt_blocked },
};

int main(void)
{
	trial_init();
	RULES_CHECK(rules);
	return rules_verdict();
}
