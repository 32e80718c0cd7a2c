/* SPDX-License-Identifier: MIT */
/*
 * The fields of a TD that its host may access, ascending by class and code,
 * which is the order in which the next one is found.
 */
#include "emu/module/hostfields.h"

#include "arch/x86/tdx/abi.h"

/* MOD, Metadata Field Identifier. */
#define ID_CODE_MASK UINT64_C(0xffffff)
#define ID_CLASS_SHIFT 56
#define ID_CLASS_MASK UINT64_C(0x3f)
#define ID_CONTEXT_MASK (UINT64_C(7) << 52)
#define ID_MUST_BE_ZERO UINT64_C(0x4083fffcff000000)

/* MOD, CPUID_VALUES: the code is a leaf, a sub-leaf and one of two elements. */
#define CPUID_ELEMENTS 2U
#define CPUID_SUBLEAF_SHIFT 1
#define CPUID_SUBLEAF_MASK 0x7f
#define CPUID_NO_SUBLEAF (UINT64_C(1) << 8)
#define CPUID_LEAF_SHIFT 9
#define CPUID_LEAF_MASK 0x7f
#define CPUID_LEAF_31 (UINT64_C(1) << 16)
#define CPUID_RESERVED UINT64_C(0xfe0000)

#define HP_LOCK_TIMEOUT_MIN UINT64_C(10000)
#define HP_LOCK_TIMEOUT_MAX UINT64_C(100000000)
/* The TSC of a TD runs at the machine's rate: 1, with 48 bits behind it. */
#define TSC_MULTIPLIER (UINT64_C(1) << 48)

enum field {
	F_GUEST,		/* the guest's (metadata.c) */
	F_ZERO,
	F_FATAL,
	F_NUM_TDCX,
	F_CHLDCNT,
	F_LIFECYCLE_STATE,
	F_TDCX_PA,
	F_HKID,
	F_PKG_CONFIG_BITMAP,
	F_NUM_ASSOC_VCPUS,
	F_OP_STATE,
	F_TSC_OFFSET,
	F_TSC_MULTIPLIER,
	F_NUM_CPUID_VALUES,
	F_HP_LOCK_TIMEOUT,
	F_TD_EPOCH,
	F_REFCOUNT,
	F_CPUID_VALUES,
};

struct entry {
	uint64_t id;		/* of the first element */
	uint32_t elements;
	enum field field;
	bool is_hidden;		/* but for a DEBUG TD */
	uint64_t writable;
};

static const struct entry entries[] = {
	{ 0x8010000000000001, 1, F_FATAL, false, 0 },
	{ 0x8010000200000002, 1, F_NUM_TDCX, false, 0 },
	{ 0x8010000300000004, 1, F_CHLDCNT, false, 0 },
	{ 0x8010000200000005, 1, F_LIFECYCLE_STATE, false, 0 },
	{ 0x8010000300000010, 9, F_TDCX_PA, false, 0 },
	/* TD_UUID */
	{ 0x8010000300000020, 4, F_GUEST, false, 0 },
	{ 0x8110000100000001, 1, F_HKID, false, 0 },
	{ 0x8110000300000002, 1, F_PKG_CONFIG_BITMAP, false, 0 },
	/* NUM_VCPUS */
	{ 0x9010000200000001, 1, F_GUEST, false, 0 },
	{ 0x9010000200000002, 1, F_NUM_ASSOC_VCPUS, false, 0 },
	{ 0x9010000200000004, 1, F_OP_STATE, false, 0 },
	/* NUM_L2_VMS, ATTRIBUTES, XFAM, MAX_VCPUS, GPAW */
	{ 0x9010000100000005, 1, F_GUEST, false, 0 },
	{ 0x1110000300000000, 1, F_GUEST, false, 0 },
	{ 0x1110000300000001, 1, F_GUEST, false, 0 },
	{ 0x1110000200000002, 1, F_GUEST, false, 0 },
	{ 0x1110000000000003, 1, F_GUEST, false, 0 },
	{ 0x111000030000000a, 1, F_TSC_OFFSET, false, 0 },
	{ 0x111000030000000b, 1, F_TSC_MULTIPLIER, false, 0 },
	/* TSC_FREQUENCY */
	{ 0x111000010000000c, 1, F_GUEST, false, 0 },
	{ 0x911000010000000e, 1, F_NUM_CPUID_VALUES, false, 0 },
	/* NOTIFY_ENABLES */
	{ 0x9110000300000010, 1, F_GUEST, true, 1 },
	{ 0x9110000300000011, 1, F_HP_LOCK_TIMEOUT, false, UINT64_MAX },
	/* CONFIG_FLAGS, TD_CTLS */
	{ 0x9110000300000016, 1, F_GUEST, false, 0 },
	{ 0x9110000300000017, 1, F_GUEST, true, 0 },
	{ 0x9210000300000000, 1, F_TD_EPOCH, false, 0 },
	{ 0x9210000100000001, 2, F_REFCOUNT, false, 0 },
	/* MRTD, MRCONFIGID, MROWNER, MROWNERCONFIG, RTMR */
	{ 0x1310000300000000, 6, F_GUEST, false, 0 },
	{ 0x1310000300000010, 6, F_GUEST, false, 0 },
	{ 0x1310000300000018, 6, F_GUEST, false, 0 },
	{ 0x1310000300000020, 6, F_GUEST, false, 0 },
	{ 0x1310000300000040, 24, F_GUEST, true, 0 },
	{ 0x9410000300000000, 2 * TD_CPUID_ENTRIES, F_CPUID_VALUES, false, 0 },
	/*
	 * Of migration, which no TD here has had: MIG_DEC_KEY_SET, the counts
	 * of exports and imports, MIG_EPOCH, BW_EPOCH, TOTAL_MB_COUNT, the
	 * versions, DIRTY_COUNT, MIG_COUNT, NUM_MIGS, NUM_MIGRATED_VCPUS.
	 */
	{ 0x9810000000000001, 1, F_ZERO, false, 0 },
	{ 0x9810000200000002, 1, F_ZERO, false, 0 },
	{ 0x9810000200000003, 1, F_ZERO, false, 0 },
	{ 0x9810000200000004, 1, F_ZERO, false, 0 },
	{ 0x9810000300000005, 1, F_ZERO, false, 0 },
	{ 0x9810000300000006, 1, F_ZERO, false, 0 },
	{ 0x9810000100000020, 1, F_ZERO, false, 0 },
	{ 0x9810000100000021, 1, F_ZERO, false, 0 },
	{ 0x9810000300000030, 1, F_ZERO, false, 0 },
	{ 0x9810000300000031, 1, F_ZERO, false, 0 },
	{ 0x9810000100000032, 1, F_ZERO, false, 0 },
	{ 0x9810000200000034, 1, F_ZERO, false, 0 },
	/* PRE_IMPORT_UUID, SERVTD_HASH, SERVTD_NUM, SERVTD_BINDINGS */
	{ 0x9810000300000040, 4, F_GUEST, false, 0 },
	{ 0x9910000300000000, 6, F_GUEST, false, 0 },
	{ 0x9910000100000006, 1, F_GUEST, false, 0 },
	{ 0x9910000300000080, 16, F_GUEST, false, 0 },
};

/* An element of a field. */
struct place {
	const struct entry *entry;
	uint32_t element;
};

static uint64_t id_class(uint64_t id)
{
	return id >> ID_CLASS_SHIFT & ID_CLASS_MASK;
}

static uint64_t id_code(uint64_t id)
{
	return id & ID_CODE_MASK;
}

/* The element that a code of CPUID_VALUES means; negative: none. */
static int cpuid_element(uint64_t code)
{
	const uint32_t leaf = (code >> CPUID_LEAF_SHIFT & CPUID_LEAF_MASK) |
			      (code & CPUID_LEAF_31 ? 0x80000000 : 0);
	const uint32_t subleaf =
		code & CPUID_NO_SUBLEAF ?
			TD_CPUID_NO_SUBLEAF :
			code >> CPUID_SUBLEAF_SHIFT & CPUID_SUBLEAF_MASK;
	struct td_cpuid_leaf found;
	int entry;

	if (code & CPUID_RESERVED)
		return -1;
	/* A leaf without sub-leaves has an entry, whatever the sub-leaf. */
	entry = td_cpuid_entry(leaf, code & CPUID_NO_SUBLEAF ? 0 : subleaf);
	if (entry < 0)
		return -1;
	found = td_cpuid_entry_leaf((unsigned int)entry);
	if (found.subleaf != subleaf)
		return -1;
	return entry * (int)CPUID_ELEMENTS + (int)(code & 1);
}

static uint64_t cpuid_code(uint32_t element)
{
	const struct td_cpuid_leaf leaf =
		td_cpuid_entry_leaf(element / CPUID_ELEMENTS);
	uint64_t code = element % CPUID_ELEMENTS;

	if (leaf.subleaf == TD_CPUID_NO_SUBLEAF)
		code |= CPUID_NO_SUBLEAF |
			CPUID_SUBLEAF_MASK << CPUID_SUBLEAF_SHIFT;
	else
		code |= (uint64_t)leaf.subleaf << CPUID_SUBLEAF_SHIFT;
	return code | (leaf.leaf & CPUID_LEAF_MASK) << CPUID_LEAF_SHIFT |
	       (leaf.leaf & 0x80000000 ? CPUID_LEAF_31 : 0);
}

static uint64_t place_id(const struct place *place)
{
	return place->entry->id +
	       (place->entry->field == F_CPUID_VALUES ?
			cpuid_code(place->element) : place->element);
}

static bool find(uint64_t id, struct place *place)
{
	if (id & ID_MUST_BE_ZERO)
		return false;
	for (size_t i = 0; i < ARRAY_SIZE(entries); i++) {
		const struct entry *entry = &entries[i];
		uint64_t offset = id_code(id) - id_code(entry->id);

		if (id_class(entry->id) != id_class(id))
			continue;
		if (entry->field == F_CPUID_VALUES)
			offset = (uint64_t)cpuid_element(id_code(id));
		if (offset >= entry->elements)
			continue;
		*place = (struct place){ entry, (uint32_t)offset };
		return true;
	}
	return false;
}

/* The next element that can be read. */
static uint64_t next_id(const struct hostfields_context *context,
			const struct place *place)
{
	struct place next = { place->entry, place->element + 1 };

	if (next.element == next.entry->elements) {
		next.element = 0;
		do {
			if (++next.entry == entries + ARRAY_SIZE(entries))
				return METADATA_NULL_ID;
		} while (next.entry->is_hidden && !context->is_debug);
	}
	return place_id(&next);
}

static uint64_t cpuid_get(const struct hostfields_context *context,
			  uint32_t element)
{
	const struct td_cpuid_leaf leaf =
		td_cpuid_entry_leaf(element / CPUID_ELEMENTS);
	const struct cpuid_regs value = td_cpuid_value(
		context->cpuid, leaf.leaf,
		leaf.subleaf == TD_CPUID_NO_SUBLEAF ? 0 : leaf.subleaf);

	return element % CPUID_ELEMENTS ?
		       value.ecx | (uint64_t)value.edx << 32 :
		       value.eax | (uint64_t)value.ebx << 32;
}

static uint64_t tdcs_get(const struct hostfields_context *context,
			 const struct place *place)
{
	switch (place->entry->field) {
	case F_NUM_ASSOC_VCPUS:
		return context->num_associated;
	case F_OP_STATE:
		return context->op_state;
	case F_TSC_OFFSET:
		return context->tsc_offset;
	case F_TSC_MULTIPLIER:
		return TSC_MULTIPLIER;
	case F_NUM_CPUID_VALUES:
		return TD_CPUID_ENTRIES;
	case F_HP_LOCK_TIMEOUT:
		return *context->hp_lock_timeout;
	case F_TD_EPOCH:
		return context->epoch;
	case F_REFCOUNT:
		return context->references[place->element];
	case F_CPUID_VALUES:
		return cpuid_get(context, place->element);
	default:
		return 0;
	}
}

static uint64_t get(const struct hostfields_context *context,
		    const struct place *place, uint64_t *value)
{
	*value = 0;
	switch (place->entry->field) {
	case F_GUEST:
		return metadata_read(context->td, METADATA_TD,
				     place_id(place), value);
	case F_ZERO:
	case F_FATAL:	/* or nothing could be read */
		break;
	case F_NUM_TDCX:
		*value = context->num_tdcx;
		break;
	case F_CHLDCNT:
		*value = context->num_children;
		break;
	case F_LIFECYCLE_STATE:
		*value = context->lifecycle;
		break;
	case F_TDCX_PA:
		if (place->element < context->num_tdcx)
			*value = context->tdcx[place->element];
		break;
	case F_HKID:
		*value = context->hkid;
		break;
	case F_PKG_CONFIG_BITMAP:	/* of one package */
		*value = 1;
		break;
	default:
		*value = tdcs_get(context, place);
	}
	return TDX_SUCCESS;
}

uint64_t hostfields_read(const struct hostfields_context *context, uint64_t id,
			 uint64_t *value, uint64_t *next)
{
	struct place place;

	*value = 0;
	*next = METADATA_NULL_ID;
	if ((id | ID_CONTEXT_MASK) == METADATA_NULL_ID) {
		*next = entries[0].id;
		return TDX_METADATA_FIRST_FIELD_ID_IN_CONTEXT;
	}
	if (!find(id, &place))
		return TDX_METADATA_FIELD_ID_INCORRECT;
	if (place.entry->is_hidden && !context->is_debug)
		return TDX_METADATA_FIELD_NOT_READABLE;
	*next = next_id(context, &place);
	return get(context, &place, value);
}

static uint64_t set_timeout(const struct hostfields_context *context,
			    uint64_t value)
{
	if (value < HP_LOCK_TIMEOUT_MIN || value > HP_LOCK_TIMEOUT_MAX)
		return TDX_METADATA_FIELD_VALUE_NOT_VALID;
	*context->hp_lock_timeout = value;
	return TDX_SUCCESS;
}

uint64_t hostfields_write(const struct hostfields_context *context,
			  const struct metadata_change *change, uint64_t *old)
{
	struct place place;
	uint64_t now;
	uint64_t status;

	*old = 0;
	if (!find(change->id, &place))
		return TDX_METADATA_FIELD_ID_INCORRECT;
	if ((place.entry->is_hidden && !context->is_debug) ||
	    !(place.entry->writable & change->mask))
		return TDX_METADATA_FIELD_NOT_WRITABLE;
	if (place.entry->field == F_GUEST)
		return metadata_write(context->td, METADATA_TD, change, old);
	now = *context->hp_lock_timeout;
	status = set_timeout(context, (now & ~change->mask) |
					      (change->value & change->mask));
	if (status == TDX_SUCCESS)
		*old = now;
	return status;
}
