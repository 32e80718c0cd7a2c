/* SPDX-License-Identifier: MIT */
/*
 * SipHash-2-4 (Aumasson, Bernstein): a short keyed hash that nobody predicts
 * without the key. Not a digest: never use it where collisions matter.
 */
#ifndef LIB_SIPHASH_H
#define LIB_SIPHASH_H

#include "lib/types.h"

uint64_t siphash(const uint64_t key[2], const void *data, size_t size);

#endif
