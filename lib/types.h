/* SPDX-License-Identifier: MIT */
/* Types and units that every floor shares. */
#ifndef LIB_TYPES_H
#define LIB_TYPES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A guest physical address. Never a pointer: it may carry the shared bit. */
typedef uint64_t paddr_t;

#define PAGE_SHIFT 12
#define PAGE_SIZE 4096UL
#define PAGE_MASK (PAGE_SIZE - 1)
#define PAGE_SIZE_2M (512 * PAGE_SIZE)

#define KIB 1024UL
#define MIB (1024 * KIB)
#define GIB (1024 * MIB)

#define BIT(n) (UINT64_C(1) << (n))

static inline uint64_t align_down(uint64_t value, uint64_t power_of_two)
{
	return value & ~(power_of_two - 1);
}

static inline uint64_t align_up(uint64_t value, uint64_t power_of_two)
{
	return align_down(value + power_of_two - 1, power_of_two);
}

static inline uint64_t min_u64(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

static inline uint64_t max_u64(uint64_t a, uint64_t b)
{
	return a > b ? a : b;
}

#endif
