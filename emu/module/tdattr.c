/* SPDX-License-Identifier: MIT */
/* Page attributes as the guest sees them. */
#include "emu/module/tdattr.h"

#include "emu/module/sept.h"

#define RCX_PENDING BIT(62)
/* L1's word: R, W, XS, XU and VALID. */
#define ATTRIBUTES_L1 0x800f
#define LEVEL_SHIFT(level) (PAGE_SHIFT + 9 * (level))

static bool fail_operand(struct vcpu *vcpu, unsigned int operand,
			 uint64_t *status)
{
	vcpu->gpr[GPR_RCX] = 0;
	vcpu->gpr[GPR_RDX] = 0;
	*status = TDX_OPERAND_INVALID | operand;
	return true;
}

static bool is_there(const struct sept_walk *walk)
{
	const enum sept_state state = sept_state(*walk->entry);

	return sept_is_leaf(walk) &&
	       (state == SEPT_MAPPED || state == SEPT_PENDING);
}

static void show(struct vcpu *vcpu, const struct sept_walk *walk)
{
	const uint64_t offset = BIT(LEVEL_SHIFT(walk->level)) - 1;

	vcpu->gpr[GPR_RCX] = (vcpu->gpr[GPR_RCX] & ~offset) | walk->level;
	if (sept_state(*walk->entry) == SEPT_PENDING)
		vcpu->gpr[GPR_RCX] |= RCX_PENDING;
	vcpu->gpr[GPR_RDX] = ATTRIBUTES_L1;
}

bool tdattr_read(struct vcpu *vcpu, uint64_t *status)
{
	const paddr_t gpa = vcpu->gpr[GPR_RCX] & ~PAGE_MASK;
	struct sept_walk walk;

	if (gpa >= vcpu->td->shared_bit)
		return fail_operand(vcpu, TDX_OPERAND_ID_RCX, status);
	walk = sept_walk(vcpu->td, gpa, SEPT_4K);
	if (!is_there(&walk))
		return false;
	show(vcpu, &walk);
	*status = TDX_SUCCESS;
	return true;
}

bool tdattr_write(struct vcpu *vcpu, uint64_t *status)
{
	struct sept_walk walk;
	unsigned int level;
	paddr_t gpa;

	/* The words of VMs that do not exist, and L1's, must be 0. */
	if (vcpu->gpr[GPR_RDX])
		return fail_operand(vcpu, TDX_OPERAND_ID_RDX, status);
	if (vcpu->gpr[GPR_R8])
		return fail_operand(vcpu, TDX_OPERAND_ID_R8, status);
	if (!sept_operand(vcpu->td, vcpu->gpr[GPR_RCX], SEPT_1G, &gpa, &level))
		return fail_operand(vcpu, TDX_OPERAND_ID_RCX, status);
	walk = sept_walk(vcpu->td, gpa, level);
	*status = TDX_PAGE_SIZE_MISMATCH | walk.level;
	if (is_there(&walk) && walk.level == level) {
		show(vcpu, &walk);
		*status = TDX_SUCCESS;
	} else if (is_there(&walk) ||
		   sept_state(*walk.entry) == SEPT_NL_MAPPED) {
		vcpu->gpr[GPR_RCX] = 0;
		vcpu->gpr[GPR_RDX] = 0;
	} else {
		return false;
	}
	return true;
}
