/* SPDX-License-Identifier: MIT */
/*
 * Walks of guest page tables. Tables may lie in private pages only, as the
 * architecture wants it: one in shared memory reads as not present.
 */
#include "emu/module/guest.h"

#include <string.h>

#include "emu/boot/memory.h"
#include "emu/module/cr.h"
#include "emu/module/sept.h"

#define CR4_LA57 BIT(12)
#define PTE_PRESENT BIT(0)
#define PTE_LARGE BIT(7)
#define PTE_ADDRESS UINT64_C(0x000ffffffffff000)

/* The shared half is the host's tables, in the same format; 4 KiB pages. */
static void *shared_pointer(struct td *td, paddr_t gpa)
{
	const uint64_t *table = memory_at(sept_page(td->shared_eptp));

	for (unsigned int level = td->sept_top + 1; level--;) {
		const uint64_t entry = table[sept_index(gpa, level)];

		if (!(entry & PTE_PRESENT))
			return NULL;
		table = memory_at(sept_page(entry));
	}
	return (uint8_t *)(uintptr_t)table + (gpa & PAGE_MASK);
}

void *guest_pointer(struct td *td, paddr_t gpa)
{
	if (!(gpa & td->shared_bit))
		return sept_pointer(td, gpa);
	return td->shared_eptp ? shared_pointer(td, gpa) : NULL;
}

static bool walk_long_mode(struct vcpu *vcpu, uint64_t linear, paddr_t *gpa)
{
	int level = vcpu->vmcb.cr4 & CR4_LA57 ? 4 : 3;
	uint64_t entry = vcpu->vmcb.cr3;

	for (; level >= 0; level--) {
		const unsigned int shift = PAGE_SHIFT + 9 * (unsigned int)level;
		const uint64_t *table = sept_pointer(vcpu->td,
						     entry & PTE_ADDRESS);

		if (!table)
			return false;
		entry = table[(linear >> shift) & 511];
		if (!(entry & PTE_PRESENT))
			return false;
		if (level == 0 || (level <= 2 && (entry & PTE_LARGE))) {
			const uint64_t offset = BIT(shift) - 1;

			*gpa = (entry & PTE_ADDRESS & ~offset) |
			       (linear & offset);
			return true;
		}
	}
	return false;
}

bool guest_translate(struct vcpu *vcpu, uint64_t linear, paddr_t *gpa)
{
	if (!cr_is_paging(vcpu)) {
		*gpa = linear & UINT32_MAX;
		return true;
	}
	return (vcpu->vmcb.efer & BIT(10)) &&
	       walk_long_mode(vcpu, linear, gpa);
}

uint64_t guest_rip(const struct vcpu *vcpu)
{
	if (vcpu_is_64bit(vcpu))
		return vcpu->vmcb.rip;
	return (vcpu->vmcb.cs.base + vcpu->vmcb.rip) & UINT32_MAX;
}

uint64_t guest_fetch_address(const struct vcpu *vcpu, paddr_t gpa)
{
	const uint64_t rip = guest_rip(vcpu);

	return (rip & PAGE_MASK) == (gpa & PAGE_MASK) ?
		       rip : align_down(rip, PAGE_SIZE) + PAGE_SIZE;
}

size_t guest_fetch(struct vcpu *vcpu, uint8_t bytes[GUEST_INSN_MAX])
{
	const uint64_t rip = guest_rip(vcpu);
	size_t got = 0;

	while (got < GUEST_INSN_MAX) {
		const size_t in_page = PAGE_SIZE - ((rip + got) & PAGE_MASK);
		const size_t size = min_u64(in_page, GUEST_INSN_MAX - got);
		const void *from;
		paddr_t gpa;

		if (!guest_translate(vcpu, rip + got, &gpa))
			break;
		from = guest_pointer(vcpu->td, gpa);
		if (!from)
			break;
		memcpy(bytes + got, from, size);
		got += size;
	}
	return got;
}

bool guest_is_at_tdcall(struct vcpu *vcpu)
{
	const uint64_t rip = guest_rip(vcpu);
	uint8_t bytes[GUEST_INSN_MAX] = { 0 };
	paddr_t gpa;

	if (guest_fetch(vcpu, bytes) < sizeof(uint32_t) ||
	    !guest_is_tdcall(bytes))
		return false;
	if ((rip & PAGE_MASK) > PAGE_SIZE - sizeof(uint32_t) ||
	    !guest_translate(vcpu, rip, &gpa))
		return true;
	vcpu->tdcall_sites[guest_tdcall_site(rip)] = (struct tdcall_site){
		.rip = rip,
		.cr3 = vcpu->vmcb.cr3,
		.bytes = guest_pointer(vcpu->td, gpa),
	};
	return true;
}
