/* SPDX-License-Identifier: MIT */
/* Measurement registers, as the boot paths extend them. */
#include "boot/measure.h"

#include "arch/x86/tdx/tdx.h"
#include "lib/sha384.h"

void measure_extend(unsigned int rtmr, const void *data, size_t size)
{
	uint8_t digest[SHA384_SIZE];

	sha384_digest(data, size, digest);
	if (tdx_rtmr_extend(rtmr, digest))
		tdx_report_fatal("boot: TDG.MR.RTMR.EXTEND failed");
}
