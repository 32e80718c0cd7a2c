/* SPDX-License-Identifier: MIT */
/*
 * Converting pages: MapGPA there and back, and accepting what came back. One
 * area of 2 MiB serves all; nothing else uses it, and it ends as it began.
 */
#include "apps/bench/bench.h"

#include "arch/x86/tdx/abi.h"
#include "arch/x86/tdx/tdcall.h"
#include "arch/x86/tdx/tdx.h"
#include "kernel/console.h"
#include "kernel/page.h"

#define PAGES (PAGE_SIZE_2M / PAGE_SIZE)
#define TRIES 10000

enum state {
	STATE_PRIVATE,
	STATE_SHARED,
	STATE_PENDING,		/* private, not accepted */
	STATE_UNKNOWN,
};

static struct {
	paddr_t at;
	enum state state;	/* of the first size bytes */
	uint64_t size;
} area;

static const char text_2m[] = "ACCEPT of 2 MiB, one call";
static const char text_4k[] = "ACCEPT of 2 MiB, host maps 4 KiB: 513 calls";

/* To the end, however often the host wants to be asked again. */
static bool map(uint64_t bit)
{
	const paddr_t end = (area.at | bit) + area.size;
	paddr_t at = area.at | bit;

	for (int tries = 0; tries < TRIES && at < end; tries++) {
		const struct tdvmcall_result got =
			tdvmcall_map_gpa(at, end - at);

		if (!got.status)
			return true;
		if (got.status != TDVMCALL_STATUS_RETRY || got.value < at ||
		    got.value >= end)
			return false;
		at = got.value;
	}
	return false;
}

static uint64_t accept_4k(paddr_t start, uint64_t size)
{
	for (paddr_t at = start; at < start + size; at += PAGE_SIZE) {
		const uint64_t status = tdg_mem_page_accept(at | TDX_LEVEL_4K);

		if (status)
			return status;
	}
	return 0;
}

static uint64_t accept_2m(paddr_t start, uint64_t size)
{
	const uint64_t status = tdg_mem_page_accept(start | TDX_LEVEL_2M);

	if ((status & TDX_STATUS_MASK) == TDX_PAGE_SIZE_MISMATCH)
		return accept_4k(start, size);
	return status;
}

static void share(void)
{
	if (area.state != STATE_SHARED)
		area.state = map(tdx_shared_bit()) ? STATE_SHARED :
						     STATE_UNKNOWN;
}

/* A conversion that went wrong shows in the sample that follows. */
static void bring_to(enum state state)
{
	if (area.state == state)
		return;
	share();
	if (state == STATE_SHARED || !map(0))
		return;
	area.state = STATE_PENDING;
	if (state == STATE_PENDING)
		return;
	if (!accept_4k(area.at, area.size))
		area.state = STATE_PRIVATE;
}

static void set_up_share(struct probe *probe)
{
	bring_to(STATE_PRIVATE);
	probe->code = probe_call;
	probe->rbx = (uintptr_t)tdvmcall_map_gpa;
	probe->rdi = area.at | tdx_shared_bit();
	probe->rsi = area.size;
}

static void set_up_unshare(struct probe *probe)
{
	bring_to(STATE_SHARED);
	probe->code = probe_call;
	probe->rbx = (uintptr_t)tdvmcall_map_gpa;
	probe->rdi = area.at;
	probe->rsi = area.size;
}

static void set_up_accept(struct probe *probe)
{
	bring_to(STATE_PENDING);
	probe->code = probe_call;
	probe->rdi = area.at;
	probe->rsi = area.size;
	probe->rbx = area.size == PAGE_SIZE ? (uintptr_t)tdg_mem_page_accept :
					      (uintptr_t)accept_2m;
}

/* As the kernel does it, with its checks; the size is a driver's. */
static void set_up_tdx_share(struct probe *probe)
{
	bring_to(STATE_PRIVATE);
	probe->code = probe_call;
	probe->rbx = (uintptr_t)tdx_share;
	probe->rdi = area.at;
	probe->rsi = area.size;
}

static void set_up_tdx_unshare(struct probe *probe)
{
	bring_to(STATE_SHARED);
	probe->code = probe_call;
	probe->rbx = (uintptr_t)tdx_unshare;
	probe->rdi = area.at;
	probe->rsi = area.size;
}

static bool becomes(const struct probe *probe, enum state state)
{
	area.state = probe->result ? STATE_UNKNOWN : state;
	return !probe->result;
}

static bool is_shared(const struct probe *probe)
{
	return becomes(probe, STATE_SHARED);
}

static bool is_pending(const struct probe *probe)
{
	return becomes(probe, STATE_PENDING);
}

static bool is_private(const struct probe *probe)
{
	return becomes(probe, STATE_PRIVATE);
}

static const struct bench_subject small_subjects[] = {
	{ .name = "map_shared_4k", .via = BENCH_DIRECT,
	  .text = "MapGPA of 4 KiB, to shared", .set_up = set_up_share,
	  .is_good = is_shared },
	{ .name = "map_private_4k", .via = BENCH_DIRECT,
	  .text = "MapGPA of 4 KiB, to private", .set_up = set_up_unshare,
	  .is_good = is_pending },
	{ .name = "accept_4k", .via = BENCH_MODULE,
	  .text = "ACCEPT of 4 KiB, as the host adds it",
	  .set_up = set_up_accept, .is_good = is_private },
};

static const struct bench_subject kernel_subjects[] = {
	{ .name = "share_8k", .via = BENCH_DIRECT,
	  .text = "8 KiB to shared, by the kernel: MapGPA",
	  .set_up = set_up_tdx_share, .is_good = is_shared },
	{ .name = "unshare_8k", .via = BENCH_DIRECT,
	  .text = "8 KiB to private, by the kernel: MapGPA, 2 ACCEPTs",
	  .set_up = set_up_tdx_unshare, .is_good = is_private },
};

static struct bench_subject large_subjects[] = {
	{ .name = "map_shared_2m", .via = BENCH_DIRECT,
	  .text = "MapGPA of 2 MiB, to shared", .is_slow = true,
	  .set_up = set_up_share, .is_good = is_shared },
	{ .name = "map_private_2m", .via = BENCH_DIRECT,
	  .text = "MapGPA of 2 MiB, to private", .is_slow = true,
	  .set_up = set_up_unshare, .is_good = is_pending },
	{ .name = "accept_2m", .via = BENCH_MODULE, .is_slow = true,
	  .text = text_2m, .set_up = set_up_accept, .is_good = is_private },
};

/* In which pieces the host maps what it converts. */
static const char *text_of_accept(void)
{
	uint64_t status;

	bring_to(STATE_PENDING);
	status = tdg_mem_page_accept(area.at | TDX_LEVEL_2M);
	area.state = STATE_UNKNOWN;
	return status ? text_4k : text_2m;
}

void bench_pages(struct bench *bench)
{
	/* Twice, for an aligned one within. */
	void *const pages = page_alloc(2 * PAGES);

	if (!pages) {
		log_line("bench: no 4 MiB of memory to convert");
		return;
	}
	area.at = align_up(page_pa(pages), PAGE_SIZE_2M);
	area.size = PAGE_SIZE;
	bench_run(bench, small_subjects, ARRAY_SIZE(small_subjects));
	bring_to(STATE_PRIVATE);
	area.size = 2 * PAGE_SIZE;
	bench_run(bench, kernel_subjects, ARRAY_SIZE(kernel_subjects));
	bring_to(STATE_PRIVATE);
	area.size = PAGE_SIZE_2M;
	large_subjects[2].text = text_of_accept();
	bench_run(bench, large_subjects, ARRAY_SIZE(large_subjects));
	bring_to(STATE_PRIVATE);
	if (area.state == STATE_PRIVATE)
		page_free(pages, 2 * PAGES);
}
