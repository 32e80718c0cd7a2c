/* SPDX-License-Identifier: MIT */
/*
 * A TD's local APIC in x2APIC mode on top of QEMU's, which under TCG has no
 * x2APIC. Interrupts reach the real APIC with the vectors that the guest gave
 * its devices; the handler posts them to the vCPU, whose module delivers them.
 */
#include "emu/boot/lock.h"
#include "emu/boot/memory.h"
#include "emu/boot/stack.h"
#include "emu/boot/trap.h"
#include "emu/lies/lies.h"
#include "emu/vmm/lapic.h"
#include "emu/vmm/timer.h"
#include "emu/vmm/vmm.h"

#define MSR_TSC_DEADLINE 0x6e0
#define MSR_X2APIC 0x800
#define X2APIC_ID 0x02
#define X2APIC_VERSION 0x03
#define X2APIC_LDR 0x0d
#define X2APIC_SVR 0x0f
#define X2APIC_ESR 0x28
#define X2APIC_ICR 0x30
#define X2APIC_LVT_TIMER 0x32
#define X2APIC_LVT_THERMAL 0x33
#define X2APIC_LVT_PMC 0x34
#define X2APIC_LVT_LINT0 0x35
#define X2APIC_LVT_LINT1 0x36
#define X2APIC_LVT_ERROR 0x37
#define X2APIC_INITIAL_COUNT 0x38
#define X2APIC_CURRENT_COUNT 0x39
#define X2APIC_DIVIDE 0x3e
#define X2APIC_SELF_IPI 0x3f

#define SVR_ENABLED BIT(8)
#define FIRST_GUEST_VECTOR 32
#define ICR_MODE_FIXED 0
#define ICR_MODE_LOWEST 1
#define ICR_MODE_NMI 4
#define ICR_LOGICAL BIT(11)
#define ICR_BUSY BIT(12)
#define ICR_SELF BIT(18)
/* Of the lower half: 31:20, 17:16, 13. */
#define ICR_RESERVED 0xfff32000

/* SDM, Posted-Interrupt Descriptor. */
struct posted_descriptor {
	uint64_t requests[4];
	uint64_t control;
	uint64_t reserved[3];
};
ASSERT_SIZE(struct posted_descriptor, 64);

struct x2apic {
	struct posted_descriptor posted aligned(64);
	/* Registers by x2APIC number that only store what was written. */
	uint32_t stored[0x40];
	uint64_t icr;
};

static struct x2apic x2apics[VMM_MAX_VCPUS];

void vmm_x2apic_attach(struct vmm_vcpu *vcpu)
{
	struct x2apic *x2apic = &x2apics[vcpu->index];

	x2apic->stored[X2APIC_SVR] = 0xff;
	for (unsigned int i = X2APIC_LVT_THERMAL; i <= X2APIC_LVT_ERROR; i++)
		x2apic->stored[i] = (uint32_t)APIC_LVT_MASKED;
	vmm_td_expect(tdh_vp_wr(vcpu->tdvpr, TDVPS_POSTED_INTERRUPT_DESCRIPTOR,
				memory_pa(&x2apic->posted), UINT64_MAX),
		      "TDH.VP.WR");
	timer_attach(vcpu);
}

static void post(struct x2apic *x2apic, unsigned int vector)
{
	__atomic_fetch_or(&x2apic->posted.requests[vector / 64],
			  BIT(vector % 64), __ATOMIC_SEQ_CST);
	__atomic_fetch_or(&x2apic->posted.control, 1, __ATOMIC_SEQ_CST);
}

void vmm_x2apic_post(const struct vmm_vcpu *vcpu, unsigned int vector)
{
	post(&x2apics[vcpu->index], vector);
	vmm_kick(vcpu);
}

static void take_interrupt(struct vmm_vcpu *vcpu, unsigned int vector)
{
	/* A spurious interrupt is not in service and wants no EOI. */
	if (!(*apic(APIC_ISR + vector / 32 * 16) & BIT(vector % 32)))
		return;
	*apic(APIC_EOI) = 0;
	/* A kick did its work by ending a sleep or an entry. */
	if (vector == TRAP_VECTOR_TICK)
		timer_rings(vcpu);
	else if (vector >= FIRST_GUEST_VECTOR && !lies_lose_interrupt())
		post(&x2apics[vcpu->index], vector);
}

/* Interrupts are on in a sleep, and for a moment while this CPU has the lock.
 * The APIC's registers need it (lock.h): an EOI may get lost. */
void vmm_interrupt(unsigned int vector)
{
	struct vmm_vcpu *vcpu = &vmm_vcpus[cpu_number()];

	if (vcpu->is_asleep)
		emu_lock();
	take_interrupt(vcpu, vector);
	if (vcpu->is_asleep)
		emu_unlock();
}

static bool is_destination(const struct vmm_vcpu *sender, unsigned int target,
			   uint64_t icr)
{
	const uint32_t destination = (uint32_t)(icr >> 32);

	switch ((icr >> 18) & 3) {
	case 1:
		return target == sender->index;
	case 2:
		return true;
	case 3:
		return target != sender->index;
	default:
		break;
	}
	if (destination == UINT32_MAX)
		return true;
	/* Logical: cluster in 31:16, a bit for each of its 16 CPUs. */
	if (icr & ICR_LOGICAL)
		return destination >> 16 == target >> 4 &&
		       (destination & BIT(target & 15));
	return destination == target;
}

/* KVM ignores INIT and SIPI for a TD; SMI and ExtINT do not exist. An NMI's
 * vector is not looked at. */
static bool is_sent(unsigned int mode, unsigned int vector)
{
	return mode == ICR_MODE_NMI ||
	       ((mode == ICR_MODE_FIXED || mode == ICR_MODE_LOWEST) &&
		vector >= 16);
}

static void send_ipi(struct vmm_vcpu *vcpu, uint64_t value)
{
	const unsigned int vector = value & 0xff;
	const unsigned int mode = (value >> 8) & 7;

	if (!is_sent(mode, vector))
		return;
	for (unsigned int i = 0; i < vmm_config.num_vcpus; i++) {
		if (!is_destination(vcpu, i, value))
			continue;
		if (mode == ICR_MODE_NMI)
			vmm_nmi_send(&vmm_vcpus[i]);
		else
			vmm_x2apic_post(&vmm_vcpus[i], vector);
		if (mode == ICR_MODE_LOWEST)
			return;
	}
}

static bool write_icr(struct vmm_vcpu *vcpu, uint64_t value)
{
	if (value & ICR_RESERVED)
		return false;
	x2apics[vcpu->index].icr = value & ~ICR_BUSY;
	send_ipi(vcpu, value);
	return true;
}

/* While the APIC is disabled all its local interrupts are masked (SDM). */
static bool write_svr(struct vmm_vcpu *vcpu, uint32_t value)
{
	struct x2apic *x2apic = &x2apics[vcpu->index];

	x2apic->stored[X2APIC_SVR] = value & 0x3ff;
	if (value & SVR_ENABLED)
		return true;
	for (unsigned int i = X2APIC_LVT_THERMAL; i <= X2APIC_LVT_ERROR; i++)
		x2apic->stored[i] |= (uint32_t)APIC_LVT_MASKED;
	timer_write_lvt(vcpu, timer_lvt(vcpu) | (uint32_t)APIC_LVT_MASKED);
	return true;
}

/* Bits that can be written, of LVTs but the timer's; 0: is none. */
static uint32_t lvt_bits(uint32_t reg)
{
	switch (reg) {
	case X2APIC_LVT_THERMAL:
	case X2APIC_LVT_PMC:
		return 0x117ff;
	case X2APIC_LVT_LINT0:
	case X2APIC_LVT_LINT1:
		return 0x1f7ff;
	case X2APIC_LVT_ERROR:
		return 0x110ff;
	default:
		return 0;
	}
}

static bool write_lvt(struct vmm_vcpu *vcpu, uint32_t reg, uint32_t value)
{
	struct x2apic *x2apic = &x2apics[vcpu->index];

	if (!(x2apic->stored[X2APIC_SVR] & SVR_ENABLED))
		value |= (uint32_t)APIC_LVT_MASKED;
	if (reg == X2APIC_LVT_TIMER)
		timer_write_lvt(vcpu, value);
	else if (lvt_bits(reg))
		x2apic->stored[reg] = value & lvt_bits(reg);
	else
		return false;
	return true;
}

bool vmm_x2apic_read(struct vmm_vcpu *vcpu, uint32_t msr, uint64_t *value)
{
	const struct x2apic *x2apic = &x2apics[vcpu->index];
	const uint32_t reg = msr - MSR_X2APIC;

	if (msr == MSR_TSC_DEADLINE) {
		*value = timer_deadline(vcpu);
		return true;
	}
	switch (reg) {
	case X2APIC_ID:
		*value = vcpu->index;
		return true;
	case X2APIC_VERSION:
		*value = *apic(APIC_VERSION);
		return true;
	case X2APIC_LDR:
		*value = (vcpu->index >> 4) << 16 | 1U << (vcpu->index & 15);
		return true;
	case X2APIC_ESR:
		*value = 0;
		return true;
	case X2APIC_ICR:
		*value = x2apic->icr;
		return true;
	case X2APIC_LVT_TIMER:
		*value = timer_lvt(vcpu);
		return true;
	case X2APIC_INITIAL_COUNT:
		*value = timer_initial_count(vcpu);
		return true;
	case X2APIC_CURRENT_COUNT:
		*value = timer_current_count(vcpu);
		return true;
	case X2APIC_DIVIDE:
		*value = timer_divide(vcpu);
		return true;
	default:
		break;
	}
	if (reg != X2APIC_SVR && !lvt_bits(reg))
		return false;
	*value = x2apic->stored[reg];
	return true;
}

bool vmm_x2apic_write(struct vmm_vcpu *vcpu, uint32_t msr, uint64_t value)
{
	const uint32_t reg = msr - MSR_X2APIC;

	if (msr == MSR_TSC_DEADLINE) {
		timer_write_deadline(vcpu, value);
		return true;
	}
	if (reg == X2APIC_ICR)
		return write_icr(vcpu, value);
	if (value >> 32)
		return false;
	switch (reg) {
	case X2APIC_SVR:
		return write_svr(vcpu, (uint32_t)value);
	case X2APIC_ESR:
		return !value;
	case X2APIC_INITIAL_COUNT:
		timer_write_initial_count(vcpu, (uint32_t)value);
		return true;
	case X2APIC_DIVIDE:
		timer_write_divide(vcpu, (uint32_t)value);
		return true;
	case X2APIC_SELF_IPI:
		if (value > 0xff)
			return false;
		send_ipi(vcpu, ICR_SELF | value);
		return true;
	default:
		return write_lvt(vcpu, reg, (uint32_t)value);
	}
}

static bool has_work(struct vmm_vcpu *vcpu, bool interrupts_blocked)
{
	uint64_t details = 0;

	/* An NMI is not masked by anything that the host knows of. */
	if (vcpu->has_nmi || interrupts_blocked)
		return vcpu->has_nmi;
	return tdh_vp_rd(vcpu->tdvpr, TDVPS_VCPU_STATE_DETAILS, &details) !=
		       TDX_SUCCESS ||
	       (details & TDVPS_VMXIP);
}

void vmm_halt(struct vmm_vcpu *vcpu, bool interrupts_blocked)
{
	if (vmm_config.has_irq_window)
		vmm_window_halt(vcpu);
	/* Interrupts are off between the look and the sleep. */
	while (!has_work(vcpu, interrupts_blocked))
		vmm_sleep(vcpu);
}
