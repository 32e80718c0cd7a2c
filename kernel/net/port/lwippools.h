/* SPDX-License-Identifier: MIT */
/*
 * lwIP's heap: smallest first. A frame with its headers and its struct pbuf
 * needs 1544 bytes; the second number is how many can be had at one time.
 */
LWIP_MALLOC_MEMPOOL_START
LWIP_MALLOC_MEMPOOL(256, 128)
LWIP_MALLOC_MEMPOOL(320, 320)
LWIP_MALLOC_MEMPOOL(8, 1088)
LWIP_MALLOC_MEMPOOL(512, 1600)
LWIP_MALLOC_MEMPOOL_END
