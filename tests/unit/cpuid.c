/* SPDX-License-Identifier: MIT */
/*
 * emu/module/cpuid against a second transcription: bits by number, not by
 * mask, in the classes of the module's tables, and evaluated bit by bit for
 * many CPUs, host configurations, XFAMs and ATTRIBUTES. What is code and not
 * table has its own checks below.
 *
 * Links: emu/module/cpuid_table.c
 */
#include "tests/unit/expect.h"

#include "emu/module/cpuid.h"

#define ANY_SUBLEAF 0xffffffff
#define PKS (UINT64_C(1) << 30)
#define PERFMON (UINT64_C(1) << 63)
#define FULL_XFAM 0x6dbe7

/*
 * Registers: a b c d. Text: classes, each a letter and bit numbers or a-b:
 * 1 always 1; f 1 on hardware, native here; n native; y native and allowed by
 * the host; h the host's. A bit that no class names is always 0.
 */
struct spec {
	uint32_t leaf;
	uint32_t subleaf;
	char reg;
	const char *classes;
};

static const struct spec specs[] = {
	{ 0, ANY_SUBLEAF, 'a', "1 0 1 5" },
	{ 1, ANY_SUBLEAF, 'b', "1 11 h 16-23" },
	{ 1, ANY_SUBLEAF, 'c',
	  "1 2 4 15 21 31 "
	  "f 0 1 9 13 17 19 20 22 23 25 26 30 "
	  "n 12 y 3 7 8 10 11 14 18 28 29 h 24" },
	{ 1, ANY_SUBLEAF, 'd',
	  "1 7 9 12 14 21 f 0 1-6 8 11 13 15 16 19 23 24-26 "
	  "y 18 22 27 29 31 h 28" },
	{ 4, 0, 'a', "h 0-9 14-31" },
	{ 4, 0, 'b', "1 0-5 h 12-31" },
	{ 4, 0, 'c', "h 0-31" },
	{ 4, 0, 'd', "h 0 1 3-31" },
	{ 4, 1, 'a', "h 0-9 14-31" },
	{ 4, 1, 'b', "1 0-5 h 12-31" },
	{ 4, 1, 'c', "h 0-31" },
	{ 4, 1, 'd', "h 0 1 3-31" },
	{ 4, 2, 'a', "h 0-9 14-31" },
	{ 4, 2, 'b', "1 0-5 h 12-31" },
	{ 4, 2, 'c', "h 0-31" },
	{ 4, 2, 'd', "h 0 1 3-31" },
	{ 4, 3, 'a', "h 0-9 14-31" },
	{ 4, 3, 'b', "1 0-5 h 12-31" },
	{ 4, 3, 'c', "h 0-31" },
	{ 4, 3, 'd', "h 0-2" },
	{ 7, 0, 'a', "1 1" },
	{ 7, 0, 'b',
	  "f 0 6 7 10 13 18 20 23 24 29 n 5 25 "
	  "y 3 4 8 9 11 12 15 16 17 19 21 26-28 30 31" },
	{ 7, 0, 'c', "1 24 f 27 28 n 1 3 7 31 y 0 2 5 6 8-14 16 22 25" },
	{ 7, 0, 'd',
	  "1 10 26-31 n 5 19 20 22-25 y 2-4 8 14 16 18" },
	{ 7, 1, 'a', "y 4 5 8 10-12" },
	{ 7, 2, 'd', "1 0-2 4 y 3 5" },
	{ 0xa, ANY_SUBLEAF, 'a', "n 0-31" },
	{ 0xa, ANY_SUBLEAF, 'b', "n 0-31" },
	{ 0xa, ANY_SUBLEAF, 'c', "n 0-31" },
	{ 0xa, ANY_SUBLEAF, 'd', "n 0-31" },
	{ 0x14, 0, 'a', "n 0-31" },
	{ 0x14, 0, 'b', "n 0-31" },
	{ 0x14, 0, 'c', "n 0-31" },
	{ 0x14, 0, 'd', "n 0-31" },
	{ 0x14, 1, 'a', "n 0-31" },
	{ 0x14, 1, 'b', "n 0-31" },
	{ 0x14, 1, 'c', "n 0-31" },
	{ 0x14, 1, 'd', "n 0-31" },
	{ 0x1c, ANY_SUBLEAF, 'a', "y 0-7 n 8-31" },
	{ 0x1c, ANY_SUBLEAF, 'b', "n 0-31" },
	{ 0x1c, ANY_SUBLEAF, 'c', "n 0-31" },
	{ 0x1c, ANY_SUBLEAF, 'd', "n 0-31" },
	{ 0x1d, 0, 'a', "n 0-31" },
	{ 0x1d, 0, 'b', "n 0-31" },
	{ 0x1d, 0, 'c', "n 0-31" },
	{ 0x1d, 0, 'd', "n 0-31" },
	{ 0x1d, 1, 'a', "n 0-31" },
	{ 0x1d, 1, 'b', "n 0-31" },
	{ 0x1d, 1, 'c', "n 0-31" },
	{ 0x1d, 1, 'd', "n 0-31" },
	{ 0x1e, ANY_SUBLEAF, 'a', "n 0-31" },
	{ 0x1e, ANY_SUBLEAF, 'b', "n 0-31" },
	{ 0x1e, ANY_SUBLEAF, 'c', "n 0-31" },
	{ 0x1e, ANY_SUBLEAF, 'd', "n 0-31" },
	{ 0x23, 0, 'a', "y 0-3" },
	{ 0x23, 0, 'b', "n 0-31" },
	{ 0x23, 1, 'a', "n 0-31" },
	{ 0x23, 1, 'b', "n 0-31" },
	{ 0x23, 3, 'a', "n 0-31" },
	{ 0x80000000, ANY_SUBLEAF, 'a', "1 3 31" },
	{ 0x80000001, ANY_SUBLEAF, 'c', "1 8 f 0 5" },
	{ 0x80000001, ANY_SUBLEAF, 'd', "f 20 26 27 29" },
	{ 0x80000007, ANY_SUBLEAF, 'd', "1 8" },
	{ 0x80000008, ANY_SUBLEAF, 'b', "y 9" },
};

/* Registers that another check looks at. */
static bool is_special(uint32_t leaf, char reg)
{
	return (leaf == 0 && reg != 'a') ||
	       (leaf == 1 && reg == 'a') || leaf == 5 || leaf == 0xd ||
	       leaf == 0x15 || leaf == 0x21 ||
	       (leaf == 0x80000008 && reg == 'a');
}

/* Bits that need all of some XFAM bits, or an attribute. */
static const struct {
	uint32_t leaf;
	char reg; /* or * */
	const char *bits;
	const char *xfam;
	uint64_t attribute;
} needs[] = {
	{ 1, 'c', "12 28 29", "2", 0 },
	{ 7, 'b', "5", "2", 0 },
	{ 7, 'b', "25", "8", 0 },
	{ 7, 'b', "16 17 21 26 27 28 30 31", "5-7", 0 },
	{ 7, 'c', "3", "9", 0 },
	{ 7, 'c', "7", "11", 0 },
	{ 7, 'c', "31", "", PKS },
	{ 7, 'c', "9 10", "2", 0 },
	{ 7, 'c', "1 6 11 12 14", "5-7", 0 },
	{ 7, 'd', "19", "15", 0 },
	{ 7, 'd', "20", "11 12", 0 },
	{ 7, 'd', "5", "14", 0 },
	{ 7, 'd', "22 24 25", "17 18", 0 },
	{ 7, 'd', "2 3 8 23", "5-7", 0 },
	{ 0xa, '*', "0-31", "", PERFMON },
	{ 0x14, '*', "0-31", "8", 0 },
	{ 0x1c, '*', "0-31", "15", 0 },
	{ 0x1d, '*', "0-31", "17 18", 0 },
};

/* The bits 4 and 5 of leaf 7 sub-leaf 1 (AVX_VNNI, AVX512_BF16) too. */
#define NEEDS_7_1_BITS 0x30

/* Leaves with a value: last sub-leaf. All other leaves are #VE. */
static const struct {
	uint32_t leaf;
	uint32_t last;
} present[] = {
	{ 0, ANY_SUBLEAF },	     { 1, ANY_SUBLEAF },
	{ 3, ANY_SUBLEAF },	     { 4, 4 },
	{ 5, ANY_SUBLEAF },	     { 7, 2 },
	{ 8, ANY_SUBLEAF },	     { 0xa, ANY_SUBLEAF },
	{ 0xd, 18 },		     { 0xe, ANY_SUBLEAF },
	{ 0x11, ANY_SUBLEAF },	     { 0x12, ANY_SUBLEAF },
	{ 0x13, ANY_SUBLEAF },	     { 0x14, 1 },
	{ 0x15, ANY_SUBLEAF },	     { 0x19, ANY_SUBLEAF },
	{ 0x1c, ANY_SUBLEAF },	     { 0x1d, 1 },
	{ 0x1e, ANY_SUBLEAF },	     { 0x20, ANY_SUBLEAF },
	{ 0x21, 0 },		     { 0x22, ANY_SUBLEAF },
	{ 0x23, 3 },		     { 0x80000000, ANY_SUBLEAF },
	{ 0x80000001, ANY_SUBLEAF }, { 0x80000007, ANY_SUBLEAF },
	{ 0x80000008, ANY_SUBLEAF },
};

static const struct {
	uint32_t leaf;
	uint32_t subleaf;
} config_order[TD_CPUID_CONFIGS] = {
	{ 1, ANY_SUBLEAF },	     { 4, 0 },
	{ 4, 1 },		     { 4, 2 },
	{ 4, 3 },		     { 7, 0 },
	{ 7, 1 },		     { 0xa, ANY_SUBLEAF },
	{ 0x1c, ANY_SUBLEAF },	     { 0x80000008, ANY_SUBLEAF },
	{ 7, 2 },		     { 0x23, 0 },
};

/* A CPU whose answers are all ones, all zero or pseudo-random. */
enum cpu { CPU_ONES, CPU_ZERO, CPU_RANDOM, CPUS };
static enum cpu cpu;
static uint32_t last_basic = 0x23;

static uint32_t scramble(uint32_t a, uint32_t b, uint32_t c)
{
	uint32_t x = a * 2654435761U ^ b * 2246822519U ^ c * 3266489917U;

	x ^= x >> 15;
	x *= 2246822519U;
	return x ^ x >> 13;
}

static uint32_t native_bits(uint32_t leaf, uint32_t subleaf, char reg)
{
	if ((leaf & 0x7fffffff) == 0 && reg == 'a')
		return leaf ? 0x8000000a : last_basic;
	if (cpu == CPU_RANDOM)
		return scramble(leaf, subleaf, (uint32_t)reg);
	return cpu == CPU_ONES ? 0xffffffff : 0;
}

static void native(uint32_t leaf, uint32_t subleaf, struct cpuid_regs *out)
{
	if (leaf > (leaf >= 0x80000000 ? 0x8000000a : last_basic))
		expect_true(false, "the CPU was asked beyond its last leaf");
	out->eax = native_bits(leaf, subleaf, 'a');
	out->ebx = native_bits(leaf, subleaf, 'b');
	out->ecx = native_bits(leaf, subleaf, 'c');
	out->edx = native_bits(leaf, subleaf, 'd');
}

static struct cpuid_regs config[TD_CPUID_CONFIGS];

static struct td_cpuid_context new_context(void)
{
	const struct td_cpuid_context context = {
		.native = native,
		.has_cx16 = true,
		.config = config,
		.xfam = FULL_XFAM,
		.tsc_frequency = 84,
		.xcr0 = 1,
		.is_64bit = false,
	};

	return context;
}

static uint32_t reg_of(const struct cpuid_regs *regs, char reg)
{
	return reg == 'a' ? regs->eax :
	       reg == 'b' ? regs->ebx :
	       reg == 'c' ? regs->ecx :
			    regs->edx;
}

/* "3 5-7" as a mask. */
static uint32_t parse_bits(const char **text)
{
	uint32_t mask = 0;

	for (;;) {
		char *end;
		unsigned long bit = strtoul(*text, &end, 10);
		unsigned long last = bit;

		if (end == *text)
			return mask;
		if (*end == '-')
			last = strtoul(end + 1, &end, 10);
		for (; bit <= last; bit++)
			mask |= (uint32_t)1 << bit;
		*text = end;
		while (**text == ' ')
			(*text)++;
	}
}

static uint32_t config_bits(uint32_t leaf, uint32_t subleaf, char reg)
{
	for (size_t i = 0; i < TD_CPUID_CONFIGS; i++) {
		if (config_order[i].leaf == leaf &&
		    (config_order[i].subleaf == ANY_SUBLEAF ||
		     config_order[i].subleaf == subleaf))
			return reg_of(&config[i], reg);
	}
	return 0;
}

static uint32_t class_value(char letter, uint32_t mask, uint32_t native_value,
			    uint32_t config_value)
{
	switch (letter) {
	case '1':
		return mask;
	case 'f':
	case 'n':
		return mask & native_value;
	case 'y':
		return mask & native_value & config_value;
	case 'h':
		return mask & config_value;
	default:
		abort();
	}
}

static uint32_t needs_mask(const struct td_cpuid_context *context,
			   uint32_t leaf, uint32_t subleaf, char reg)
{
	uint32_t cleared = 0;

	if (leaf == 7 && subleaf == 1 && (context->xfam & 0xe0) != 0xe0)
		cleared = NEEDS_7_1_BITS;
	for (size_t i = 0; i < sizeof(needs) / sizeof(needs[0]); i++) {
		const char *bits = needs[i].bits;
		const char *xfam = needs[i].xfam;
		const uint64_t want = parse_bits(&xfam);

		if (needs[i].leaf != leaf || (leaf == 7 && subleaf) ||
		    (needs[i].reg != reg && needs[i].reg != '*'))
			continue;
		if ((context->xfam & want) != want ||
		    (context->attributes & needs[i].attribute) !=
			    needs[i].attribute)
			cleared |= parse_bits(&bits);
	}
	return ~cleared;
}

static uint32_t spec_value(const struct td_cpuid_context *context,
			   uint32_t leaf, uint32_t subleaf, char reg)
{
	uint32_t value = 0;

	for (size_t i = 0; i < sizeof(specs) / sizeof(specs[0]); i++) {
		const char *text = specs[i].classes;

		if (specs[i].leaf != leaf || specs[i].reg != reg ||
		    (specs[i].subleaf != ANY_SUBLEAF &&
		     specs[i].subleaf != subleaf))
			continue;
		while (*text) {
			const char letter = *text++;

			text++;
			value |= class_value(letter, parse_bits(&text),
					     native_bits(leaf, subleaf, reg),
					     config_bits(leaf, subleaf, reg));
		}
	}
	return value & needs_mask(context, leaf, subleaf, reg);
}

static void check_leaf(const struct td_cpuid_context *context, uint32_t leaf,
		       uint32_t subleaf)
{
	struct cpuid_regs out;
	char what[64];

	snprintf(what, sizeof(what), "leaf %x.%x cpu %d xfam %llx",
		 leaf, subleaf, cpu, (unsigned long long)context->xfam);
	if (!expect_u64(td_cpuid(context, leaf, subleaf, &out), TD_CPUID_VALUE,
			what))
		return;
	for (char reg = 'a'; reg <= 'd'; reg++) {
		if (is_special(leaf, reg))
			continue;
		if (!expect_u64(reg_of(&out, reg),
				spec_value(context, leaf, subleaf, reg), what))
			printf("  register %c\n", reg);
	}
}

static void check_all_leaves(const struct td_cpuid_context *context)
{
	for (size_t i = 0; i < sizeof(present) / sizeof(present[0]); i++) {
		const bool is_any = present[i].last == ANY_SUBLEAF;
		const uint32_t last = is_any ? 2 : present[i].last;

		for (uint32_t subleaf = 0; subleaf <= last; subleaf++)
			check_leaf(context, present[i].leaf, subleaf);
		if (is_any)
			check_leaf(context, present[i].leaf, 0xfffffffe);
	}
}

static void set_config(enum cpu kind)
{
	for (uint32_t i = 0; i < TD_CPUID_CONFIGS; i++) {
		uint32_t *word = (uint32_t *)&config[i];

		for (uint32_t reg = 0; reg < 4; reg++)
			word[reg] = kind == CPU_ONES ? 0xffffffff :
				    kind == CPU_ZERO ? 0 :
						       scramble(i, reg, 99);
	}
}

static void check_tables(void)
{
	static const uint64_t xfams[] = {
		0x3,	0x7,	0xe7,	0x103,	 0x203,	  0x803,
		0x1803, 0x4003, 0x8003, 0x20003, 0x60003, FULL_XFAM,
	};
	static const uint64_t attributes[] = { 0, PKS, PERFMON };
	struct td_cpuid_context context = new_context();

	for (cpu = CPU_ONES; cpu < CPUS; cpu++) {
		for (enum cpu kind = CPU_ONES; kind < CPUS; kind++) {
			set_config(kind);
			for (size_t i = 0; i < 12 * 3; i++) {
				context.xfam = xfams[i / 3];
				context.attributes = attributes[i % 3];
				check_all_leaves(&context);
			}
		}
	}
	cpu = CPU_ZERO;
}

static bool is_present(uint32_t leaf, uint32_t subleaf)
{
	for (size_t i = 0; i < sizeof(present) / sizeof(present[0]); i++) {
		if (present[i].leaf == leaf)
			return subleaf <= present[i].last;
	}
	return false;
}

static void expect_ve(const struct td_cpuid_context *context, uint32_t leaf,
		      uint32_t subleaf, bool is_ve)
{
	static const struct cpuid_regs zero;
	struct cpuid_regs out;
	enum td_cpuid_result result = td_cpuid(context, leaf, subleaf, &out);
	char what[32];

	snprintf(what, sizeof(what), "#VE of %x.%x", leaf, subleaf);
	expect_u64(result, is_ve ? TD_CPUID_VE : TD_CPUID_VALUE, what);
	if (is_ve)
		expect_bytes(&out, &zero, sizeof(out), what);
}

/* Which leaves raise #VE, and which are answered with leaf 0x23's data. */
static void check_presence(void)
{
	static const uint32_t redirected[] = {
		0x24, 0x100, 0x3fffffff, 0x50000000, 0x7fffffff,
		0x80000009, 0x8000001f, 0xc0000000, 0xffffffff,
	};
	const struct td_cpuid_context context = new_context();
	struct cpuid_regs out;

	cpu = CPU_RANDOM;
	for (uint32_t leaf = 0; leaf <= 0x23; leaf++) {
		for (uint32_t subleaf = 0; subleaf < 40; subleaf++)
			expect_ve(&context, leaf, subleaf,
				  !is_present(leaf, subleaf));
	}
	for (uint32_t leaf = 0x80000000; leaf <= 0x80000008; leaf++)
		expect_ve(&context, leaf, 0, !is_present(leaf, 0));
	for (uint32_t leaf = 0x40000000; leaf < 0x50000000; leaf += 0x7fffff)
		expect_ve(&context, leaf, 0, true);
	expect_ve(&context, 0x40000000, 0, true);
	expect_ve(&context, 0x4fffffff, 0, true);
	for (size_t i = 0; i < sizeof(redirected) / sizeof(redirected[0]);
	     i++) {
		for (uint32_t subleaf = 0; subleaf < 4; subleaf++) {
			expect_ve(&context, redirected[i], subleaf, false);
			if (td_cpuid(&context, redirected[i], subleaf, &out))
				continue;
			for (char reg = 'a'; reg <= 'd'; reg++)
				expect_u64(reg_of(&out, reg),
					   spec_value(&context, 0x23, subleaf,
						      reg),
					   "redirected leaf");
		}
		expect_ve(&context, redirected[i], 4, true);
	}
}

/* A CPU that ends at leaf 0xD (as TCG does) has nothing beyond. */
static void check_short_cpu(void)
{
	static const struct cpuid_regs zero;
	const struct td_cpuid_context context = new_context();
	struct cpuid_regs out;

	cpu = CPU_ONES;
	last_basic = 0xd;
	for (uint32_t leaf = 0x1c; leaf <= 0x1e; leaf++) {
		if (!td_cpuid(&context, leaf, 0, &out))
			expect_bytes(&out, &zero, sizeof(out), "beyond 0xD");
	}
	expect_u64(td_cpuid_value(&context, 0, 0).eax, 0x23, "maximum");
	last_basic = 0x23;
}

static void check_moment(void)
{
	struct td_cpuid_context context = new_context();

	cpu = CPU_ONES;
	set_config(CPU_ONES);
	expect_u64(td_cpuid_value(&context, 1, 0).ecx >> 27 & 1, 0, "OSXSAVE");
	expect_u64(td_cpuid_value(&context, 7, 0).ecx >> 4 & 1, 0, "OSPKE");
	context.cr4 = 1 << 18;
	expect_u64(td_cpuid_value(&context, 1, 0).ecx >> 27 & 1, 1, "OSXSAVE");
	expect_u64(td_cpuid_value(&context, 7, 0).ecx >> 4 & 1, 0, "OSPKE");
	context.cr4 = 1 << 22;
	expect_u64(td_cpuid_value(&context, 1, 0).ecx >> 27 & 1, 0, "OSXSAVE");
	expect_u64(td_cpuid_value(&context, 7, 0).ecx >> 4 & 1, 1, "OSPKE");

	expect_u64(td_cpuid_value(&context, 1, 0).ecx >> 13 & 1, 1, "CX16");
	context.has_cx16 = false;
	expect_u64(td_cpuid_value(&context, 1, 0).ecx >> 13 & 1, 0, "CX16");

	expect_u64(td_cpuid_value(&context, 0x80000001, 0).edx, 0x2c100000,
		   "no SYSCALL");
	context.is_64bit = true;
	expect_u64(td_cpuid_value(&context, 0x80000001, 0).edx, 0x2c100800,
		   "SYSCALL");

	expect_u64(td_cpuid_value(&context, 7, 0).ebx & 0x810, 0x810, "TSX");
	context.is_tsx_cleared = true;
	expect_u64(td_cpuid_value(&context, 7, 0).ebx & 0x810, 0, "no TSX");
}

static void check_numbers(void)
{
	struct td_cpuid_context context = new_context();
	struct cpuid_regs out;

	cpu = CPU_RANDOM;
	set_config(CPU_ZERO);
	context.vcpu_index = 0x1fe;
	expect_u64(td_cpuid_value(&context, 1, 0).ebx, 0xfe000800,
		   "VCPU_INDEX");
	expect_u64(td_cpuid_value(&context, 1, 0).eax,
		   native_bits(1, 0, 'a') & 0x0fff3fff, "native model");
	config[0].eax = 0x806f8;
	config[0].ebx = 0x00040000;
	expect_u64(td_cpuid_value(&context, 1, 0).eax, 0x806f8, "model");
	expect_u64(td_cpuid_value(&context, 1, 0).ebx, 0xfe040800, "CPUs");

	out = td_cpuid_value(&context, 0x15, 0);
	expect_u64(out.eax, 1, "0x15 EAX");
	expect_u64(out.ebx, 84, "0x15 EBX");
	expect_u64(out.ecx, 25000000, "0x15 ECX");
	expect_u64(out.edx, 0, "0x15 EDX");

	out = td_cpuid_value(&context, 0, 0);
	expect_bytes(&out.ebx, "Genu", 4, "vendor");
	expect_bytes(&out.edx, "ineI", 4, "vendor");
	expect_bytes(&out.ecx, "ntel", 4, "vendor");
	out = td_cpuid_value(&context, 0x21, 0);
	expect_u64(out.eax, 0, "0x21 EAX");
	expect_bytes(&out.ebx, "Inte", 4, "signature");
	expect_bytes(&out.edx, "lTDX", 4, "signature");
	expect_bytes(&out.ecx, "    ", 4, "signature");

	cpu = CPU_ONES;
	config[0].eax = 0;
	expect_u64(td_cpuid_value(&context, 1, 0).eax, 0x0fff3fff, "model");
	config[0].eax = 0xffffffff;
	expect_u64(td_cpuid_value(&context, 1, 0).eax, 0x0fff3fff, "model");
	expect_u64(td_cpuid_value(&context, 0x80000008, 0).eax, 0x3034,
		   "address widths without LA57");
	config[5].ecx = 1 << 16;
	expect_u64(td_cpuid_value(&context, 0x80000008, 0).eax, 0x3934,
		   "address widths with LA57");
	expect_u64(td_cpuid_value(&context, 5, 0).ebx, 0, "no MONITOR");
	config[0].ecx = 1 << 3;
	expect_u64(td_cpuid_value(&context, 5, 0).ebx, 0xffffffff, "MONITOR");
}

/* Masks that a kernel test suite found on a real module. */
static void check_hardware_values(void)
{
	struct td_cpuid_context context = new_context();

	cpu = CPU_ONES;
	set_config(CPU_ZERO);
	context.xfam = 3;
	expect_u64(td_cpuid_value(&context, 1, 0).ecx, 0xc6faa217, "1 ECX");
	expect_u64(td_cpuid_value(&context, 1, 0).edx, 0x07a9fbff, "1 EDX");
	expect_u64(td_cpuid_value(&context, 7, 0).ebx, 0x219424c1, "7 EBX");
	expect_u64(td_cpuid_value(&context, 7, 0).ecx, 0x19000000, "7 ECX");
	expect_u64(td_cpuid_value(&context, 7, 0).edx, 0xfc000400, "7 EDX");
	expect_u64(td_cpuid_value(&context, 7, 2).edx, 0x17, "7.2 EDX");
	expect_u64(td_cpuid_value(&context, 0x80000001, 0).ecx, 0x121,
		   "80000001 ECX");
}

/* State components with the sizes and places of real ones. */
static void native_xsave(uint32_t leaf, uint32_t subleaf,
			 struct cpuid_regs *out)
{
	static const struct cpuid_regs components[19] = {
		[2] = { 256, 576, 0, 0xdead },
		[5] = { 64, 1088, 0, 0 },
		[6] = { 512, 1152, 0, 0 },
		[7] = { 1024, 1664, 0, 0 },
		[9] = { 8, 2688, 0, 0 },
		[11] = { 16, 0, 1, 0 },
		[12] = { 24, 0, 1, 0 },
		[17] = { 64, 2752, 2, 0 },
		[18] = { 8192, 2816, 6, 0 },
	};
	static const struct cpuid_regs first = { 0x602e7, 99, 99, 99 };
	static const struct cpuid_regs second = { 0x1f, 99, 0x1900, 99 };

	native(leaf, subleaf, out);
	if (leaf == 0xd && subleaf < 19)
		*out = subleaf == 0 ? first :
		       subleaf == 1 ? second :
				      components[subleaf];
}

static void check_xsave_sizes(void)
{
	static const struct {
		uint64_t xfam, xcr0, xss;
		uint32_t now, most, compacted;
	} cases[] = {
		{ 0x3, 0x1, 0, 576, 576, 576 },
		{ 0x7, 0x3, 0, 576, 832, 576 },
		{ 0x7, 0x7, 0, 832, 832, 832 },
		{ 0xe7, 0x7, 0, 832, 2688, 832 },
		{ 0x2e7, 0x2e7, 0, 2696, 2696, 2440 },
		{ 0x1a07, 0x207, 0x1800, 2696, 2696, 880 },
		{ 0x60207, 0x60207, 0, 11008, 11008, 9152 },
		{ 0x60007, 0x7, 0, 832, 11008, 832 },
	};
	struct td_cpuid_context context = new_context();

	context.native = native_xsave;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct cpuid_regs out;

		context.xfam = cases[i].xfam;
		context.xcr0 = cases[i].xcr0;
		context.xss = cases[i].xss;
		out = td_cpuid_value(&context, 0xd, 0);
		expect_u64(out.eax, cases[i].xfam & 0x602e7, "0xD.0 EAX");
		expect_u64(out.ebx, cases[i].now, "0xD.0 EBX");
		expect_u64(out.ecx, cases[i].most, "0xD.0 ECX");
		expect_u64(out.edx, 0, "0xD.0 EDX");
		out = td_cpuid_value(&context, 0xd, 1);
		expect_u64(out.eax, cases[i].xfam & 0x60000 ? 0x1f : 0xf,
			   "0xD.1 EAX");
		expect_u64(out.ebx, cases[i].compacted, "0xD.1 EBX");
		expect_u64(out.ecx, cases[i].xfam & 0x1900, "0xD.1 ECX");
		expect_u64(out.edx, 0, "0xD.1 EDX");
	}
}

static void check_xsave_components(void)
{
	struct td_cpuid_context context = new_context();

	context.native = native_xsave;
	for (uint32_t subleaf = 2; subleaf <= 18; subleaf++) {
		struct cpuid_regs want;
		struct cpuid_regs out;

		native_xsave(0xd, subleaf, &want);
		context.xfam = 3 | UINT64_C(1) << subleaf;
		out = td_cpuid_value(&context, 0xd, subleaf);
		expect_u64(out.eax, want.eax, "component size");
		expect_u64(out.ebx, want.ebx, "component offset");
		expect_u64(out.ecx, want.ecx, "component kind");
		expect_u64(out.edx, 0, "component EDX");
		context.xfam = FULL_XFAM & ~(UINT64_C(1) << subleaf);
		out = td_cpuid_value(&context, 0xd, subleaf);
		expect_u64(out.eax | out.ebx | out.ecx | out.edx, 0,
			   "component that the TD does not have");
	}
	/* A CPU without XSAVEC and XSAVES, as TCG is. */
	cpu = CPU_ZERO;
	context.native = native;
	context.xfam = 3;
	expect_u64(td_cpuid_value(&context, 0xd, 0).eax, 3, "x87 and SSE");
	expect_u64(td_cpuid_value(&context, 0xd, 1).ebx, 0, "no compaction");
}

/* CPUIDVE.SET and CPUID_CONTROL. */
static void check_requests(void)
{
	struct td_cpuid_context context = new_context();
	uint8_t control[TD_CPUID_CONTROLS] = { 0 };
	const int entry = td_cpuid_entry(0xd, 3);

	context.cpuid_ve = 1;
	expect_ve(&context, 1, 0, true);
	context.cpl = 3;
	expect_ve(&context, 1, 0, false);
	context.cpuid_ve = 2;
	expect_ve(&context, 1, 0, true);
	context.cpl = 0;
	expect_ve(&context, 1, 0, false);
	context.cpuid_ve = 0;

	context.control = control;
	if (!expect_true(entry >= 0 && entry < TD_CPUID_CONTROLS, "entry"))
		return;
	control[entry] = 1;
	expect_ve(&context, 0xd, 3, true);
	expect_ve(&context, 0xd, 2, false);
	context.cpl = 3;
	expect_ve(&context, 0xd, 3, false);
	control[entry] = 2;
	expect_ve(&context, 0xd, 3, true);
}

/* No two leaves share an entry, and all fit CPUID_CONTROL. */
static void check_entries(void)
{
	bool is_taken[TD_CPUID_CONTROLS] = { false };

	for (size_t i = 0; i < sizeof(present) / sizeof(present[0]); i++) {
		const bool is_any = present[i].last == ANY_SUBLEAF;
		const uint32_t last = is_any ? 0 : present[i].last;

		for (uint32_t subleaf = 0; subleaf <= last; subleaf++) {
			int at = td_cpuid_entry(present[i].leaf, subleaf);

			if (!expect_true(at >= 0 && at < TD_CPUID_CONTROLS,
					 "entry"))
				continue;
			expect_true(!is_taken[at], "entry of its own");
			is_taken[at] = true;
		}
	}
	expect_true(td_cpuid_entry(2, 0) < 0, "no entry");
}

/* The host may set what is "y" or "h", and the model in 1 EAX. */
static void check_config_mask(unsigned int index)
{
	const struct cpuid_regs mask = td_cpuid_config_mask(index);
	uint32_t want[4] = { 0 };

	if (index == 0)
		want[0] = 0x0fff3fff;
	for (size_t i = 0; i < sizeof(specs) / sizeof(specs[0]); i++) {
		const char *text = specs[i].classes;

		if (specs[i].leaf != config_order[index].leaf ||
		    specs[i].subleaf != config_order[index].subleaf)
			continue;
		while (*text) {
			const char letter = *text;
			uint32_t bits;

			text += 2;
			bits = parse_bits(&text);
			if (letter == 'y' || letter == 'h')
				want[specs[i].reg - 'a'] |= bits;
		}
	}
	for (char reg = 'a'; reg <= 'd'; reg++)
		expect_u64(reg_of(&mask, reg), want[reg - 'a'],
			   "bits that the host may set");
}

static void check_config(void)
{
	const struct td_cpuid_context context = new_context();

	for (unsigned int i = 0; i < TD_CPUID_CONFIGS; i++) {
		uint32_t leaf;
		uint32_t subleaf;

		td_cpuid_config_leaf(i, &leaf, &subleaf);
		expect_u64(leaf, config_order[i].leaf, "configurable leaf");
		expect_u64(subleaf, config_order[i].subleaf, "its sub-leaf");
	}
	for (unsigned int i = 0; i < TD_CPUID_CONFIGS; i++)
		check_config_mask(i);

	cpu = CPU_ONES;
	set_config(CPU_ZERO);
	expect_u64(td_cpuid_config_check(&context), TD_CPUID_CONFIGS_LEGAL,
		   "all zero");
	for (unsigned int i = 0; i < TD_CPUID_CONFIGS; i++)
		config[i] = td_cpuid_config_mask(i);
	expect_u64(td_cpuid_config_check(&context), TD_CPUID_CONFIGS_LEGAL,
		   "all that is allowed");
	config[0].eax = 0x806f8;
	expect_u64(td_cpuid_config_check(&context), 0, "another model");
	config[0].eax = 0;
	config[5].ecx |= 1 << 24;
	expect_u64(td_cpuid_config_check(&context), 5, "a fixed bit");
	config[5].ecx = 0;
	config[11].eax = 1 << 4;
	expect_u64(td_cpuid_config_check(&context), 11, "a bit that is 0");
	config[11].eax = 0;
	config[5].ebx &= ~(1U << 4);
	expect_u64(td_cpuid_config_check(&context), TD_CPUID_CONFIGS_TSX,
		   "RTM without HLE");
}

int main(void)
{
	check_tables();
	check_presence();
	check_short_cpu();
	check_moment();
	check_numbers();
	check_hardware_values();
	check_xsave_sizes();
	check_xsave_components();
	check_requests();
	check_entries();
	check_config();
	return expect_result("cpuid");
}
