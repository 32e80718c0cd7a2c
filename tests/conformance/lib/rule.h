/* SPDX-License-Identifier: MIT */
/*
 * The judge of the conformance tests. A rule has a name, and passes when none
 * of its expectations fails; the first that does is printed. A rule that
 * expects nothing has failed, and so has a program without rules.
 */
#ifndef TESTS_CONFORMANCE_LIB_RULE_H
#define TESTS_CONFORMANCE_LIB_RULE_H

#include "lib/compiler.h"
#include "lib/types.h"
#include "tests/conformance/lib/trial.h"

struct rule {
	const char *name;
	void (*check)(void);
};

/* For tables that hold data instead of functions: what follows is name's. */
void rule_begin(const char *name);
void rules_check(const struct rule *rules, size_t count);
#define RULES_CHECK(rules) rules_check((rules), ARRAY_SIZE(rules))
/* Whether this rule has passed so far. */
bool rule_passes(void);

void expect(const char *what, uint64_t got, uint64_t want);
void expect_true(const char *what, bool is_true);
/* Registers outside of changed (a bit each) are as before. */
void expect_kept(const struct trial *before, const struct trial *after,
		 uint64_t changed);
/* The code was executed to its end. */
void expect_completed(const struct trial *after);
/* A fault at the code's first byte, all registers as before. */
void expect_native_fault(const struct trial *before, const struct trial *after,
			 unsigned int vector);
/* The same, injected by the module, which sets RF in the pushed image. */
void expect_fault(const struct trial *before, const struct trial *after,
		  unsigned int vector);
/*
 * A TDCALL with R8 = 0 is a #VE because of its operand at want: RIP stays, no
 * register changes.
 */
void expect_operand_ve(uint64_t leaf, uint64_t rcx, uint64_t rdx,
		       uint64_t want);

/*
 * There is VE info, of this reason and qualification; it does not outlive the
 * reading of it.
 */
struct ve_info expect_ve(uint64_t reason, uint64_t qualification);
/* MapGPA: SUCCESS. */
void expect_map_gpa(uint64_t start, uint64_t size);
void expect_bytes(const char *what, const void *got, const void *want,
		  size_t size);

/* For `return rules_verdict();` at the end of main(). */
int rules_verdict(void);

#endif
