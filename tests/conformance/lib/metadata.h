/* SPDX-License-Identifier: MIT */
/* Metadata fields: calls of the leaves that access them. */
#ifndef TESTS_CONFORMANCE_LIB_METADATA_H
#define TESTS_CONFORMANCE_LIB_METADATA_H

#include "lib/types.h"

/* RAX, R8 and RDX after the call. */
struct metadata {
	uint64_t status, value, next;
};

struct metadata metadata_call(uint64_t rax, uint64_t rcx, uint64_t field,
			      uint64_t data, uint64_t mask);

/* The answer to the null id. */
void expect_first_id(struct metadata got);
/* Following RDX from the null id leads to wanted, and ends. */
void expect_enumeration(struct metadata (*rd)(uint64_t field), uint64_t wanted);

#endif
