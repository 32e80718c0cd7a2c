/* SPDX-License-Identifier: MIT */
/*
 * Metadata of a TD as its host may access it (MOD, TDH.MNG.RD, TDH.MNG.WR):
 * what the guest may read, too, what the TDR and the TDCS keep for the host,
 * and the CPUID values. Left out are EPTP and XBUFF, the fields of L2 VMs, and
 * what only a DEBUG TD shows of tables and virtual MSRs. Pure.
 */
#ifndef EMU_MODULE_HOSTFIELDS_H
#define EMU_MODULE_HOSTFIELDS_H

#include "emu/module/cpuid.h"
#include "emu/module/metadata.h"

/* HP_LOCK_TIMEOUT, in microseconds. */
#define HOSTFIELDS_HP_LOCK_TIMEOUT UINT64_C(1000000)

struct hostfields_context {
	const struct metadata_context *td; /* what the guest sees */
	/* The TD's; nothing of a vCPU. */
	const struct td_cpuid_context *cpuid;
	bool is_debug;		/* nothing is hidden */

	uint32_t num_tdcx;
	const paddr_t *tdcx;	/* num_tdcx of them */
	uint64_t num_children;
	uint32_t lifecycle;
	uint16_t hkid;
	uint32_t num_associated;
	uint32_t op_state;
	uint64_t tsc_offset;
	uint64_t epoch;
	uint16_t references[2];	/* vCPUs inside, by the parity of their epoch */
	uint64_t *hp_lock_timeout;
};

/*
 * One element of a field, and the identifier of the next one that can be read
 * (metadata_read_next() says more). METADATA_FIELD_NOT_READABLE for a field
 * that a production TD hides.
 */
must_check uint64_t hostfields_read(const struct hostfields_context *context,
				    uint64_t id, uint64_t *value,
				    uint64_t *next);

/* As metadata_write(). */
must_check uint64_t hostfields_write(const struct hostfields_context *context,
				     const struct metadata_change *change,
				     uint64_t *old);

#endif
