/* SPDX-License-Identifier: MIT */
/*
 * What tests/bench/paths.c has measured, as text. Lines are divided by tabs.
 * Handlers, one line for each entry, instruction, place and number of TDCALLs:
 *
 *	handler	ENTRY WHAT WHERE TDCALLS TIMES LEAST MEDIAN P90 STACK LEAF...
 *
 * WHAT the instruction was; WHERE it was, in the "kernel" or in a "user"
 * program; instructions, P90 being what nine of ten do not exceed; bytes of
 * stack from the interrupted one to the lowest written to, frame included, 0
 * for a program's; and, for the first TDCALLs, the median instructions of the
 * function in which each is executed, 0 if there is none.
 * Functions, one line for each and each number of TDCALLs in their course:
 *
 *	function ADDRESS TDCALLS TIMES LEAST MEDIAN
 */
#ifndef TESTS_BENCH_RESULTS_H
#define TESTS_BENCH_RESULTS_H

#include <stdbool.h>

#include "tests/bench/block.h"

#define LEAVES 4

/* One run of a handler. */
struct handler {
	uint64_t entry;
	enum what what;
	bool is_users;
	uint64_t tdcalls;
	uint32_t instructions;
	uint32_t stack;
	const uint32_t *leaves;	/* LEAVES of them */
};

/* Keeps path. False: no memory. Before all others. */
bool results_begin(const char *path);
void results_add_handler(const struct handler *handler);
void results_add_function(uint64_t address, uint64_t tdcalls, uint32_t cost);
void results_write(qemu_plugin_id_t id, void *data);

#endif
