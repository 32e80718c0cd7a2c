/* SPDX-License-Identifier: MIT */
/*
 * Metadata that a production TD may read and write about itself (MOD,
 * TDG.VM.RD, TDG.VM.WR, TDG.VP.RD, TDG.VP.WR, TDG.SYS.RD), of module 1.5.01:
 * which field identifiers there are, who may do what, and the next field.
 * Fields of nested (L2) VMs are left out: an emulated TD has none.
 */
#ifndef EMU_MODULE_METADATA_H
#define EMU_MODULE_METADATA_H

#include "emu/module/cpuid.h"
#include "lib/compiler.h"
#include "lib/sha384.h"
#include "lib/types.h"

/* "No field"; on input with any context code, bits 54:52. */
#define METADATA_NULL_ID UINT64_MAX

/*
 * TDX_FEATURES0: TDG_VP_RDWR, CPUID_VIRT_GUEST_CTRL, LOCAL_ATTESTATION,
 * CONFIG_IA32_ARCH_CAP, PENDING_EPT_VIOLATION_V2, FMS_CONFIG, NO_RBP_MOD.
 */
#define METADATA_TDX_FEATURES0 UINT64_C(0x70928)
#define METADATA_MAJOR_VERSION 1
#define METADATA_MINOR_VERSION 5

enum metadata_scope {
	METADATA_SYS,
	METADATA_TD,
	METADATA_VP,
};

/* What the fields show. Only fields of the accessed scope are looked at. */
struct metadata_context {
	uint64_t td_uuid[4];
	uint64_t attributes;
	uint64_t xfam;
	uint64_t config_flags;
	uint32_t max_vcpus;
	uint32_t num_vcpus;
	uint16_t tsc_frequency; /* in 25 MHz */
	const uint8_t *mrtd;	/* all of SHA384_SIZE bytes */
	const uint8_t *mrconfigid;
	const uint8_t *mrowner;
	const uint8_t *mrownerconfig;
	const uint8_t *rtmr; /* four, one behind the other */
	const uint8_t *servtd_hash;
	uint64_t *notify_enables;
	uint64_t *td_ctls;

	uint32_t vcpu_index;
	unsigned int *cpuid_ve; /* as for struct td_cpuid_context */
	uint8_t *cpuid_control; /* TD_CPUID_CONTROLS bytes */
};

/*
 * One element of a field. TDX_SUCCESS, or a status without operand id
 * (METADATA_FIELD_ID_INCORRECT), then *value is 0. Context code, element
 * size, increment and write mask bits of the identifier do not matter.
 */
must_check uint64_t metadata_read(const struct metadata_context *context,
				  enum metadata_scope scope, uint64_t id,
				  uint64_t *value);

/*
 * The same, and the identifier of the next readable element in the scope,
 * METADATA_NULL_ID on error and after the last. For the null identifier:
 * METADATA_FIRST_FIELD_ID_IN_CONTEXT, the first one in *next.
 */
must_check uint64_t metadata_read_next(const struct metadata_context *context,
				       enum metadata_scope scope, uint64_t id,
				       uint64_t *value, uint64_t *next);

/*
 * An identifier of the scope as the table has it, whatever its bits that do
 * not matter; the first one for the null identifier. METADATA_NULL_ID if there
 * is no such field.
 */
uint64_t metadata_id(enum metadata_scope scope, uint64_t id);

/* What a guest asks to be written. */
struct metadata_change {
	uint64_t id;
	uint64_t value;
	uint64_t mask; /* bits that it means */
};

/*
 * Writes one element of a field; the previous value is in *old, 0 on error.
 * METADATA_FIELD_NOT_WRITABLE if the mask leaves no writable bit,
 * METADATA_FIELD_VALUE_NOT_VALID if a bit that it selects may not change.
 */
must_check uint64_t metadata_write(const struct metadata_context *context,
				   enum metadata_scope scope,
				   const struct metadata_change *change,
				   uint64_t *old);

#endif
