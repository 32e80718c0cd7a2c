/* SPDX-License-Identifier: MIT */
/*
 * The measurement registers of a TD. MRTD is one SHA-384 stream over the
 * whole build: a record of 128 bytes for each page added and, for each chunk
 * measured, a record and the chunk itself (MOD, TDH.MEM.PAGE.ADD,
 * TDH.MR.EXTEND, TDH.MR.FINALIZE). An RTMR is a chain of SHA-384 over itself
 * and the new digest (MOD, TDG.MR.RTMR.EXTEND). The callers check alignment,
 * page states and the TD's operation state.
 */
#ifndef EMU_MODULE_MEASURE_H
#define EMU_MODULE_MEASURE_H

#include "lib/sha384.h"
#include "lib/types.h"

#define MEASURE_CHUNK_SIZE 256
#define MEASURE_RTMR_COUNT 4

struct measure {
	struct sha384 stream;
};

/* TDH.MNG.INIT: an empty stream. */
void measure_init(struct measure *measure);
/* TDH.MEM.PAGE.ADD of the 4 KiB page at gpa, without level bits. */
void measure_page_add(struct measure *measure, paddr_t gpa);
/* TDH.MR.EXTEND of the chunk at gpa, which is 256-byte aligned. */
void measure_extend(struct measure *measure, paddr_t gpa,
		    const uint8_t chunk[MEASURE_CHUNK_SIZE]);
/* TDH.MR.FINALIZE: the stream ends here and MRTD is known. */
void measure_finalize(struct measure *measure, uint8_t mrtd[SHA384_SIZE]);

/* TDG.MR.RTMR.EXTEND: rtmr = SHA384(rtmr || data). */
void measure_rtmr_extend(uint8_t rtmr[SHA384_SIZE],
			 const uint8_t data[SHA384_SIZE]);

#endif
