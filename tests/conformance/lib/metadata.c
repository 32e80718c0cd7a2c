/* SPDX-License-Identifier: MIT */
/* Reads, writes and enumerates metadata fields. */
#include "tests/conformance/lib/metadata.h"

#include "tests/conformance/lib/rule.h"
#include "tests/conformance/spec.h"

#define FIELDS_LIMIT 4096

struct metadata metadata_call(uint64_t rax, uint64_t rcx, uint64_t field,
			      uint64_t data, uint64_t mask)
{
	struct trial trial;

	trial_fill(&trial);
	trial.gpr[RAX] = rax;
	trial.gpr[RCX] = rcx;
	trial.gpr[RDX] = field;
	trial.gpr[R8] = data;
	trial.gpr[R9] = mask;
	trial_tdcall(&trial);
	return (struct metadata){
		.status = trial.gpr[RAX],
		.value = trial.gpr[R8],
		.next = trial.gpr[RDX],
	};
}

void expect_first_id(struct metadata got)
{
	expect("status", got.status, FIRST_FIELD_ID_IN_CONTEXT);
	expect("R8", got.value, 0);
	expect_true("RDX is an id", got.next != NULL_ID);
}

/* Following RDX from the null id visits each readable field, and ends. */
static unsigned int enumerate(struct metadata (*rd)(uint64_t field),
			      uint64_t wanted, bool *was_seen)
{
	const uint64_t significant = UINT64_C(0x3F00000000FFFFFF);
	uint64_t field = rd(NULL_ID).next;
	unsigned int count = 0;

	*was_seen = false;
	while (field != NULL_ID && count < FIELDS_LIMIT) {
		const struct metadata got = rd(field);

		expect("status", got.status, 0);
		*was_seen |= (field & significant) == (wanted & significant);
		if (!rule_passes())
			return count;
		field = got.next;
		count++;
	}
	return count;
}

void expect_enumeration(struct metadata (*rd)(uint64_t field), uint64_t wanted)
{
	bool was_seen;
	const unsigned int count = enumerate(rd, wanted, &was_seen);

	expect_true("ends", count < FIELDS_LIMIT);
	expect_true("is not empty", count > 1);
	expect_true("contains a known field", was_seen);
}
