/* SPDX-License-Identifier: MIT */
/*
 * The table of trust, row by row, as an instruction in a TD finds it: who
 * answered is seen by the counts of #VE, of calls to the host and of what was
 * refused. Only what is refused is also written.
 * gpaw: 48 52
 */
#include "arch/x86/tdx/trust.h"
#include "arch/x86/tdx/tdx.h"
#include "kernel/app.h"
#include "tests/guest/check.h"
#include "tests/guest/ve_cases.h"

struct row {
	uint32_t first, last;
	enum trust verdict, write;
	const char *what;
};

static const struct row leaves[] = {
#define TRUST_CPUID(first, last, verdict, eax, what, how) \
	{ first, last, TRUST_##verdict, TRUST_REFUSED, what },
#include "arch/x86/tdx/trust_table.inc"
};

static const struct row msrs[] = {
#define TRUST_MSR(first, last, read, write, what, how) \
	{ first, last, TRUST_##read, TRUST_##write, what },
#include "arch/x86/tdx/trust_table.inc"
};

static const struct row ports[] = {
#define TRUST_PORT(first, last, verdict, what, how) \
	{ first, last, TRUST_##verdict, TRUST_##verdict, what },
#include "arch/x86/tdx/trust_table.inc"
};

/* The three counts of one kind of instruction. */
struct kind {
	enum tdx_count ve, call, refused;
};

static const struct kind cpuid_kind = {
	TDX_COUNT_VE_CPUID, TDX_COUNT_CALL_CPUID, TDX_COUNT_VE_REFUSED_CPUID,
};
static const struct kind rdmsr_kind = {
	TDX_COUNT_VE_RDMSR, TDX_COUNT_CALL_RDMSR, TDX_COUNT_VE_REFUSED_RDMSR,
};
static const struct kind wrmsr_kind = {
	TDX_COUNT_VE_WRMSR, TDX_COUNT_CALL_WRMSR, TDX_COUNT_VE_REFUSED_WRMSR,
};
static const struct kind io_kind = {
	TDX_COUNT_VE_IO, TDX_COUNT_CALL_IO, TDX_COUNT_VE_REFUSED_IO,
};

static struct {
	uint64_t ve, call, refused;
} before;

static void begin(const struct kind *kind)
{
	before.ve = tdx_count(kind->ve);
	before.call = tdx_count(kind->call);
	before.refused = tdx_count(kind->refused);
}

/* Who has answered since begin(), by the counts. */
static void expect(const struct kind *kind, enum trust verdict,
		   const char *what, uint32_t number)
{
	const uint64_t call = tdx_count(kind->call) - before.call;
	const uint64_t refused = tdx_count(kind->refused) - before.refused;
	bool is_right = CHECK_EQUAL(tdx_count(kind->ve) - before.ve,
				    verdict != TRUST_MODULE);

	is_right &= CHECK_EQUAL(call, verdict == TRUST_HOST);
	is_right &= CHECK_EQUAL(refused, verdict == TRUST_REFUSED);
	if (!is_right)
		printf("... in the row of %s, at %#x\n", what, number);
}

static void try_cpuid(const struct row *row, uint32_t leaf)
{
	struct cpuid id;

	begin(&cpuid_kind);
	id = cpu_cpuid(leaf, 0);
	expect(&cpuid_kind, row->verdict, row->what, leaf);
	if (row->verdict == TRUST_REFUSED)
		CHECK_EQUAL(id.eax | id.ebx | id.ecx | id.edx, 0);
	if (row->verdict == TRUST_MADE_UP)
		CHECK_EQUAL(id.ebx | id.ecx | id.edx, 0);
}

static void check_cpuid(void)
{
	uint32_t next = 0;

	for (size_t i = 0; i < ARRAY_SIZE(leaves); i++) {
		CHECK_EQUAL(leaves[i].first, next);
		next = leaves[i].last + 1;
		try_cpuid(&leaves[i], leaves[i].first);
		try_cpuid(&leaves[i], leaves[i].last);
	}
	/* After the last leaf comes 0 again: all have a row. */
	CHECK_EQUAL(next, 0);
	/* A sub-leaf that the module does not know. */
	begin(&cpuid_kind);
	CHECK_EQUAL(cpu_cpuid(7, 99).eax, 0);
	expect(&cpuid_kind, TRUST_REFUSED, "sub-leaves", 7);
}

static bool has_tsc_deadline(void)
{
	return cpu_cpuid(1, 0).ecx & BIT(24);
}

static void try_rdmsr(const struct row *row, uint32_t msr)
{
	enum trust verdict = row->verdict;
	uint64_t value;
	bool is_there;

	/* Without it in CPUID the module has #GP for it: nobody is asked. */
	if (msr == TRUST_TSC_DEADLINE && !has_tsc_deadline())
		verdict = TRUST_MODULE;
	begin(&rdmsr_kind);
	is_there = cpu_rdmsr_safe(msr, &value);
	expect(&rdmsr_kind, verdict, row->what, msr);
	if (row->verdict == TRUST_REFUSED)
		CHECK(!is_there);
}

static void try_refused_wrmsr(const struct row *row, uint32_t msr)
{
	if (row->write != TRUST_REFUSED)
		return;
	begin(&wrmsr_kind);
	CHECK(!cpu_wrmsr_safe(msr, 0));
	expect(&wrmsr_kind, TRUST_REFUSED, row->what, msr);
}

static void check_msrs(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(msrs); i++) {
		try_rdmsr(&msrs[i], msrs[i].first);
		try_rdmsr(&msrs[i], msrs[i].last);
		try_refused_wrmsr(&msrs[i], msrs[i].first);
		try_refused_wrmsr(&msrs[i], msrs[i].last);
	}
}

static bool has_row(uint32_t msr)
{
	for (size_t i = 0; i < ARRAY_SIZE(msrs); i++)
		if (msr >= msrs[i].first && msr <= msrs[i].last)
			return true;
	return false;
}

/* Refused where it raises #VE; of no other is the host asked either. */
static void check_other_msr(uint32_t msr)
{
	uint64_t value;
	bool is_there;

	if (has_row(msr))
		return;
	begin(&rdmsr_kind);
	is_there = cpu_rdmsr_safe(msr, &value);
	if (tdx_count(TDX_COUNT_VE_RDMSR) == before.ve)
		expect(&rdmsr_kind, TRUST_MODULE, "other MSRs", msr);
	else
		expect(&rdmsr_kind, TRUST_REFUSED, "other MSRs", msr);
	CHECK(!is_there || tdx_count(TDX_COUNT_VE_RDMSR) == before.ve);
}

/* Some of those that the module looks up one by one, and some behind them. */
static void check_other_msrs(void)
{
	for (uint32_t i = 0; i < 0x2010; i += 101) {
		check_other_msr(i);
		check_other_msr(0xC0000000 + i);
	}
	/* FLUSH_CMD, PERF_CAPABILITIES, DS_AREA, XSS: they raise no #VE. */
	check_other_msr(0x10B);
	check_other_msr(0x345);
	check_other_msr(0x600);
	check_other_msr(0xDA0);
	check_other_msr(0x40000000);
	check_other_msr(0x4B564E00);
	check_other_msr(0xFFFFFFFF);
}

static uint64_t in8(uint16_t port)
{
	struct ve_registers regs = {
		.rdx = port, .rflags = cpu_read_flags(),
	};

	ve_case_run(ve_in8, &regs);
	return regs.rax;
}

static void check_port(const struct row *row, uint16_t port)
{
	uint64_t value;

	begin(&io_kind);
	value = in8(port);
	expect(&io_kind, row->verdict, row->what, port);
	if (row->verdict == TRUST_REFUSED)
		CHECK_EQUAL(value, 0xFF);
}

static const struct row *find_port(uint32_t port)
{
	static const struct row others = { .what = "other ports" };

	for (size_t i = 0; i < ARRAY_SIZE(ports); i++)
		if (port >= ports[i].first && port <= ports[i].last)
			return &ports[i];
	return &others;
}

/* An access has to lie in one row with all of its bytes. */
static void check_sizes(void)
{
	for (uint32_t port = 0; port < TRUST_PORTS; port++) {
		const struct row *row = find_port(port);

		for (uint32_t size = 1; size <= 4; size *= 2)
			CHECK_EQUAL(trust_may_use_port((uint16_t)port, size),
				    row->verdict == TRUST_HOST &&
					    port + size - 1 <= row->last);
	}
}

/* The kernel's own accessors run from the same table. */
static void check_direct(void)
{
	const uint64_t calls = tdx_count(TDX_COUNT_CALL_IO);
	const uint64_t refused = tdx_count(TDX_COUNT_VE_REFUSED_IO);
	uint64_t value = 1;

	CHECK_EQUAL(tdx_io_read(0x71, 1), 0xFF);
	CHECK_EQUAL(tdx_io_read(0x606, 4), 0xFFFFFFFF);
	tdx_io_write(0x70, 1, 0);
	CHECK_EQUAL(tdx_count(TDX_COUNT_CALL_IO), calls);
	CHECK_EQUAL(tdx_count(TDX_COUNT_VE_REFUSED_IO), refused + 3);
	begin(&rdmsr_kind);
	CHECK(tdx_rdmsr(0x8B, &value) < 0);
	CHECK_EQUAL(value, 0);
	CHECK_EQUAL(tdx_count(TDX_COUNT_CALL_RDMSR), before.call);
	begin(&wrmsr_kind);
	CHECK(tdx_wrmsr(0x8B, 0) < 0);
	CHECK_EQUAL(tdx_count(TDX_COUNT_CALL_WRMSR), before.call);
}

int main(void)
{
	check_cpuid();
	check_msrs();
	check_other_msrs();
	for (uint32_t port = 0; port < 0x1100; port++)
		check_port(find_port(port), (uint16_t)port);
	check_port(find_port(0xC000), 0xC000);
	check_port(find_port(0xFFFF), 0xFFFF);
	check_sizes();
	check_direct();
	return check_verdict();
}
