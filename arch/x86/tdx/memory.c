/* SPDX-License-Identifier: MIT */
/*
 * Private and shared pages.
 *
 * A page is private until tdx_share() says otherwise, and private again only
 * after the TDX module has accepted it: in between, the host may read and
 * write it at will.
 */
#include "arch/x86/tdx/call.h"

#include <errno.h>

/* The module's locks are held by the host for microseconds. */
#define ACCEPT_TRIES 1000
/* Answers of RETRY in a row that report no progress. */
#define MAP_GPA_TRIES 16

static bool is_page_range(paddr_t start, paddr_t end)
{
	return !((start | end) & PAGE_MASK) && start <= end &&
	       end <= tdx_shared_bit();
}

/* One page of the level at RCX; the module's status without its details. */
static uint64_t accept_page(paddr_t at, unsigned int level)
{
	uint64_t status;

	for (int tries = 0; tries < ACCEPT_TRIES; tries++) {
		status = tdg_mem_page_accept(at | level) & TDX_STATUS_MASK;
		if (status != TDX_OPERAND_BUSY)
			break;
	}
	return status;
}

static int accept_error(uint64_t status)
{
	switch (status) {
	case TDX_SUCCESS:
		return 0;
	/*
	 * Not the harmless thing that it looks like: a caller that believed
	 * this page to be fresh would run on contents that somebody chose.
	 */
	case TDX_PAGE_ALREADY_ACCEPTED:
		return -EEXIST;
	case TDX_OPERAND_BUSY:
		return -EBUSY;
	case TDX_OPERAND_INVALID:
		return -EINVAL;
	default:
		return -EIO;
	}
}

static int accept_4k(paddr_t start, paddr_t end)
{
	for (paddr_t at = start; at < end; at += PAGE_SIZE) {
		const int err = accept_error(accept_page(at, TDX_LEVEL_4K));

		if (err)
			return err;
	}
	return 0;
}

static int accept_2m(paddr_t at)
{
	const uint64_t status = accept_page(at, TDX_LEVEL_2M);

	/* The host mapped 4 KiB pages here; KVM always does. */
	if (status == TDX_PAGE_SIZE_MISMATCH)
		return accept_4k(at, at + PAGE_SIZE_2M);
	return accept_error(status);
}

int tdx_accept(paddr_t start, paddr_t end)
{
	paddr_t next;
	int err;

	if (!is_page_range(start, end))
		return -EINVAL;
	for (paddr_t at = start; at < end; at = next) {
		const bool is_large = !(at % PAGE_SIZE_2M) &&
				      end - at >= PAGE_SIZE_2M;

		next = at + (is_large ? PAGE_SIZE_2M : PAGE_SIZE);
		err = is_large ? accept_2m(at) : accept_4k(at, next);
		if (err)
			return err;
		tdx_counts[TDX_COUNT_PAGES_ACCEPTED] +=
			(next - at) / PAGE_SIZE;
	}
	return 0;
}

/* GHCI, MapGPA: start carries the shared bit if that is what is wanted. */
static int map_gpa(paddr_t start, uint64_t size)
{
	const paddr_t end = start + size;
	paddr_t at = start;

	for (int tries = 0; at < end;) {
		const struct tdvmcall_result got =
			tdvmcall_map_gpa(at, end - at);
		const int err = tdx_host_error(got.status);

		tdx_count_up(TDX_COUNT_CALL_MAP_GPA);
		if (err != -EAGAIN)
			return err ? -EIO : 0;
		/*
		 * The host picked where to go on. Outside of what is left it
		 * would have us skip pages, or convert others.
		 */
		if (got.value < at || got.value >= end ||
		    got.value & PAGE_MASK)
			return -EIO;
		tries = got.value == at ? tries + 1 : 0;
		if (tries == MAP_GPA_TRIES)
			return -ETIMEDOUT;
		at = got.value;
	}
	return 0;
}

int tdx_share(paddr_t start, uint64_t size)
{
	int err;

	if (start + size < start || !is_page_range(start, start + size))
		return -EINVAL;
	err = map_gpa(start | tdx_shared_bit(), size);
	if (!err)
		tdx_counts[TDX_COUNT_PAGES_SHARED] += size / PAGE_SIZE;
	return err;
}

int tdx_unshare(paddr_t start, uint64_t size)
{
	int err;

	if (start + size < start || !is_page_range(start, start + size))
		return -EINVAL;
	err = map_gpa(start, size);
	if (err)
		return err;
	/* All of it, whatever the host said of where it stopped in between. */
	err = tdx_accept(start, start + size);
	if (!err)
		tdx_counts[TDX_COUNT_PAGES_SHARED] -= size / PAGE_SIZE;
	return err;
}
