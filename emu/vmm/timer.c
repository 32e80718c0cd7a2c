/* SPDX-License-Identifier: MIT */
/*
 * The timer of a vCPU's local APIC in its three modes (SDM, APIC Timer; KVM's
 * choices where that leaves any). QEMU's APIC has one timer for each CPU and
 * no deadline mode; it rings, with a vector of the emulator's, at whatever
 * comes first: the guest's interrupt, the end of a slice (run.c), a quote.
 * What it rang for is found out then, by the TSC.
 */
#include "emu/vmm/timer.h"

#include "emu/boot/cpu.h"
#include "emu/lies/lies.h"
#include "emu/module/td_params.h"

#define NSEC_PER_SEC UINT64_C(1000000000)
#define NSEC_PER_COUNT (NSEC_PER_SEC / TDX_CRYSTAL_HZ)
/* KVM's min_timer_period_us. */
#define PERIOD_MIN_NSEC 200000
#define DELAY_MAX BIT(62)

#define LVT_PERIODIC BIT(17)
#define LVT_DEADLINE BIT(18)
#define FIRST_VECTOR 16

static struct timer {
	uint32_t lvt;
	uint32_t initial_count;
	uint32_t divide;
	uint64_t deadline;	/* by the guest's TSC */
	uint64_t expiry;	/* by this CPU's; 0: not armed */
	bool has_been_used;
} timers[VMM_MAX_VCPUS];

/* From this CPU's TSC to the guest's. */
static uint64_t tsc_offset;

static struct timer *timer_of(const struct vmm_vcpu *vcpu)
{
	return &timers[vcpu->index];
}

bool vmm_has_timer(const struct vmm_vcpu *vcpu)
{
	return timer_of(vcpu)->has_been_used;
}

void timer_attach(const struct vmm_vcpu *vcpu)
{
	timer_of(vcpu)->lvt = (uint32_t)TIMER_LVT_MASKED;
	vmm_td_expect(tdh_vp_rd(vcpu->tdvpr, TDVPS_TSC_OFFSET, &tsc_offset),
		      "TDH.VP.RD");
}

/* Of hz * 2^32 at most, which is more than any count can be. */
static uint64_t convert(uint64_t value, uint64_t from_hz, uint64_t to_hz)
{
	return value / from_hz * to_hz + value % from_hz * to_hz / from_hz;
}

/* For what comes first. A second at most: whoever wants more looks again. */
static void set_alarm(const struct timer *timer)
{
	/* Each may be 0, for never. */
	const uint64_t quote = vmm_quotes_due();
	const uint64_t first = min_u64(timer->expiry - 1, quote - 1) + 1;
	const uint64_t hz = vmm_tsc_hz();
	const uint64_t now = cpu_rdtsc();
	const uint64_t wait = first > now ? min_u64(first - now, hz) : 0;

	if (first)
		vmm_lapic_start_tick(max_u64(convert(wait, hz, NSEC_PER_SEC),
					     1));
}

void timer_look_again(const struct vmm_vcpu *vcpu)
{
	set_alarm(timer_of(vcpu));
}

static void arm(struct timer *timer, uint64_t delay)
{
	delay = lies_change_timer(min_u64(delay, DELAY_MAX));
	timer->expiry = cpu_rdtsc() + max_u64(delay, 1);
	set_alarm(timer);
}

static void disarm(struct timer *timer)
{
	timer->deadline = 0;
	timer->expiry = 0;
	vmm_lapic_start_tick(0);
	set_alarm(timer);
}

static unsigned int divide_shift(const struct timer *timer)
{
	return (((timer->divide & 3) | (timer->divide >> 1 & 4)) + 1) & 7;
}

static uint64_t ticks_of(const struct timer *timer, uint64_t count)
{
	return convert((count * NSEC_PER_COUNT) << divide_shift(timer),
		       NSEC_PER_SEC, vmm_tsc_hz());
}

uint32_t timer_current_count(const struct vmm_vcpu *vcpu)
{
	const struct timer *timer = timer_of(vcpu);
	const uint64_t now = cpu_rdtsc();
	uint64_t left;

	if (timer->lvt & LVT_DEADLINE || timer->expiry <= now)
		return 0;
	left = convert(timer->expiry - now, vmm_tsc_hz(), NSEC_PER_SEC);
	return (uint32_t)min_u64((left / NSEC_PER_COUNT) >>
					 divide_shift(timer),
				 timer->initial_count);
}

uint32_t timer_lvt(const struct vmm_vcpu *vcpu)
{
	return timer_of(vcpu)->lvt;
}

uint32_t timer_initial_count(const struct vmm_vcpu *vcpu)
{
	return timer_of(vcpu)->initial_count;
}

uint32_t timer_divide(const struct vmm_vcpu *vcpu)
{
	return timer_of(vcpu)->divide;
}

uint64_t timer_deadline(const struct vmm_vcpu *vcpu)
{
	const uint64_t deadline = timer_of(vcpu)->deadline;

	return deadline > cpu_rdtsc() + tsc_offset ? deadline : 0;
}

void timer_write_lvt(struct vmm_vcpu *vcpu, uint32_t value)
{
	struct timer *timer = timer_of(vcpu);
	const bool is_other_mode = (timer->lvt ^ value) & LVT_DEADLINE;

	timer->has_been_used = true;
	timer->lvt = value & TIMER_LVT_BITS;
	if (is_other_mode) {
		timer->initial_count = 0;
		disarm(timer);
	}
}

void timer_write_initial_count(struct vmm_vcpu *vcpu, uint32_t count)
{
	struct timer *timer = timer_of(vcpu);

	timer->has_been_used = true;
	if (timer->lvt & LVT_DEADLINE)
		return;
	timer->initial_count = count;
	if (count)
		arm(timer, ticks_of(timer, count));
	else
		disarm(timer);
}

/* What was left to be counted still is, by the new step. */
void timer_write_divide(struct vmm_vcpu *vcpu, uint32_t value)
{
	struct timer *timer = timer_of(vcpu);
	const uint32_t left = timer_current_count(vcpu);

	timer->divide = value & 0xb;
	if (left)
		arm(timer, ticks_of(timer, left));
}

void timer_write_deadline(struct vmm_vcpu *vcpu, uint64_t deadline)
{
	struct timer *timer = timer_of(vcpu);
	const uint64_t now = cpu_rdtsc() + tsc_offset;

	timer->has_been_used = true;
	if (!(timer->lvt & LVT_DEADLINE))
		return;
	timer->deadline = deadline;
	if (deadline)
		arm(timer, deadline > now ? deadline - now : 1);
	else
		disarm(timer);
}

static uint64_t next_expiry(const struct timer *timer)
{
	const uint64_t least = convert(PERIOD_MIN_NSEC, NSEC_PER_SEC,
				       vmm_tsc_hz());

	if ((timer->lvt & (LVT_DEADLINE | LVT_PERIODIC)) != LVT_PERIODIC)
		return 0;
	return max_u64(timer->expiry +
			       max_u64(ticks_of(timer, timer->initial_count),
				       least), cpu_rdtsc());
}

static void expire(struct vmm_vcpu *vcpu, struct timer *timer)
{
	const unsigned int vector = timer->lvt & 0xff;

	timer->expiry = next_expiry(timer);
	if (timer->lvt & TIMER_LVT_MASKED || vector < FIRST_VECTOR ||
	    lies_lose_timer() || vmm_window_takes_timer(vcpu))
		return;
	vmm_x2apic_post(vcpu, vector);
}

void timer_rings(struct vmm_vcpu *vcpu)
{
	struct timer *timer = timer_of(vcpu);

	if (timer->expiry && cpu_rdtsc() >= timer->expiry)
		expire(vcpu, timer);
	vmm_quotes_run();
	set_alarm(timer);
}
