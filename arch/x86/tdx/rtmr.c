/* SPDX-License-Identifier: MIT */
/* Measurements that the TD makes of what it was given. */
#include "arch/x86/tdx/tdx.h"

#include <errno.h>
#include <string.h>

#include "arch/x86/tdx/tdcall.h"

/* The module's locks are held by others for microseconds. */
#define EXTEND_TRIES 1000

int tdx_rtmr_extend(unsigned int index, const uint8_t digest[TDX_DIGEST_SIZE])
{
	uint8_t data[TDX_DIGEST_SIZE] aligned(64);
	uint64_t status;

	memcpy(data, digest, sizeof(data));
	for (int tries = 0; tries < EXTEND_TRIES; tries++) {
		status = tdg_mr_rtmr_extend((uintptr_t)data, index) &
			 TDX_STATUS_MASK;
		if (status == TDX_SUCCESS)
			return 0;
		if (status != TDX_OPERAND_BUSY)
			return -EINVAL;
	}
	return -EBUSY;
}
