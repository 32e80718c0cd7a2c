/* SPDX-License-Identifier: MIT */
/*
 * The metadata fields of a TD, its vCPUs and the module as the guest may
 * see them. In the table each scope is ascending by class and code: that is
 * the order in which the next field is found.
 *
 * Without migration and service TDs their fields read as 0.
 */
#include "emu/module/metadata.h"

#include <string.h>

#include "arch/x86/tdx/abi.h"

/* MOD, Metadata Field Identifier. */
#define ID_CODE_MASK UINT64_C(0xffffff)
#define ID_CLASS_SHIFT 56
#define ID_CLASS_MASK UINT64_C(0x3f)
#define ID_CONTEXT_MASK (UINT64_C(7) << 52)
/* Reserved bits, and more than one element or field: 31:24, 49:34, 55, 62. */
#define ID_MUST_BE_ZERO UINT64_C(0x4083fffcff000000)

enum field {
	F_ZERO,
	F_VENDOR_ID,
	F_MINOR_VERSION,
	F_MAJOR_VERSION,
	F_ONE,
	F_TDX_FEATURES0,
	F_TD_UUID,
	F_NUM_VCPUS,
	F_ATTRIBUTES,
	F_XFAM,
	F_MAX_VCPUS,
	F_GPAW,
	F_TSC_FREQUENCY,
	F_NOTIFY_ENABLES,
	F_CONFIG_FLAGS,
	F_TD_CTLS,
	F_MRTD,
	F_MRCONFIGID,
	F_MROWNER,
	F_MROWNERCONFIG,
	F_RTMR,
	F_SERVTD_HASH,
	F_VCPU_INDEX,
	F_CPUID_SUPERVISOR_VE,
	F_CPUID_USER_VE,
	F_CPUID_CONTROL,
};

struct entry {
	enum metadata_scope scope;
	enum field field;
	uint64_t id; /* of the first element */
	uint32_t elements;
	uint64_t writable;
};

static const struct entry entries[] = {
	{ METADATA_SYS, F_VENDOR_ID, 0x0800000200000000, 1, 0 },
	{ METADATA_SYS, F_MINOR_VERSION, 0x0800000100000003, 1, 0 },
	{ METADATA_SYS, F_MAJOR_VERSION, 0x0800000100000004, 1, 0 },
	/* SYS_ATTRIBUTES, NUM_TDX_FEATURES */
	{ METADATA_SYS, F_ZERO, 0x0a00000200000000, 1, 0 },
	{ METADATA_SYS, F_ONE, 0x0a00000000000001, 1, 0 },
	{ METADATA_SYS, F_TDX_FEATURES0, 0x0a00000300000008, 1, 0 },
	/* MIG_ATTRIBUTES, {MIN,MAX}_{EXPORT,IMPORT}_VERSION */
	{ METADATA_SYS, F_ZERO, 0xa000000300000000, 1, 0 },
	{ METADATA_SYS, F_ZERO, 0x2000000100000001, 1, 0 },
	{ METADATA_SYS, F_ZERO, 0x2000000100000002, 1, 0 },
	{ METADATA_SYS, F_ZERO, 0x2000000100000003, 1, 0 },
	{ METADATA_SYS, F_ZERO, 0x2000000100000004, 1, 0 },
	/* GUEST_L2_GPA_ATTR_MASK */
	{ METADATA_SYS, F_ZERO, 0xa200000100000000, 1, 0 },

	{ METADATA_TD, F_TD_UUID, 0x8010000300000020, 4, 0 },
	{ METADATA_TD, F_NUM_VCPUS, 0x9010000200000001, 1, 0 },
	/* NUM_L2_VMS */
	{ METADATA_TD, F_ZERO, 0x9010000100000005, 1, 0 },
	{ METADATA_TD, F_ATTRIBUTES, TDX_FIELD_ATTRIBUTES, 1, 0 },
	{ METADATA_TD, F_XFAM, TDX_FIELD_XFAM, 1, 0 },
	{ METADATA_TD, F_MAX_VCPUS, 0x1110000200000002, 1, 0 },
	{ METADATA_TD, F_GPAW, TDX_FIELD_GPAW, 1, 0 },
	{ METADATA_TD, F_TSC_FREQUENCY, TDX_FIELD_TSC_FREQUENCY, 1, 0 },
	{ METADATA_TD, F_NOTIFY_ENABLES, TDX_FIELD_NOTIFY_ENABLES, 1, 1 },
	{ METADATA_TD, F_CONFIG_FLAGS, TDX_FIELD_CONFIG_FLAGS, 1, 0 },
	{ METADATA_TD, F_TD_CTLS, TDX_FIELD_TD_CTLS, 1,
	  TDX_TD_CTLS_PENDING_VE_DISABLE },
	{ METADATA_TD, F_MRTD, 0x1310000300000000, 6, 0 },
	{ METADATA_TD, F_MRCONFIGID, 0x1310000300000010, 6, 0 },
	{ METADATA_TD, F_MROWNER, 0x1310000300000018, 6, 0 },
	{ METADATA_TD, F_MROWNERCONFIG, 0x1310000300000020, 6, 0 },
	{ METADATA_TD, F_RTMR, 0x1310000300000040, 24, 0 },
	/* PRE_IMPORT_UUID */
	{ METADATA_TD, F_ZERO, 0x9810000300000040, 4, 0 },
	{ METADATA_TD, F_SERVTD_HASH, 0x9910000300000000, 6, 0 },
	/* SERVTD_NUM, SERVTD_BINDINGS */
	{ METADATA_TD, F_ZERO, 0x9910000100000006, 1, 0 },
	{ METADATA_TD, F_ZERO, 0x9910000300000080, 16, 0 },

	{ METADATA_VP, F_VCPU_INDEX, 0xa020000200000002, 1, 0 },
	{ METADATA_VP, F_CPUID_SUPERVISOR_VE, 0xa020000000000007, 1, 1 },
	{ METADATA_VP, F_CPUID_USER_VE, 0xa020000000000008, 1, 1 },
	{ METADATA_VP, F_CPUID_CONTROL, 0xa120000000000000, TD_CPUID_CONTROLS,
	  3 },
};

#define CPUID_VE_SUPERVISOR 1U
#define CPUID_VE_USER 2U

static uint64_t id_class(uint64_t id)
{
	return id >> ID_CLASS_SHIFT & ID_CLASS_MASK;
}

static uint64_t id_code(uint64_t id)
{
	return id & ID_CODE_MASK;
}

/* The entry that an identifier means and the element's number in it. */
static const struct entry *entry_find(enum metadata_scope scope, uint64_t id,
				      uint32_t *element)
{
	if (id & ID_MUST_BE_ZERO)
		return NULL;
	for (size_t i = 0; i < ARRAY_SIZE(entries); i++) {
		const struct entry *entry = &entries[i];
		const uint64_t offset = id_code(id) - id_code(entry->id);

		if (entry->scope == scope &&
		    id_class(entry->id) == id_class(id) &&
		    offset < entry->elements) {
			*element = (uint32_t)offset;
			return entry;
		}
	}
	return NULL;
}

static uint64_t digest_get(const uint8_t *digest, uint32_t element)
{
	uint64_t value;

	memcpy(&value, digest + element * sizeof(value), sizeof(value));
	return value;
}

static uint64_t sys_get(enum field field)
{
	switch (field) {
	case F_VENDOR_ID:
		return 0x8086;
	case F_MINOR_VERSION:
		return METADATA_MINOR_VERSION;
	case F_MAJOR_VERSION:
		return METADATA_MAJOR_VERSION;
	case F_ONE:
		return 1;
	case F_TDX_FEATURES0:
		return METADATA_TDX_FEATURES0;
	default:
		return 0;
	}
}

static uint64_t td_get_digest(const struct metadata_context *context,
			      enum field field, uint32_t element)
{
	switch (field) {
	case F_MRTD:
		return digest_get(context->mrtd, element);
	case F_MRCONFIGID:
		return digest_get(context->mrconfigid, element);
	case F_MROWNER:
		return digest_get(context->mrowner, element);
	case F_MROWNERCONFIG:
		return digest_get(context->mrownerconfig, element);
	case F_RTMR:
		return digest_get(context->rtmr, element);
	case F_SERVTD_HASH:
		return digest_get(context->servtd_hash, element);
	default:
		return 0;
	}
}

static uint64_t td_get(const struct metadata_context *context,
		       enum field field, uint32_t element)
{
	switch (field) {
	case F_TD_UUID:
		return context->td_uuid[element];
	case F_NUM_VCPUS:
		return context->num_vcpus;
	case F_ATTRIBUTES:
		return context->attributes;
	case F_XFAM:
		return context->xfam;
	case F_MAX_VCPUS:
		return context->max_vcpus;
	case F_GPAW:
		return context->config_flags & TDX_CONFIG_FLAGS_GPAW;
	case F_TSC_FREQUENCY:
		return context->tsc_frequency;
	case F_NOTIFY_ENABLES:
		return *context->notify_enables;
	case F_CONFIG_FLAGS:
		return context->config_flags;
	case F_TD_CTLS:
		return *context->td_ctls;
	default:
		return td_get_digest(context, field, element);
	}
}

static uint64_t vp_get(const struct metadata_context *context,
		       enum field field, uint32_t element)
{
	switch (field) {
	case F_VCPU_INDEX:
		return context->vcpu_index;
	case F_CPUID_SUPERVISOR_VE:
		return !!(*context->cpuid_ve & CPUID_VE_SUPERVISOR);
	case F_CPUID_USER_VE:
		return !!(*context->cpuid_ve & CPUID_VE_USER);
	case F_CPUID_CONTROL:
		return context->cpuid_control[element];
	default:
		return 0;
	}
}

static uint64_t entry_get(const struct metadata_context *context,
			  const struct entry *entry, uint32_t element)
{
	switch (entry->scope) {
	case METADATA_SYS:
		return sys_get(entry->field);
	case METADATA_TD:
		return td_get(context, entry->field, element);
	case METADATA_VP:
		return vp_get(context, entry->field, element);
	}
	return 0;
}

uint64_t metadata_read(const struct metadata_context *context,
		       enum metadata_scope scope, uint64_t id, uint64_t *value)
{
	const struct entry *entry;
	uint32_t element = 0;

	*value = 0;
	entry = entry_find(scope, id, &element);
	if (!entry)
		return TDX_METADATA_FIELD_ID_INCORRECT;
	*value = entry_get(context, entry, element);
	return TDX_SUCCESS;
}

/* The first element of the first entry of the scope from this entry on. */
static uint64_t entry_first_id(const struct entry *from,
			       enum metadata_scope scope)
{
	for (; from < entries + ARRAY_SIZE(entries); from++) {
		if (from->scope == scope)
			return from->id;
	}
	return METADATA_NULL_ID;
}

uint64_t metadata_read_next(const struct metadata_context *context,
			    enum metadata_scope scope, uint64_t id,
			    uint64_t *value, uint64_t *next)
{
	const struct entry *entry;
	uint32_t element = 0;

	*value = 0;
	*next = METADATA_NULL_ID;
	if ((id | ID_CONTEXT_MASK) == METADATA_NULL_ID) {
		*next = entry_first_id(entries, scope);
		return TDX_METADATA_FIRST_FIELD_ID_IN_CONTEXT;
	}
	entry = entry_find(scope, id, &element);
	if (!entry)
		return TDX_METADATA_FIELD_ID_INCORRECT;
	*value = entry_get(context, entry, element);
	*next = element + 1 < entry->elements ?
			entry->id + element + 1 :
			entry_first_id(entry + 1, scope);
	return TDX_SUCCESS;
}

uint64_t metadata_id(enum metadata_scope scope, uint64_t id)
{
	const struct entry *entry;
	uint32_t element = 0;

	if ((id | ID_CONTEXT_MASK) == METADATA_NULL_ID)
		return entry_first_id(entries, scope);
	entry = entry_find(scope, id, &element);
	return entry ? entry->id + element : METADATA_NULL_ID;
}

static void set_bit(unsigned int *word, unsigned int bit, uint64_t value)
{
	*word = value ? *word | bit : *word & ~bit;
}

static void entry_set(const struct metadata_context *context,
		      const struct entry *entry, uint32_t element,
		      uint64_t value)
{
	switch (entry->field) {
	case F_NOTIFY_ENABLES:
		*context->notify_enables = value;
		break;
	case F_TD_CTLS:
		*context->td_ctls = value;
		break;
	case F_CPUID_SUPERVISOR_VE:
		set_bit(context->cpuid_ve, CPUID_VE_SUPERVISOR, value);
		break;
	case F_CPUID_USER_VE:
		set_bit(context->cpuid_ve, CPUID_VE_USER, value);
		break;
	case F_CPUID_CONTROL:
		context->cpuid_control[element] = (uint8_t)value;
		break;
	default:
		break;
	}
}

/* MOD, TD_CTLS: a TD that is not flexible keeps what it was made with. */
static bool is_change_legal(const struct metadata_context *context,
			    const struct entry *entry, uint64_t changed)
{
	return entry->field != F_TD_CTLS ||
	       !(changed & TDX_TD_CTLS_PENDING_VE_DISABLE) ||
	       (context->config_flags & TDX_CONFIG_FLAGS_FLEXIBLE_PENDING_VE);
}

uint64_t metadata_write(const struct metadata_context *context,
			enum metadata_scope scope,
			const struct metadata_change *change, uint64_t *old)
{
	const struct entry *entry;
	uint64_t changed;
	uint64_t now;
	uint32_t element = 0;

	*old = 0;
	entry = entry_find(scope, change->id, &element);
	if (!entry)
		return TDX_METADATA_FIELD_ID_INCORRECT;
	if (!(entry->writable & change->mask))
		return TDX_METADATA_FIELD_NOT_WRITABLE;
	now = entry_get(context, entry, element);
	changed = (now ^ change->value) & change->mask;
	if ((changed & ~entry->writable) ||
	    !is_change_legal(context, entry, changed))
		return TDX_METADATA_FIELD_VALUE_NOT_VALID;
	entry_set(context, entry, element, now ^ changed);
	*old = now;
	return TDX_SUCCESS;
}
