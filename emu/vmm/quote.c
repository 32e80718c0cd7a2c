/* SPDX-License-Identifier: MIT */
/*
 * GetQuote and SetupEventNotifyInterrupt as QEMU answers them when no quote
 * generation service is configured: requests are checked, the buffer says
 * that the service is unavailable, and the guest's interrupt is raised.
 */
#include "emu/boot/memory.h"
#include "emu/vmm/vmm.h"

#define QUOTE_VERSION 1
#define QUOTE_SIZE_MAX (128 * KIB)
#define QUOTE_UNAVAILABLE UINT64_C(0x8000000000000001)
#define VECTOR_FIRST 32
#define VECTOR_LAST 255

/* GHCI, TDG.VP.VMCALL<GetQuote>: the head of the shared buffer. */
struct quote_header {
	uint64_t version;
	uint64_t status;
	uint32_t in_length;
	uint32_t out_length;
};
ASSERT_FIELD(struct quote_header, status, 8, 8);
ASSERT_FIELD(struct quote_header, in_length, 16, 4);
ASSERT_SIZE(struct quote_header, 24);

/* Whom to tell that a quote is there. */
static struct {
	struct vmm_vcpu *vcpu;
	unsigned int vector;	/* 0: nobody */
} notify;

static bool is_shared_ram(paddr_t gpa, uint64_t size)
{
	return vmm_is_ram(gpa) && vmm_is_ram(gpa + size - 1);
}

uint64_t vmm_get_quote(const struct vmm_vcpu *vcpu)
{
	const paddr_t gpa = vcpu->regs.r12 & ~VMM_SHARED_BIT;
	const uint64_t size = vcpu->regs.r13;
	struct quote_header *header = memory_at(gpa);

	if (!(vcpu->regs.r12 & VMM_SHARED_BIT) || !size)
		return TDVMCALL_STATUS_INVALID_OPERAND;
	if (gpa % PAGE_SIZE || size % PAGE_SIZE)
		return TDVMCALL_STATUS_ALIGN_ERROR;
	if (size > QUOTE_SIZE_MAX || !is_shared_ram(gpa, size) ||
	    header->version != QUOTE_VERSION ||
	    header->in_length > size - sizeof(*header))
		return TDVMCALL_STATUS_INVALID_OPERAND;
	header->out_length = 0;
	header->status = QUOTE_UNAVAILABLE;
	if (notify.vector)
		vmm_lapic_post(notify.vcpu, notify.vector);
	return TDVMCALL_STATUS_SUCCESS;
}

uint64_t vmm_setup_notify(struct vmm_vcpu *vcpu)
{
	const uint64_t vector = vcpu->regs.r12;

	if (vector < VECTOR_FIRST || vector > VECTOR_LAST)
		return TDVMCALL_STATUS_INVALID_OPERAND;
	notify.vcpu = vcpu;
	notify.vector = (unsigned int)vector;
	return TDVMCALL_STATUS_SUCCESS;
}
