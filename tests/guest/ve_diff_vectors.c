/* SPDX-License-Identifier: MIT */
/*
 * #VE for device memory against the CPU: XMM and YMM registers. AVX is turned
 * on for it, where there is any; the kernel itself has no use for it.
 * limit: 240
 */
#include "tests/guest/ve_diff.h"

#define CR4_OSXSAVE BIT(18)
#define LEAF1_ECX_XSAVE BIT(26)
#define LEAF1_ECX_AVX BIT(28)
#define WORDS_OF_ALL 64		/* 16 registers of 32 bytes */

static uint64_t vectors[2 * WORDS_OF_ALL];

static void check_case(const struct ve_case *what, unsigned int variant,
		       bool is_avx)
{
	for (unsigned int i = 0; i < 2 * WORDS_OF_ALL; i++)
		vectors[i] = 0x0123456789ABCDEF * (i % WORDS_OF_ALL + 3);
	diff_case(what, variant, vectors, is_avx);
	for (int i = 0; i < WORDS_OF_ALL; i++)
		if (!check_equal(vectors[WORDS_OF_ALL + i], vectors[i],
				 "quarter of YMM", ve_case_text(what), i))
			printf("FAILED: variant %u\n", variant);
}

static void check_table(const struct ve_case *start, const struct ve_case *end,
			bool is_avx)
{
	for (unsigned int variant = 0; variant < 2; variant++) {
		diff_fill(variant);
		for (const struct ve_case *what = start; what < end; what++)
			check_case(what, variant, is_avx);
	}
	printf("%u instructions, executed %u times on memory and device\n",
	       (unsigned int)(end - start), diff_cases);
}

/*
 * Legacy loads leave the upper halves of YMM alone: seen only with AVX, with
 * which all SSE instructions are executed, too.
 */
static void check_avx(void)
{
	const uint32_t features = cpu_cpuid(1, 0).ecx;

	if (!(features & LEAF1_ECX_XSAVE) || !(features & LEAF1_ECX_AVX)) {
		printf("this TD has no AVX\n");
		return;
	}
	cpu_write_cr4(cpu_read_cr4() | CR4_OSXSAVE);
	cpu_xsetbv(0, 7);
	check_table(ve_diff_sse, ve_diff_sse_end, true);
	check_table(ve_diff_avx, ve_diff_avx_end, true);
}

int main(void)
{
	CHECK_EQUAL(paging_map_shared(DIFF_DEVICE, DIFF_DEVICE + PAGE_SIZE), 0);
	check_table(ve_diff_sse, ve_diff_sse_end, false);
	check_avx();
	return check_verdict();
}
