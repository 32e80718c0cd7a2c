/* SPDX-License-Identifier: MIT */
/*
 * vCPUs, from TDH.VP.CREATE to TDH.VP.FLUSH. A vCPU that ran or was looked at
 * belongs to that CPU, whose registers and translations may be its, until it
 * is flushed there.
 */
#include "emu/boot/cpu.h"
#include "emu/boot/memory.h"
#include "emu/boot/seam.h"
#include "emu/boot/stack.h"
#include "emu/module/apic.h"
#include "emu/module/host.h"
#include "emu/module/metadata.h"
#include "emu/module/nmi.h"
#include "emu/module/pamt.h"
#include "emu/module/vp.h"

#define POSTED_INTERRUPT_ALIGN 64

/* MOD, Metadata Field Identifier: class and code say which one it is. */
#define ID_SIGNIFICANT UINT64_C(0x3f00000000ffffff)
#define ID_CONTEXT (UINT64_C(7) << 52)
#define ID_MUST_BE_ZERO UINT64_C(0x4083fffcff000000)

/* TDVPS_PAGE_PA: the TDVPR, the other pages, and zeros. */
#define TDVPS_PAGES_MAX 15

/* A vCPU by its TDVPR; one that runs elsewhere is busy. */
static uint64_t find_tdvpr(uint64_t tdvpr, unsigned int operand,
			   struct vcpu **vcpu)
{
	struct pamt_page page;
	struct td *td;
	uint64_t status = pamt_check(tdvpr, PAMT_TDVPR, operand);

	if (status == TDX_SUCCESS)
		status = pamt_read(tdvpr, operand, &page);
	if (status != TDX_SUCCESS)
		return status;
	td = host_td_of(page.owner);
	*vcpu = td->vcpus;
	while ((*vcpu)->tdvpr != tdvpr)
		(*vcpu)++;
	return vcpu_is_inside(*vcpu) ? TDX_OPERAND_BUSY | operand :
				       TDX_SUCCESS;
}

static uint64_t find_vcpu(const struct trap_frame *host, uint64_t tdvpr,
			  unsigned int operand, struct vcpu **vcpu)
{
	const uint64_t status = find_tdvpr(tdvpr, operand, vcpu);

	return status == TDX_SUCCESS ? host_check_td(host, (*vcpu)->td) :
				       status;
}

static uint64_t associate(struct vcpu *vcpu)
{
	const unsigned int cpu = cpu_number();

	if (vcpu->is_associated && vcpu->cpu != cpu)
		return TDX_VCPU_ASSOCIATED;
	vcpu->is_associated = true;
	vcpu->cpu = cpu;
	return TDX_SUCCESS;
}

uint64_t host_vp_create(struct trap_frame *host)
{
	struct td *td;
	struct vcpu *vcpu;
	uint64_t status = host_find_td(host, host->rdx, TDX_OPERAND_ID_RDX,
				       &td);

	if (status == TDX_SUCCESS)
		status = pamt_check(host->rcx, PAMT_NDA, TDX_OPERAND_ID_RCX);
	if (status != TDX_SUCCESS)
		return status;
	/* A limit of this module: it keeps vCPUs in memory of its own. */
	if (td->num_created == MODULE_MAX_VCPUS)
		return TDX_MAX_VCPUS_EXCEEDED;
	status = pamt_take(td, host->rcx, 0, PAMT_TDVPR, TDX_OPERAND_ID_RCX);
	if (status != TDX_SUCCESS)
		return status;
	vcpu = &td->vcpus[td->num_created++];
	vcpu->td = td;
	vcpu->tdvpr = host->rcx;
	vcpu->state = VCPU_CREATED;
	return TDX_SUCCESS;
}

uint64_t host_vp_addcx(struct trap_frame *host)
{
	struct vcpu *vcpu;
	uint64_t status = find_vcpu(host, host->rdx, TDX_OPERAND_ID_RDX,
				    &vcpu);

	if (status != TDX_SUCCESS)
		return status;
	if (vcpu->state != VCPU_CREATED)
		return TDX_VCPU_STATE_INCORRECT;
	if (vcpu->num_tdvpx == MODULE_TDVPX_PAGES)
		return TDX_TDCX_NUM_INCORRECT;
	status = pamt_take(vcpu->td, host->rcx, 0, PAMT_TDCX,
			   TDX_OPERAND_ID_RCX);
	if (status == TDX_SUCCESS)
		vcpu->tdvpx[vcpu->num_tdvpx++] = host->rcx;
	return status;
}

uint64_t host_vp_init(struct trap_frame *host)
{
	struct vcpu *vcpu;
	uint64_t status = find_vcpu(host, host->rcx, TDX_OPERAND_ID_RCX,
				    &vcpu);

	if (status != TDX_SUCCESS)
		return status;
	if (vcpu->state != VCPU_CREATED)
		return TDX_VCPU_STATE_INCORRECT;
	if (vcpu->num_tdvpx != MODULE_TDVPX_PAGES)
		return TDX_TDCX_NUM_INCORRECT;
	if (host_version(host) && host->r8 > UINT32_MAX)
		return TDX_OPERAND_INVALID | TDX_OPERAND_ID_R8;
	if (vcpu->td->num_vcpus == vcpu->td->max_vcpus)
		return TDX_MAX_VCPUS_EXCEEDED;
	status = associate(vcpu);
	if (status != TDX_SUCCESS)
		return status;
	vcpu->index = vcpu->td->num_vcpus++;
	vcpu->x2apic_id = host_version(host) ? (uint32_t)host->r8 :
					       vcpu->index;
	vp_init(vcpu, host->rdx);
	return TDX_SUCCESS;
}

/* Initialized, and this CPU's. VP.RD works on one that shut down, too. */
static uint64_t check_vcpu(struct vcpu *vcpu, bool is_disabled_good)
{
	if (vcpu->state != VCPU_READY && vcpu->state != VCPU_RUNNING &&
	    !(is_disabled_good && vcpu->state == VCPU_DISABLED))
		return TDX_VCPU_STATE_INCORRECT;
	return associate(vcpu);
}

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

static uint64_t read_field(struct vcpu *vcpu, uint64_t id, uint64_t *value,
			   uint64_t *next)
{
	const struct vp_field *field;
	uint32_t element;

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

uint64_t host_vp_rd(struct trap_frame *host)
{
	const uint64_t id = host->rdx;
	uint64_t next = METADATA_NULL_ID;
	struct vcpu *vcpu;
	uint64_t status = find_vcpu(host, host->rcx, TDX_OPERAND_ID_RCX,
				    &vcpu);

	host->r8 = 0;
	if (status == TDX_SUCCESS)
		status = check_vcpu(vcpu, true);
	if (status == TDX_SUCCESS)
		status = read_field(vcpu, id, &host->r8, &next);
	if (host_version(host))
		host->rdx = next;
	else if (status == TDX_METADATA_FIRST_FIELD_ID_IN_CONTEXT)
		status = TDX_METADATA_FIELD_ID_INCORRECT;
	return status;
}

uint64_t host_vp_wr(struct trap_frame *host)
{
	uint32_t element;
	const struct vp_field *field = find_field(host->rdx, &element);
	const uint64_t value = host->r8;
	struct vcpu *vcpu;
	uint64_t old;
	uint64_t status = find_vcpu(host, host->rcx, TDX_OPERAND_ID_RCX,
				    &vcpu);

	host->r8 = 0;
	if (status == TDX_SUCCESS)
		status = check_vcpu(vcpu, false);
	if (status != TDX_SUCCESS)
		return status;
	if (!field)
		return TDX_METADATA_FIELD_ID_INCORRECT;
	if (!(field->writable & host->r9))
		return TDX_METADATA_FIELD_NOT_WRITABLE;
	old = field_get(vcpu, field->id, element);
	if (!field_set(vcpu, field->id,
		       (old & ~host->r9) | (value & host->r9)))
		return TDX_METADATA_FIELD_VALUE_NOT_VALID;
	host->r8 = old;
	return TDX_SUCCESS;
}

/*
 * The CPU still has registers of a vCPU that ran: VMLOAD and XRSTOR bring
 * them back when it is entered again, here or elsewhere.
 */
static void park(struct vcpu *vcpu)
{
	if (vcpu->state != VCPU_RUNNING)
		return;
	cpu_vmsave(memory_pa(&vcpu->vmcb));
	vcpu->xcr0 = cpu_xgetbv(0);
	cpu_xsave(vcpu->xsave_area, UINT64_MAX);
	vcpu->has_xsave = true;
	vcpu->state = VCPU_READY;
}

static void unpark(struct vcpu *vcpu)
{
	if (vcpu->state != VCPU_READY || !vcpu->has_xsave)
		return;
	cpu_xsetbv(0, vcpu->xcr0);
	cpu_xrstor(vcpu->xsave_area, UINT64_MAX);
	vcpu->has_xsave = false;
}

uint64_t host_vp_flush(struct trap_frame *host)
{
	struct vcpu *vcpu;
	const uint64_t status = find_tdvpr(host->rcx, TDX_OPERAND_ID_RCX,
					   &vcpu);

	if (status != TDX_SUCCESS)
		return status;
	if (vcpu->td->lifecycle != TD_KEYS_CONFIGURED)
		return TDX_TD_KEYS_NOT_CONFIGURED;
	if (vcpu->num_tdvpx != MODULE_TDVPX_PAGES)
		return TDX_TDCX_NUM_INCORRECT;
	if (!vcpu->is_associated || vcpu->cpu != cpu_number())
		return TDX_VCPU_NOT_ASSOCIATED;
	park(vcpu);
	vcpu->is_associated = false;
	return TDX_SUCCESS;
}

struct vcpu *host_vp_entered[STACK_CPUS];

void host_vp_forget(void)
{
	for (unsigned int i = 0; i < STACK_CPUS; i++)
		host_vp_entered[i] = NULL;
}

struct vcpu *host_vp_enter(struct trap_frame *host)
{
	struct vcpu *vcpu;
	uint64_t status = find_vcpu(host, host->rcx, TDX_OPERAND_ID_RCX,
				    &vcpu);

	if (status == TDX_SUCCESS)
		status = check_vcpu(vcpu, false);
	if (status != TDX_SUCCESS) {
		host->rax = status;
		return NULL;
	}
	unpark(vcpu);
	host_vp_entered[cpu_number()] = vcpu;
	return vp_enter(vcpu, host);
}
