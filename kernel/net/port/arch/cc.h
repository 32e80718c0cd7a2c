/* SPDX-License-Identifier: MIT */
/* lwIP's compiler and C library: lwip/arch.h asks for this file by name. */
#ifndef ARCH_CC_H
#define ARCH_CC_H

#include <stdint.h>
#include <sys/select.h>
#include <sys/time.h>

/*
 * There is poll() and no select(): the C library's fd_set holds fewer sockets
 * than there are, which lwIP refuses. So nobody can put one into an fd_set.
 */
#undef FD_SETSIZE
#define FD_SETSIZE 256
#undef FD_SET
#define FD_SET(socket, set) there_is_no_select_use_poll

#define PACK_STRUCT_STRUCT __attribute__((__packed__))

/* The kernel's panic(), which this header must not drag into programs. */
void net_assert_failed(const char *what) __attribute__((__noreturn__));
#define LWIP_PLATFORM_ASSERT(what) net_assert_failed(what)
#define LWIP_PLATFORM_DIAG(arguments) ((void)0)

uint32_t net_random(void);
uint16_t net_checksum(const void *data, int size);

#endif
