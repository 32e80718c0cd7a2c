/* SPDX-License-Identifier: MIT */
/*
 * The only place where compilers differ: attributes under readable names and
 * the compile-time layout checks.
 */
#ifndef LIB_COMPILER_H
#define LIB_COMPILER_H

#include <stddef.h>

#define must_check __attribute__((warn_unused_result))
#define noreturn __attribute__((noreturn))
#define packed __attribute__((packed))
#define aligned(n) __attribute__((aligned(n)))
#define unused __attribute__((unused))
#define keep_symbol __attribute__((used))
#define noinline __attribute__((noinline))
#define force_inline inline __attribute__((always_inline))
/* Of this program: no table of offsets in between. For what is declared. */
#define in_image __attribute__((visibility("hidden")))
#define section(name) __attribute__((section(name)))
#define format_printf(fmt, args) __attribute__((format(printf, fmt, args)))
#define fallthrough __attribute__((fallthrough))

#define likely(x) __builtin_expect(!!(x), 1)
#define unlikely(x) __builtin_expect(!!(x), 0)

/*
 * Memory that the host can read and write at any time. clang refuses to
 * dereference such a pointer: only lib/shared.h crosses it.
 */
#if defined(__clang__)
#define host_shared __attribute__((noderef))
#else
#define host_shared
#endif

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

#define container_of(ptr, type, member) \
	((type *)(void *)((char *)(ptr) - offsetof(type, member)))

/* Pin what hardware, firmware, the host or assembly also knows. */
#define ASSERT_FIELD(type, field, offset, width)                        \
	_Static_assert(offsetof(type, field) == (offset) &&             \
			       sizeof(((type *)0)->field) == (width),   \
		       #type "." #field " moved or changed its width")
#define ASSERT_SIZE(type, size) \
	_Static_assert(sizeof(type) == (size), #type " changed its size")

#endif
