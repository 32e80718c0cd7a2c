/* SPDX-License-Identifier: MIT */
/*
 * The self-test's table: calls in the order of a TD's life, right ones and
 * wrong ones, and what the reference says that each answers. Numbers are
 * typed from the reference, not taken from the headers that both sides share.
 */
#ifndef EMU_VMM_SELFTEST_H
#define EMU_VMM_SELFTEST_H

#include "lib/types.h"

/* Which registers the step looks at afterwards. */
#define SELFTEST_RCX 1U
#define SELFTEST_RDX 2U
#define SELFTEST_R8 4U
#define SELFTEST_R9 8U

struct selftest_step {
	const char *what;
	uint64_t rax, rcx, rdx, r8, r9;
	uint64_t status;
	/* Outputs. */
	unsigned int checks;
	uint64_t out_rcx, out_rdx, out_r8, out_r9;
	/* Memory that is another for this call: width bytes at poke, 0 none. */
	uint64_t poke;
	uint64_t value;
	unsigned int width;
	/* So many calls, RCX one page on each time; 0 is one. */
	unsigned int times;
};

struct selftest_phase {
	const struct selftest_step *steps;
	size_t count;
};

extern const struct selftest_phase selftest_platform;
extern const struct selftest_phase selftest_build;
extern const struct selftest_phase selftest_run;
extern const struct selftest_phase selftest_teardown;
extern const struct selftest_phase selftest_debug;
extern const struct selftest_phase selftest_victim;
extern const struct selftest_phase selftest_gone;
extern const struct selftest_phase selftest_shutdown;
/* What selftest_victim makes: its TDR, its vCPUs, all its pages. */
extern const uint64_t selftest_victim_vcpus[2];
extern const uint64_t selftest_victim_pages;

/* One check; says what is wrong, if it is. */
void selftest_expect(const char *what, const char *where, uint64_t got,
		     uint64_t want);

/* selftest_list.c: TDH.SYS.RDALL says what TDH.SYS.RD says. */
void selftest_list(void);
/* TDs of five levels, where the CPU walks only four, and where it can. */
extern const struct selftest_phase selftest_five_refused;
extern const struct selftest_phase selftest_five;

/* Host memory that the calls name: the lowest RAM, which no TD uses here. */
#define SELFTEST_PARAMS 0x100000
#define SELFTEST_POINTERS 0x101000
#define SELFTEST_TDMR 0x102000
#define SELFTEST_INFO 0x103000
#define SELFTEST_CMRS 0x104000
#define SELFTEST_SOURCE 0x105000
#define SELFTEST_LIST 0x106000

/* The region, its PAMT at EMU_POOL_PHYS, and pages for TDs. */
#define SELFTEST_REGION 0x1000000000
#define SELFTEST_PAMT 0x1002000000
#define SELFTEST_PAGE(n) (0x1004000000 + (n) * UINT64_C(0x1000))
#define SELFTEST_LARGE 0x1004200000

/* What the TD's first instructions touch. */
#define SELFTEST_GPA 0x10000000

#endif
