/* SPDX-License-Identifier: MIT */
/*
 * MRTD and the RTMRs. The same record, but for its name, opens an added page
 * and a measured chunk.
 */
#include "emu/module/measure.h"

#include <string.h>

#include "lib/compiler.h"

/* What TDH.MEM.PAGE.ADD and TDH.MR.EXTEND hash of themselves. */
struct measure_record {
	char name[16];
	uint64_t gpa;
	uint8_t zero[104];
};

ASSERT_FIELD(struct measure_record, name, 0, 16);
ASSERT_FIELD(struct measure_record, gpa, 16, 8);
ASSERT_SIZE(struct measure_record, 128);

void measure_init(struct measure *measure)
{
	sha384_init(&measure->stream);
}

void measure_page_add(struct measure *measure, paddr_t gpa)
{
	const struct measure_record record = { "MEM.PAGE.ADD", gpa, { 0 } };

	sha384_update(&measure->stream, &record, sizeof(record));
}

void measure_extend(struct measure *measure, paddr_t gpa,
		    const uint8_t chunk[MEASURE_CHUNK_SIZE])
{
	const struct measure_record record = { "MR.EXTEND", gpa, { 0 } };

	sha384_update(&measure->stream, &record, sizeof(record));
	sha384_update(&measure->stream, chunk, MEASURE_CHUNK_SIZE);
}

void measure_finalize(struct measure *measure, uint8_t mrtd[SHA384_SIZE])
{
	sha384_final(&measure->stream, mrtd);
}

void measure_rtmr_extend(uint8_t rtmr[SHA384_SIZE],
			 const uint8_t data[SHA384_SIZE])
{
	struct sha384 sha;

	sha384_init(&sha);
	sha384_update(&sha, rtmr, SHA384_SIZE);
	sha384_update(&sha, data, SHA384_SIZE);
	sha384_final(&sha, rtmr);
}
