/* SPDX-License-Identifier: MIT */
/*
 * emu/module/msr against a second transcription of the module's table, over
 * all MSRs of both bitmap ranges and some beyond, for TDs with and without
 * each feature; then the values that the module makes up and the writes that
 * it checks.
 *
 * Links: emu/module/cpuid.c emu/module/cpuid_table.c
 */
#include "tests/unit/expect.h"

#include "emu/module/msr.h"

#define PKS (UINT64_C(1) << 30)
#define PERFMON (UINT64_C(1) << 63)

/* One way for a TD to be: what its MSRs depend on. */
struct td {
	bool perfmon, metrics, pt, cet, uintr, lbr, pks, xfd;
	bool tsx, waitpkg, pconfig, dca, deadline, tme;
};

/* Letters: n native, v #VE, g #GP, e emulated, a APIC. */
struct line {
	const char *msrs;
	const char *read_write;
	size_t need; /* offset into struct td, or ALWAYS: otherwise g g */
};

#define ALWAYS 1000
#define NEED(feature) offsetof(struct td, feature)

static const struct line lines[] = {
	{ "10", "nv", ALWAYS },
	{ "48 49 10b", "nn", ALWAYS },
	{ "87", "vv", NEED(pconfig) },
	{ "8c-8f", "gg", ALWAYS },
	{ "98 99 9a 9b 9e", "gg", ALWAYS },
	{ "bc", "nv", ALWAYS },
	{ "bd", "eg", ALWAYS },
	{ "c1-c8 186-18d 1a6-1a7 309-310 38d-392 3f1 3f2 3f6 3f7 4c1-4c8",
	  "nn", NEED(perfmon) },
	{ "e1", "nn", NEED(waitpkg) },
	{ "10a", "eg", ALWAYS },
	{ "122", "nn", NEED(tsx) },
	{ "174-176", "nn", ALWAYS },
	{ "195", "gg", ALWAYS },
	{ "1a0", "ev", ALWAYS },
	{ "1c4 1c5", "nn", NEED(xfd) },
	{ "1d9", "ee", ALWAYS },
	{ "1f8-1fa", "vv", NEED(dca) },
	{ "276", "gg", ALWAYS },
	{ "277", "nn", ALWAYS },
	{ "329", "nn", NEED(metrics) },
	{ "345", "eg", ALWAYS },
	{ "480 485-489 48b-492", "eg", ALWAYS },
	{ "481-484 48a", "vg", ALWAYS },
	{ "500", "gg", ALWAYS },
	{ "560 561 570-572 580-587", "nn", NEED(pt) },
	{ "600", "nn", ALWAYS },
	{ "6a0 6a2 6a4-6a8", "nn", NEED(cet) },
	{ "6e0", "vv", NEED(deadline) },
	{ "6e1", "nn", NEED(pks) },
	{ "800-801 804-807 829-82e 831 840-8ff", "gg", ALWAYS },
	{ "808 809 80a 80b 80c 80e 810-827 83f", "aa", ALWAYS },
	{ "802 803 80d 80f 828 82f 830 832-839 83a-83e", "vv", ALWAYS },
	{ "981-984", "vv", NEED(tme) },
	{ "985-98a", "nn", NEED(uintr) },
	{ "c80", "nv", ALWAYS },
	{ "d90 d93", "gg", ALWAYS },
	{ "da0", "ne", ALWAYS },
	{ "1200-12ff 14ce 14cf 1500-16ff", "nn", NEED(lbr) },
	{ "1b01", "nn", ALWAYS },
	{ "c0000080", "ne", ALWAYS },
	{ "c0000081 c0000082 c0000084", "nn", ALWAYS },
	{ "c0000100-c0000103", "nn", ALWAYS },
};

static const struct td *now;
static struct cpuid_regs config[TD_CPUID_CONFIGS];

/* A CPU with exactly the features of *now. */
static void native(uint32_t leaf, uint32_t subleaf, struct cpuid_regs *out)
{
	memset(out, 0, sizeof(*out));
	if (leaf == 0) {
		out->eax = 0x23;
	} else if (leaf == 1) {
		out->ecx = (uint32_t)now->dca << 18;
	} else if (leaf == 7 && subleaf == 0) {
		out->ebx = now->tsx ? 0x810 : 0;
		out->ecx = (uint32_t)now->waitpkg << 5 |
			   (uint32_t)now->tme << 13;
		out->edx = (uint32_t)now->pconfig << 18;
	} else if (leaf == 0xd && subleaf == 1) {
		out->eax = 0x1f;
		out->ecx = 0x1900;
	}
}

static uint64_t xfam_of(const struct td *td)
{
	return 3 | (uint64_t)td->pt << 8 | (uint64_t)td->cet << 11 |
	       (uint64_t)td->cet << 12 | (uint64_t)td->uintr << 14 |
	       (uint64_t)td->lbr << 15 | (td->xfd ? 0x60000 : 0);
}

static struct td_cpuid_context cpuid;

static struct td_msr_context new_context(const struct td *td)
{
	struct td_msr_context context = {
		.cpuid = &cpuid,
		.efer = 0x901,
		.native_perf_capabilities = td->metrics ? 0x18000 : 0x10000,
	};

	now = td;
	memset(config, 0xff, sizeof(config));
	config[0].ecx = (uint32_t)td->deadline << 24 | 1 << 18;
	memset(&cpuid, 0, sizeof(cpuid));
	cpuid.native = native;
	cpuid.config = config;
	cpuid.xfam = xfam_of(td);
	cpuid.attributes = (td->perfmon ? PERFMON : 0) | (td->pks ? PKS : 0);
	return context;
}

/* Is the MSR among "10 20-2f"? */
static bool names(const char *msrs, uint32_t msr)
{
	while (*msrs) {
		char *end;
		unsigned long first = strtoul(msrs, &end, 16);
		unsigned long last = first;

		if (*end == '-')
			last = strtoul(end + 1, &end, 16);
		if (msr >= first && msr <= last)
			return true;
		msrs = *end ? end + 1 : end;
	}
	return false;
}

static char expected(const struct td *td, uint32_t msr, bool is_write)
{
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		const struct line *line = &lines[i];
		bool has = line->need == ALWAYS;

		if (!names(line->msrs, msr))
			continue;
		if (!has)
			memcpy(&has, (const char *)td + line->need,
			       sizeof(has));
		if (msr == 0x329 && !td->perfmon)
			return 'g';
		if (msr == 0x1a0 && !is_write && td->perfmon)
			return 'n';
		if (msr == 0x345 && is_write && td->perfmon)
			return 'n';
		return has ? line->read_write[is_write] : 'g';
	}
	return 'v';
}

static void check_msr(const struct td_msr_context *context,
		      const struct td *td, uint32_t msr)
{
	static const enum td_msr_action actions[] = {
		['n'] = TD_MSR_NATIVE,	 ['v'] = TD_MSR_VE,
		['g'] = TD_MSR_GP,	 ['e'] = TD_MSR_EMULATED,
		['a'] = TD_MSR_APIC_NATIVE,
	};

	for (int is_write = 0; is_write < 2; is_write++) {
		const char want = expected(td, msr, is_write);
		char what[32];

		snprintf(what, sizeof(what), "%s 0x%x",
			 is_write ? "WRMSR" : "RDMSR", msr);
		expect_u64(td_msr_action(context, msr, is_write),
			   actions[(unsigned char)want], what);
	}
}

static void check_td(const struct td *td)
{
	static const uint32_t outside[] = {
		0x2000,	    0x4b564d00, 0x4b564d05, 0xbfffffff, 0xc0002000,
		0xc0010015, 0xc0011020, 0x80000000, 0xffffffff,
	};
	const struct td_msr_context context = new_context(td);

	for (uint32_t msr = 0; msr < 0x2000; msr++) {
		check_msr(&context, td, msr);
		check_msr(&context, td, 0xc0000000 + msr);
	}
	for (size_t i = 0; i < sizeof(outside) / sizeof(outside[0]); i++)
		check_msr(&context, td, outside[i]);
}

static void check_actions(void)
{
	struct td td = { 0 };

	check_td(&td);
	for (size_t i = 0; i < sizeof(td); i++) {
		const bool yes = true;

		memset(&td, 0, sizeof(td));
		memcpy((char *)&td + i, &yes, sizeof(yes));
		check_td(&td);
		td.perfmon = true;
		check_td(&td);
	}
}

static void check_values(void)
{
	const struct td none = { 0 };
	const struct td all = { .perfmon = true, .metrics = true, .pt = true,
				.tsx = true };
	const struct td no_pt = { .perfmon = true };
	struct td_msr_context context = new_context(&none);

	expect_u64(td_msr_read(&context, 0xbd), 1, "XAPIC_DISABLE_STATUS");
	expect_u64(td_msr_read(&context, 0x1a0), 0x1801, "MISC_ENABLE");
	config[0].ecx |= 1 << 3;
	expect_u64(td_msr_read(&context, 0x1a0), 0x1801, "no MONITOR");
	expect_u64(td_msr_read(&context, 0x345), 0, "PERF_CAPABILITIES");
	expect_u64(td_msr_read(&context, 0x480), 0, "VMX_BASIC");
	expect_u64(td_msr_read(&context, 0x10a), 0xf16b, "ARCH_CAPABILITIES");
	context.native_arch_capabilities = ~UINT64_C(0);
	expect_u64(td_msr_read(&context, 0x10a), 0x8f16b, "host allows none");
	context.arch_capabilities_config = ~UINT64_C(0);
	expect_u64(td_msr_read(&context, 0x10a), 0x118f17b, "host allows all");
	context.native_arch_capabilities = 0;
	expect_u64(td_msr_read(&context, 0x10a), 0x8f16b, "CPU has none");

	context = new_context(&all);
	context.native_arch_capabilities = 0x80;
	expect_u64(td_msr_read(&context, 0x10a), 0xf1eb, "TSX_CTRL");
	cpuid.is_tsx_cleared = true;
	expect_u64(td_msr_read(&context, 0x10a), 0xf1eb, "TSX hidden");
	expect_u64(td_msr_action(&context, 0x122, true), TD_MSR_NATIVE,
		   "TSX hidden");
	expect_u64(td_msr_read(&context, 0x345), 0x18000, "all of it");
	context = new_context(&no_pt);
	expect_u64(td_msr_read(&context, 0x345), 0, "no output to PT");
}

/* Writes an MSR; 0 and the value stored, or the action that refuses. */
static void expect_write(const struct td_msr_context *context, uint32_t msr,
			 uint64_t value, enum td_msr_action action,
			 uint64_t stored)
{
	uint64_t store = 0x5555;
	char what[64];

	snprintf(what, sizeof(what), "WRMSR 0x%x, 0x%llx", msr,
		 (unsigned long long)value);
	expect_u64(td_msr_write(context, msr, value, &store), action, what);
	expect_u64(store, action == TD_MSR_EMULATED ? stored : 0x5555, what);
}

static void check_writes(void)
{
	const struct td none = { 0 };
	const struct td cet = { .cet = true, .pt = true };
	const uint64_t one = 1;
	struct td_msr_context context = new_context(&none);

	for (unsigned int bit = 0; bit < 64; bit++) {
		const bool is_reserved = (bit >= 3 && bit <= 5) || bit >= 16;

		expect_write(&context, 0x1d9, one << bit,
			     is_reserved ? TD_MSR_GP :
			     bit == 6	 ? TD_MSR_VE :
					   TD_MSR_EMULATED,
			     bit == 13 ? 0 : one << bit);
	}
	expect_write(&context, 0x1d9, 0xc0, TD_MSR_EMULATED, 0xc0);
	expect_write(&context, 0x1d9, 0x48, TD_MSR_GP, 0);
	context.debugctl = 0x2004;
	expect_u64(td_msr_read(&context, 0x1d9), 4, "DEBUGCTL bit 13");

	for (unsigned int bit = 0; bit < 64; bit++)
		expect_write(&context, 0xc0000080, 0x901 ^ one << bit,
			     bit == 0 || bit == 10 ? TD_MSR_EMULATED :
						     TD_MSR_VE,
			     bit == 0 ? 0x900 : 0x901);
	expect_write(&context, 0xc0000080, 0x901, TD_MSR_EMULATED, 0x901);
	context.efer = 0xd00;
	expect_write(&context, 0xc0000080, 0x901, TD_MSR_EMULATED, 0xd01);
	expect_write(&context, 0xc0000080, 0, TD_MSR_VE, 0);

	context = new_context(&cet);
	expect_write(&context, 0xda0, 0x1900, TD_MSR_EMULATED, 0x1900);
	for (unsigned int bit = 0; bit < 64; bit++)
		expect_write(&context, 0xda0, one << bit,
			     bit == 8 || bit == 11 || bit == 12 ?
				     TD_MSR_EMULATED :
				     TD_MSR_GP,
			     one << bit);
	context = new_context(&none);
	expect_write(&context, 0xda0, 0x100, TD_MSR_GP, 0);
	expect_write(&context, 0xda0, 0, TD_MSR_EMULATED, 0);
}

static void check_apic(void)
{
	static const struct {
		uint32_t msr;
		uint64_t value;
		enum td_msr_action action;
	} writes[] = {
		{ 0x808, 0xff, TD_MSR_APIC_NATIVE },
		{ 0x808, 0x100, TD_MSR_GP },
		{ 0x808, UINT64_C(1) << 63, TD_MSR_GP },
		{ 0x80b, 0, TD_MSR_APIC_NATIVE },
		{ 0x80b, 1, TD_MSR_GP },
		{ 0x83f, 0, TD_MSR_APIC_VE },
		{ 0x83f, 15, TD_MSR_APIC_VE },
		{ 0x83f, 16, TD_MSR_APIC_NATIVE },
		{ 0x83f, 255, TD_MSR_APIC_NATIVE },
		{ 0x83f, 256, TD_MSR_GP },
		{ 0x83f, UINT64_C(1) << 32, TD_MSR_GP },
		{ 0x809, 0, TD_MSR_GP },
		{ 0x80a, 0, TD_MSR_GP },
		{ 0x80c, 0, TD_MSR_GP },
		{ 0x80e, 0, TD_MSR_GP },
		{ 0x810, 0, TD_MSR_GP },
		{ 0x818, 0, TD_MSR_GP },
		{ 0x827, 0, TD_MSR_GP },
	};

	for (size_t i = 0; i < sizeof(writes) / sizeof(writes[0]); i++)
		expect_u64(td_msr_write_apic(writes[i].msr, writes[i].value),
			   writes[i].action, "WRMSR to the APIC");
}

int main(void)
{
	check_actions();
	check_values();
	check_writes();
	check_apic();
	return expect_result("msr");
}
