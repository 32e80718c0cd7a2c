/* SPDX-License-Identifier: MIT */
#include "emu/module/vpfields.h"

#include "emu/boot/seam.h"
#include "emu/module/apic.h"
#include "emu/module/host_abi.h"
#include "emu/module/nmi.h"

#define POSTED_INTERRUPT_ALIGN 64

/* MOD, Metadata Field Identifier: class and code say which one it is. */
#define ID_SIGNIFICANT UINT64_C(0x3f00000000ffffff)
#define ID_CONTEXT (UINT64_C(7) << 52)
#define ID_MUST_BE_ZERO UINT64_C(0x4083fffcff000000)

/* TDVPS_PAGE_PA: the TDVPR, the other pages, and zeros. */
#define TDVPS_PAGES_MAX 15

/*
 * A production TD's, ascending by class and code: of the VMCS those that KVM
 * uses, of the rest all that are the host's to read.
 */
static const struct vp_field {
	uint64_t id;		/* of the first element */
	uint32_t elements;
	uint64_t writable;
} fields[] = {
	{ TDVPS_POSTED_INTERRUPT_VECTOR, 1, UINT16_MAX },
	{ TDVPS_TSC_OFFSET, 1, 0 },
	{ TDVPS_POSTED_INTERRUPT_DESCRIPTOR, 1, UINT64_MAX },
	{ TDVPS_SHARED_EPTP, 1, UINT64_MAX },
	{ TDVPS_VCPU_STATE_DETAILS, 1, 0 },
	{ TDVPS_VCPU_INDEX, 1, 0 },
	{ TDVPS_NUM_TDVPS_PAGES, 1, 0 },
	{ TDVPS_ASSOC_LPID, 1, 0 },
	{ TDVPS_VCPU_EPOCH, 1, 0 },
	{ TDVPS_CPUID_SUPERVISOR_VE, 1, 0 },
	{ TDVPS_CPUID_USER_VE, 1, 0 },
	{ TDVPS_PEND_NMI, 1, UINT8_MAX },
	{ TDVPS_XFAM, 1, 0 },
	{ TDVPS_PAGE_PA, TDVPS_PAGES_MAX, 0 },
};

/* NULL: there is no such field. */
static const struct vp_field *find_field(uint64_t id, uint32_t *element)
{
	for (size_t i = 0; i < ARRAY_SIZE(fields); i++) {
		const uint64_t offset = (id & ID_SIGNIFICANT) -
					(fields[i].id & ID_SIGNIFICANT);

		*element = (uint32_t)offset;
		if (offset < fields[i].elements && !(id & ID_MUST_BE_ZERO))
			return &fields[i];
	}
	return NULL;
}

static uint64_t next_field(const struct vp_field *field, uint32_t element)
{
	if (element + 1 < field->elements)
		return field->id + element + 1;
	return field + 1 < fields + ARRAY_SIZE(fields) ? field[1].id :
							 METADATA_NULL_ID;
}

static uint64_t page_get(const struct vcpu *vcpu, uint32_t number)
{
	if (!number)
		return vcpu->tdvpr;
	return number <= vcpu->num_tdvpx ? vcpu->tdvpx[number - 1] : 0;
}

static uint64_t management_get(const struct vcpu *vcpu, uint64_t id,
			       uint32_t element)
{
	switch (id) {
	case TDVPS_VCPU_INDEX:
		return vcpu->index;
	case TDVPS_NUM_TDVPS_PAGES:
		return vcpu->num_tdvpx + 1;
	case TDVPS_ASSOC_LPID:
		return vcpu->cpu;
	case TDVPS_VCPU_EPOCH:
		return vcpu->epoch;
	case TDVPS_CPUID_SUPERVISOR_VE:
		return vcpu->cpuid_ve & 1;
	case TDVPS_CPUID_USER_VE:
		return vcpu->cpuid_ve >> 1;
	case TDVPS_XFAM:
		return vcpu->td->xfam;
	default:
		return page_get(vcpu, element);
	}
}

static uint64_t field_get(struct vcpu *vcpu, uint64_t id, uint32_t element)
{
	switch (id) {
	case TDVPS_VCPU_STATE_DETAILS:
		return apic_is_pending(vcpu) ? TDVPS_VMXIP : 0;
	case TDVPS_POSTED_INTERRUPT_VECTOR:
		return vcpu->posted_vector;
	case TDVPS_TSC_OFFSET:
		return vcpu->td->tsc_offset;
	case TDVPS_POSTED_INTERRUPT_DESCRIPTOR:
		return vcpu->posted_interrupts;
	case TDVPS_SHARED_EPTP:
		return vcpu->td->shared_eptp;
	case TDVPS_PEND_NMI:
		return vcpu->nmi & NMI_FIELD;
	default:
		return management_get(vcpu, id, element);
	}
}

/* False: the value is not one for this field. */
static bool field_set(struct vcpu *vcpu, uint64_t id, uint64_t value)
{
	if (value >> SEAM_HKID_SHIFT)
		return false;
	switch (id) {
	case TDVPS_POSTED_INTERRUPT_VECTOR:
		if (value > UINT8_MAX)
			return false;
		vcpu->posted_vector = (uint8_t)value;
		return true;
	case TDVPS_POSTED_INTERRUPT_DESCRIPTOR:
		if (value % POSTED_INTERRUPT_ALIGN)
			return false;
		apic_set_posted(vcpu, value);
		return true;
	case TDVPS_PEND_NMI:
		if (value > UINT8_MAX)
			return false;
		vcpu->nmi = (vcpu->nmi & ~NMI_FIELD) | (uint8_t)value;
		return true;
	default:
		if (value % PAGE_SIZE)
			return false;
		vcpu->td->shared_eptp = value;
		return true;
	}
}

uint64_t vpfields_read(struct vcpu *vcpu, uint64_t id, uint64_t *value,
		       uint64_t *next)
{
	const struct vp_field *field;
	uint32_t element;

	*value = 0;
	*next = METADATA_NULL_ID;
	if ((id | ID_CONTEXT) == METADATA_NULL_ID) {
		*next = fields[0].id;
		return TDX_METADATA_FIRST_FIELD_ID_IN_CONTEXT;
	}
	field = find_field(id, &element);
	if (!field)
		return TDX_METADATA_FIELD_ID_INCORRECT;
	*value = field_get(vcpu, field->id, element);
	*next = next_field(field, element);
	return TDX_SUCCESS;
}

uint64_t vpfields_write(struct vcpu *vcpu, const struct metadata_change *change,
			uint64_t *old)
{
	uint32_t element;
	const struct vp_field *field = find_field(change->id, &element);
	uint64_t value;

	*old = 0;
	if (!field)
		return TDX_METADATA_FIELD_ID_INCORRECT;
	if (!(field->writable & change->mask))
		return TDX_METADATA_FIELD_NOT_WRITABLE;
	value = field_get(vcpu, field->id, element);
	if (!field_set(vcpu, field->id,
		       (value & ~change->mask) |
			       (change->value & change->mask)))
		return TDX_METADATA_FIELD_VALUE_NOT_VALID;
	*old = value;
	return TDX_SUCCESS;
}
