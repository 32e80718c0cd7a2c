/* SPDX-License-Identifier: MIT */
/*
 * emu/vmm/x2apic and timer: whom an ICR means among four vCPUs (SDM, Logical
 * x2APIC Mode Destination), the timer by a clock that the test sets, and the
 * lock around all that an interrupt does. The real APIC, the CPU and the rest
 * of the host half are the test's.
 *
 * Links:
 */
#include "tests/unit/expect.h"

#include "lib/types.h"

/* In place of emu/boot/cpu.h, stack.h and emu/vmm/lapic.h. */
#define EMU_BOOT_CPU_H
#define EMU_BOOT_STACK_H
#define EMU_VMM_LAPIC_H
#define STACK_CPUS 4

static uint64_t tsc = 1000000000;
static unsigned int this_cpu;
static unsigned int real_apic[0x400 / 4];

static inline uint64_t cpu_rdtsc(void)
{
	return tsc;
}

static inline void cpu_pause(void)
{
	abort(); /* it waits for a lock that nobody gives up */
}

static inline unsigned int cpu_number(void)
{
	return this_cpu;
}

#define APIC_VERSION 0x030
#define APIC_EOI 0x0b0
#define APIC_ISR 0x100
#define APIC_LVT_MASKED BIT(16)

static inline volatile uint32_t *apic(unsigned int offset)
{
	return &real_apic[offset / 4];
}

/* The files under test. */
#include "emu/vmm/timer.c"
#include "emu/vmm/x2apic.c"

#define HZ UINT64_C(2100000000)
#define OFFSET UINT64_C(0xfffffffffff00000)
#define VECTOR 0x51
#define DEADLINE 0x40000
#define PERIODIC 0x20000
#define MASKED 0x10000

struct vmm_config vmm_config = { .num_vcpus = 4 };
struct vmm_vcpu vmm_vcpus[VMM_MAX_VCPUS];
uint32_t emu_is_locked;

static unsigned int nmis;	/* a bit for each vCPU */
static uint64_t rings_at;	/* 0: not at all */
static uint64_t quote_due;

paddr_t memory_pa(const void *object)
{
	return (uintptr_t)object;
}

uint64_t tdh_vp_wr(paddr_t tdvpr, uint64_t field, uint64_t value,
		   uint64_t mask)
{
	(void)tdvpr, (void)field, (void)value, (void)mask;
	return 0;
}

uint64_t tdh_vp_rd(paddr_t tdvpr, uint64_t field, uint64_t *value)
{
	(void)tdvpr, (void)field;
	*value = OFFSET;
	return 0;
}

void vmm_td_expect(uint64_t status, const char *leaf)
{
	expect_u64(status, 0, leaf);
}

void vmm_nmi_send(struct vmm_vcpu *vcpu)
{
	nmis |= 1U << vcpu->index;
}

void vmm_kick(const struct vmm_vcpu *vcpu)
{
	(void)vcpu;
}

void vmm_sleep(struct vmm_vcpu *vcpu)
{
	(void)vcpu;
}

void vmm_window_halt(struct vmm_vcpu *vcpu)
{
	(void)vcpu;
}

bool vmm_window_takes_timer(struct vmm_vcpu *vcpu)
{
	(void)vcpu;
	return false;
}

bool lies_lose_interrupt(void)
{
	return false;
}

bool lies_lose_timer(void)
{
	return false;
}

uint64_t lies_change_timer(uint64_t delay)
{
	return delay;
}

uint64_t vmm_tsc_hz(void)
{
	return HZ;
}

/* Interrupts do all under the lock. */
void vmm_lapic_start_tick(uint64_t nanoseconds)
{
	expect_u64(emu_is_locked, 1, "the real timer, with the lock");
	expect_true(nanoseconds <= UINT32_MAX, "a count of 32 bits");
	rings_at = nanoseconds ? tsc + nanoseconds * (HZ / 1000000) / 1000 : 0;
}

uint64_t vmm_quotes_due(void)
{
	return quote_due;
}

void vmm_quotes_run(void)
{
	if (tsc >= quote_due)
		quote_due = 0;
}

/* The vCPUs that were sent a vector since the last call. */
static unsigned int taken(unsigned int vector)
{
	unsigned int who = 0;

	for (unsigned int i = 0; i < VMM_MAX_VCPUS; i++) {
		uint64_t *word = &x2apics[i].posted.requests[vector / 64];

		if (*word & BIT(vector % 64))
			who |= 1U << i;
		*word &= ~BIT(vector % 64);
	}
	return who;
}

/* An interrupt of the real APIC, in a sleep or while the CPU has the lock. */
static void interrupt(unsigned int vector, bool is_asleep)
{
	real_apic[(APIC_ISR + vector / 32 * 16) / 4] |= 1U << (vector % 32);
	real_apic[APIC_EOI / 4] = 1;
	vmm_vcpus[this_cpu].is_asleep = is_asleep;
	emu_is_locked = !is_asleep;
	vmm_interrupt(vector);
	expect_u64(emu_is_locked, !is_asleep, "the lock is as it was");
	emu_is_locked = 1;
	expect_u64(real_apic[APIC_EOI / 4], 0, "EOI");
	real_apic[(APIC_ISR + vector / 32 * 16) / 4] = 0;
}

/* So much later, with all that the real timer rings for meanwhile. */
static void pass(uint64_t ticks)
{
	const uint64_t end = tsc + ticks;

	while (rings_at && rings_at <= end) {
		tsc = rings_at;
		rings_at = 0;
		interrupt(TRAP_VECTOR_TICK, false);
	}
	tsc = end;
}

static void set(uint32_t msr, uint64_t value)
{
	expect_true(vmm_x2apic_write(&vmm_vcpus[this_cpu], msr, value), "set");
}

static uint64_t get(uint32_t msr)
{
	uint64_t value = 0;

	expect_true(vmm_x2apic_read(&vmm_vcpus[this_cpu], msr, &value), "get");
	return value;
}

static void check_destinations(void)
{
	static const struct {
		const char *what;
		unsigned int sender;
		uint64_t icr;
		unsigned int want;
	} rows[] = {
		{ "physical 0", 2, 0, 1 },
		{ "physical 3", 2, UINT64_C(3) << 32, 8 },
		{ "physical 4, nobody", 2, UINT64_C(4) << 32, 0 },
		{ "physical 0xff, nobody", 2, UINT64_C(0xff) << 32, 0 },
		{ "broadcast", 2, UINT64_C(0xffffffff) << 32, 15 },
		{ "self", 2, 1 << 18 | UINT64_C(3) << 32, 4 },
		{ "all", 2, 2 << 18, 15 },
		{ "all but self", 2, 3 << 18, 11 },
		{ "logical, two", 1, 1 << 11 | UINT64_C(0x6) << 32, 6 },
		{ "logical, none", 1, 1 << 11, 0 },
		{ "logical, cluster 1", 1, 1 << 11 | UINT64_C(0x1000f) << 32,
		  0 },
		{ "logical, all", 1, 1 << 11 | UINT64_C(0xffffffff) << 32, 15 },
		{ "lowest of all", 1, 1 << 8 | 2 << 18, 1 },
		{ "lowest of two", 1,
		  1 << 8 | 1 << 11 | UINT64_C(0xc) << 32, 4 },
		{ "SMI", 0, 2 << 8 | 2 << 18, 0 },
		{ "INIT", 0, 5 << 8 | 2 << 18, 0 },
		{ "SIPI", 0, 6 << 8 | 2 << 18, 0 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		this_cpu = rows[i].sender;
		set(0x830, rows[i].icr | VECTOR);
		expect_u64(taken(VECTOR), rows[i].want, rows[i].what);
		expect_u64(get(0x830), rows[i].icr | VECTOR, "reads back");
	}
	set(0x830, 4 << 8 | 3 << 18);
	expect_u64(nmis, 14, "NMI to all but self");
	set(0x830, 2 << 18 | 15);
	expect_u64(taken(15), 0, "no vector below 16");
	set(0x830, 2 << 18 | 16);
	expect_u64(taken(16), 15, "but 16");
}

static void check_deadline(void)
{
	this_cpu = 1;
	set(0x832, DEADLINE | VECTOR);
	set(0x6e0, tsc + OFFSET + HZ / 1000);
	pass(HZ / 1000 - 10);
	expect_u64(taken(VECTOR), 0, "not yet");
	expect_u64(get(0x6e0), tsc + OFFSET + 10, "deadline");
	pass(20);
	expect_u64(taken(VECTOR), 2, "now");
	expect_u64(get(0x6e0), 0, "has fired");

	/* An hour: more than the real timer can. */
	set(0x6e0, tsc + OFFSET + 3600 * HZ);
	pass(3599 * HZ);
	expect_u64(taken(VECTOR), 0, "not for 3599 seconds");
	pass(HZ + 10);
	expect_u64(taken(VECTOR), 2, "after an hour");

	set(0x6e0, UINT64_MAX);
	pass(100 * HZ);
	expect_u64(taken(VECTOR), 0, "never");
	set(0x6e0, 0);
	expect_u64(rings_at, 0, "disarmed");
	set(0x832, DEADLINE | MASKED | VECTOR);
	set(0x6e0, 1);
	pass(HZ);
	expect_u64(taken(VECTOR), 0, "masked");
}

static void check_one_shot(void)
{
	static const uint32_t divide[] = { 0xb, 0, 1, 2, 3, 8, 9, 10 };

	set(0x832, VECTOR);
	for (unsigned int shift = 0; shift < 8; shift++) {
		const uint64_t ticks = (HZ / 1000) << shift;

		set(0x83e, divide[shift]);
		set(0x838, 25000);
		pass(ticks / 2);
		expect_true(get(0x839) - 12499 <= 2, "half of it");
		pass(ticks / 2 - 10);
		expect_u64(taken(VECTOR), 0, "not yet");
		pass(20);
		expect_u64(taken(VECTOR), 2, "now");
		expect_u64(get(0x839), 0, "current count");
	}
	set(0x83e, 10);
	set(0x838, UINT32_MAX);
	pass(21990 * HZ);
	expect_u64(taken(VECTOR), 0, "not for six hours");
	pass(HZ);
	expect_u64(taken(VECTOR), 2, "the longest");
}

static void check_periodic(void)
{
	unsigned int count = 0;

	set(0x83e, 0xb);
	set(0x832, PERIODIC | VECTOR);
	set(0x838, 25000);
	for (unsigned int i = 0; i < 100; i++) {
		pass(HZ / 1000);
		count += taken(VECTOR) == 2;
	}
	expect_u64(count, 100, "once a millisecond");
	set(0x838, 1);
	count = 0;
	for (unsigned int i = 0; i < 1000; i++) {
		pass(HZ / 100000);
		count += taken(VECTOR) == 2;
	}
	expect_true(count - 49 <= 3, "not more often than every 200 us");
	set(0x838, 0);
	expect_u64(rings_at, 0, "stopped");
}

/* The real timer rings for a quote, too, whatever the guest's does. */
static void check_quotes(void)
{
	set(0x832, DEADLINE | VECTOR);
	quote_due = tsc + HZ / 50;
	timer_look_again(&vmm_vcpus[1]);
	set(0x6e0, tsc + OFFSET + HZ);
	pass(HZ / 50 + 10);
	expect_u64(quote_due, 0, "answered");
	expect_u64(taken(VECTOR), 0, "not the guest's interrupt");
	pass(HZ);
	expect_u64(taken(VECTOR), 2, "which comes too");
	quote_due = tsc + HZ / 50;
	timer_look_again(&vmm_vcpus[1]);
	set(0x6e0, 0);
	pass(HZ);
	expect_u64(quote_due, 0, "answered although the timer was stopped");
}

static void check_interrupts(void)
{
	this_cpu = 3;
	for (unsigned int is_asleep = 0; is_asleep < 2; is_asleep++) {
		interrupt(0x20, is_asleep);
		expect_u64(taken(0x20), 8, "a device's");
		interrupt(0xff, is_asleep);
		expect_u64(taken(0xff), 8, "the highest");
		interrupt(TRAP_VECTOR_KICK, is_asleep);
		expect_u64(taken(TRAP_VECTOR_KICK), 0, "a kick is nobody's");
		interrupt(TRAP_VECTOR_TICK, is_asleep);
		expect_u64(taken(TRAP_VECTOR_TICK), 0, "nor is a tick");
	}
	vmm_vcpus[this_cpu].is_asleep = false;
	real_apic[APIC_EOI / 4] = 1;
	vmm_interrupt(0x20);
	expect_u64(taken(0x20), 0, "not in service");
	expect_u64(real_apic[APIC_EOI / 4], 1, "so no EOI");
}

int main(void)
{
	emu_is_locked = 1;
	for (unsigned int i = 0; i < VMM_MAX_VCPUS; i++) {
		vmm_vcpus[i].index = i;
		this_cpu = i;
		vmm_x2apic_attach(&vmm_vcpus[i]);
		set(0x80f, 0x1ff);
		expect_u64(get(0x80d), 1U << i, "LDR");
	}
	check_destinations();
	check_deadline();
	check_one_shot();
	check_periodic();
	check_quotes();
	check_interrupts();
	return expect_result("x2apic");
}
