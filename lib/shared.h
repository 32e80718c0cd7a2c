/* SPDX-License-Identifier: MIT */
/*
 * The one crossing between private code and memory that the host can write.
 * Each call makes exactly one access of the stated width: what was read once
 * is checked and used as read, the host cannot change it in between.
 */
#ifndef LIB_SHARED_H
#define LIB_SHARED_H

#include "lib/compiler.h"
#include "lib/types.h"

#if defined(__clang__)
#define SHARED_BEGIN                         \
	_Pragma("clang diagnostic push")     \
	_Pragma("clang diagnostic ignored \"-Wnoderef\"")
#define SHARED_END _Pragma("clang diagnostic pop")
#else
#define SHARED_BEGIN
#define SHARED_END
#endif

SHARED_BEGIN

static inline uint16_t shared_read16(const uint16_t host_shared *at)
{
	return *(const volatile uint16_t *)at;
}

static inline uint32_t shared_read32(const uint32_t host_shared *at)
{
	return *(const volatile uint32_t *)at;
}

static inline uint64_t shared_read64(const uint64_t host_shared *at)
{
	return *(const volatile uint64_t *)at;
}

static inline void shared_write16(uint16_t host_shared *at, uint16_t value)
{
	*(volatile uint16_t *)at = value;
}

static inline void shared_write32(uint32_t host_shared *at, uint32_t value)
{
	*(volatile uint32_t *)at = value;
}

static inline void shared_write64(uint64_t host_shared *at, uint64_t value)
{
	*(volatile uint64_t *)at = value;
}

/* Copies size bytes out of shared memory; the copy is private. */
static inline void shared_copy_in(void *to, const void host_shared *from,
				  size_t size)
{
	__builtin_memcpy(to, (const void *)from, size);
}

/* Copies size private bytes to where the host can read them. */
static inline void shared_copy_out(void host_shared *to, const void *from,
				   size_t size)
{
	__builtin_memcpy((void *)to, from, size);
}

static inline void shared_zero(void host_shared *to, size_t size)
{
	__builtin_memset((void *)to, 0, size);
}

SHARED_END

#endif
