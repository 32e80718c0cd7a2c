/* SPDX-License-Identifier: MIT */
/*
 * What the files of this folder share about calls to the host: their errors
 * and their counts.
 */
#ifndef ARCH_X86_TDX_CALL_H
#define ARCH_X86_TDX_CALL_H

#include "arch/x86/tdx/tdcall.h"
#include "arch/x86/tdx/tdx.h"
#include "arch/x86/tdx/trust.h"

/* Written by one vCPU; read by tdx_count(). */
extern in_image uint64_t tdx_counts[TDX_COUNTS];

static inline void tdx_count_up(enum tdx_count which)
{
	tdx_counts[which]++;
}

/* The errno for a host's R10 that is not 0, as tdx.h promises. */
int tdx_host_refusal(uint64_t status);

static inline int tdx_host_error(uint64_t status)
{
	return likely(!status) ? 0 : tdx_host_refusal(status);
}

/* tdx_shared_bit() without a call; 0 before tdx_init(). */
extern in_image paddr_t tdx_gpa_shared;

/* Does the table of trust let the host have it? Counts what it does not. */
static inline bool tdx_may_use_port(uint16_t port, unsigned int size)
{
	if (likely(trust_may_use_port(port, size)))
		return true;
	tdx_count_up(TDX_COUNT_VE_REFUSED_IO);
	return false;
}

/* By size in bytes: 1, 2, 4 or 8. */
extern in_image const uint64_t tdx_size_masks[9];

static inline uint64_t tdx_low_bytes(uint64_t value, unsigned int size)
{
	return value & tdx_size_masks[size];
}

#endif
