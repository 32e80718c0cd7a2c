/* SPDX-License-Identifier: MIT */
/*
 * EPT violations (MOD, Memory Management; SDM, Convertible EPT Violations).
 * The shared half of the tables is the host's: its top entries are copied,
 * since SVM walks one table where VMX has two.
 */
#include "emu/module/ept.h"

#include "emu/boot/log.h"
#include "emu/boot/memory.h"
#include "emu/module/decode.h"
#include "emu/module/guest.h"
#include "emu/module/inject.h"
#include "emu/module/sept.h"
#include "emu/module/stats.h"
#include "emu/module/vp.h"

#define PRESENT BIT(0)

/* Page-fault error code: present, write, user, reserved bit, fetch. */
#define PF_PRESENT BIT(0)
#define PF_WRITE BIT(1)
#define PF_USER BIT(2)
#define PF_RESERVED BIT(3)
#define PF_FETCH BIT(4)

/* The table whose index has the shared bit: the root, or its first entry's. */
static uint64_t *split_table(const struct td *td, uint64_t *root)
{
	const unsigned int level = td->gpaw == 52 ? SEPT_256T : SEPT_512G;

	if (td->sept_top == level)
		return root;
	return root[0] & PRESENT ? memory_at(sept_page(root[0])) : NULL;
}

/*
 * Takes over the host's entry for gpa in that table. True: it is new here, the
 * access may succeed now. Entries are looked at when they are missed, not at
 * each entry.
 */
static bool load_shared_top(struct td *td, paddr_t gpa)
{
	const unsigned int i = sept_index(gpa, td->gpaw == 52 ? SEPT_256T :
								SEPT_512G);
	const uint64_t *from =
		split_table(td, memory_at(sept_page(td->shared_eptp)));
	uint64_t *to = split_table(td, td->sept_root);

	if (!from || !to || to[i] == from[i])
		return false;
	to[i] = from[i];
	return to[i] & PRESENT;
}

bool ept_is_convertible(const struct td *td, paddr_t gpa)
{
	const uint64_t *table;

	if (!td->shared_eptp)
		return false;
	table = memory_at(sept_page(td->shared_eptp));
	for (unsigned int level = td->sept_top + 1; level--;) {
		const uint64_t entry = table[sept_index(gpa, level)];

		if (!(entry & PRESENT))
			return !(entry & EPT_SUPPRESS_VE);
		table = memory_at(sept_page(entry));
	}
	return false;
}

static uint64_t qualification(uint64_t error, bool has_gla)
{
	uint64_t value = 0;

	if (error & VMCB_NPF_FETCH)
		value |= TDX_VE_EPT_FETCH;
	else if (error & VMCB_NPF_WRITE)
		value |= TDX_VE_EPT_WRITE;
	else
		value |= TDX_VE_EPT_READ;
	if (has_gla)
		value |= TDX_VE_EPT_GLA_VALID;
	if (has_gla && !(error & VMCB_NPF_TABLE_WALK))
		value |= TDX_VE_EPT_FINAL;
	return value;
}

static bool violation_ve(struct vcpu *vcpu, paddr_t gpa, uint64_t error)
{
	struct ve_info info = {
		.reason = TDX_VE_EPT_VIOLATION,
		.gpa = gpa,
		/* The CPU does not write these two: they are stale. */
		.length = vcpu->ve.length,
		.information = vcpu->ve.information,
	};
	bool has_gla = true;

	if (error & VMCB_NPF_FETCH)
		info.gla = guest_fetch_address(vcpu, gpa);
	else
		has_gla = decode_linear_address(vcpu, gpa, &info.gla);
	info.qualification = qualification(error, has_gla);
	inject_ve(vcpu, &info);
	return true;
}

static bool violation_exit(struct vcpu *vcpu, struct trap_frame *host,
			   uint64_t extended)
{
	const struct vp_violation violation = {
		.gpa = vcpu->vmcb.exit_info2,
		.qualification = qualification(vcpu->vmcb.exit_info1, false),
		.extended = extended,
	};

	vp_exit_violation(host, &violation);
	return false;
}

/* #PF for a bit of the guest's page tables that counts as reserved. */
static bool reserved_fault(struct vcpu *vcpu, uint64_t linear)
{
	uint64_t error = PF_PRESENT | PF_RESERVED;

	if (vcpu->vmcb.exit_info1 & VMCB_NPF_FETCH)
		error |= PF_FETCH;
	else if (vcpu->vmcb.exit_info1 & VMCB_NPF_WRITE)
		error |= PF_WRITE;
	if (vcpu->vmcb.cpl == 3)
		error |= PF_USER;
	inject_page_fault(vcpu, linear, (uint32_t)error);
	return true;
}

/*
 * The CPU takes neither instructions nor page tables from shared memory: for
 * those the shared bit is a reserved bit of the guest's page tables.
 */
static bool fetch_fault(struct vcpu *vcpu, paddr_t gpa)
{
	stats_note(vcpu, "instruction fetch from shared memory: #PF");
	return reserved_fault(vcpu, guest_fetch_address(vcpu, gpa));
}

/* Bits above the TD's width that the CPU below does not find reserved. */
static bool width_violation(struct vcpu *vcpu, struct trap_frame *host,
			    paddr_t gpa)
{
	uint64_t linear = guest_fetch_address(vcpu, gpa);

	if (vcpu->vmcb.exit_info1 & VMCB_NPF_FETCH ||
	    decode_linear_address(vcpu, gpa, &linear))
		return reserved_fault(vcpu, linear);
	return violation_exit(vcpu, host, 0);
}

static bool shared_violation(struct vcpu *vcpu, struct trap_frame *host,
			     paddr_t gpa)
{
	/* The CPU makes a #VE only outside of event delivery, and only while
	 * VE_INFO is free; otherwise it is the host's exit. */
	const bool is_delivering = vcpu->vmcb.exit_interrupt_info &
				   VMCB_EVENT_VALID;

	if (vcpu->vmcb.exit_info1 & VMCB_NPF_FETCH)
		return fetch_fault(vcpu, gpa);
	if (vcpu->td->shared_eptp && load_shared_top(vcpu->td, gpa))
		return true;
	if (ept_is_convertible(vcpu->td, gpa) && !is_delivering &&
	    !vcpu->ve.is_valid)
		return violation_ve(vcpu, gpa, vcpu->vmcb.exit_info1);
	return violation_exit(vcpu, host, 0);
}

static bool private_violation(struct vcpu *vcpu, struct trap_frame *host,
			      paddr_t gpa)
{
	const struct sept_walk walk = sept_walk(vcpu->td, gpa, SEPT_4K);

	/* Another vCPU was faster: try again. */
	if (sept_state(*walk.entry) == SEPT_MAPPED)
		return true;
	if (sept_state(*walk.entry) != SEPT_PENDING)
		return violation_exit(vcpu, host, 0);
	if (vcpu->td->td_ctls & TDX_TD_CTLS_PENDING_VE_DISABLE)
		return violation_exit(vcpu, host, EEQ_PENDING_EPT_VIOLATION);
	return violation_ve(vcpu, gpa, vcpu->vmcb.exit_info1);
}

bool ept_handle_violation(struct vcpu *vcpu, struct trap_frame *host)
{
	const paddr_t gpa = vcpu->vmcb.exit_info2;
	const paddr_t shared = vcpu->td->shared_bit;

	if (stats_traces(TRACE_SEPT))
		emu_print("sept cpu=%u rip=%lx gpa=%lx error=%lx\n",
			  vcpu->index, vcpu->vmcb.rip, gpa,
			  vcpu->vmcb.exit_info1);
	if (gpa >> vcpu->td->gpaw)
		return width_violation(vcpu, host, gpa);
	return gpa & shared ? shared_violation(vcpu, host, gpa) :
			      private_violation(vcpu, host, gpa);
}
