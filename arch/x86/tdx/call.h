/* SPDX-License-Identifier: MIT */
/*
 * What the files of this folder share about calls to the host: their errors
 * and their counts.
 */
#ifndef ARCH_X86_TDX_CALL_H
#define ARCH_X86_TDX_CALL_H

#include "arch/x86/tdx/tdcall.h"
#include "arch/x86/tdx/tdx.h"

/* Written by one vCPU; read by tdx_count(). */
extern uint64_t tdx_counts[TDX_COUNTS];

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
extern paddr_t tdx_gpa_shared;

/* By size in bytes: 1, 2, 4 or 8. */
extern const uint64_t tdx_size_masks[9];

static inline uint64_t tdx_low_bytes(uint64_t value, unsigned int size)
{
	return value & tdx_size_masks[size];
}

#endif
