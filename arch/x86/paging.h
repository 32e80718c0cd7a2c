/* SPDX-License-Identifier: MIT */
/*
 * The kernel's page tables, of four levels, or of five if the boot path runs
 * with five: that cannot be changed in long mode. Two windows:
 *
 *	0x0000000000000000 + GPA	private memory, identity mapped
 *	0xFFFF800000000000 + GPA	the shared alias of the same GPA
 *
 * The shared bit (47 or 51) makes an identity address that is not canonical
 * or not reachable, so shared memory has a window of its own; the tables put
 * the bit in. Both windows reach GPAs below 2^47. Tables lie in private
 * memory. Not callable from interrupt handlers.
 */
#ifndef ARCH_X86_PAGING_H
#define ARCH_X86_PAGING_H

#include "lib/compiler.h"
#include "lib/types.h"

#define PAGING_SHARED_BASE UINT64_C(0xFFFF800000000000)
#define PAGING_GPA_LIMIT BIT(47)

/* Everything is readable. Text is the only thing that may be executed. */
enum paging_access {
	PAGING_READ,
	PAGING_WRITE,
	PAGING_EXECUTE,
};

/* One zeroed private page for a table, identity mapped; 0: none left. */
typedef paddr_t (*paging_alloc)(void);

/*
 * Starts tables that map nothing. alloc is asked for tables from now on;
 * shared_bit is what distinguishes the alias.
 */
int must_check paging_init(paging_alloc alloc, paddr_t shared_bit);
/* Goes on with another allocator. */
void paging_set_alloc(paging_alloc alloc);

/*
 * Maps the private pages of [start, end) at their own address, over whatever
 * is mapped there. -EINVAL: not page aligned or beyond PAGING_GPA_LIMIT,
 * -ENOMEM: a table is missing, part of the range may be mapped.
 */
int must_check paging_map(paddr_t start, paddr_t end,
			  enum paging_access access);
/* Maps the image's sections: text, constants and data, never two in one. */
int must_check paging_map_image(void);
/* Makes any access to the private pages of [start, end) a page fault. */
int must_check paging_unmap(paddr_t start, paddr_t end);
/* Maps [start, end), without the shared bit, for reading and writing. */
int must_check paging_map_shared(paddr_t start, paddr_t end);

/* Leaves the boot path's tables for these. */
void paging_activate(void);

static inline void host_shared *paging_shared_pointer(paddr_t gpa)
{
	return (void host_shared *)(uintptr_t)(PAGING_SHARED_BASE + gpa);
}

static inline paddr_t paging_shared_gpa(const void host_shared *pointer)
{
	return (paddr_t)(uintptr_t)pointer - PAGING_SHARED_BASE;
}

#endif
