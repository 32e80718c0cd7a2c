/* SPDX-License-Identifier: MIT */
/*
 * Connections that their program has closed, but whose other side has not
 * taken all that was sent. lwIP keeps them for as long as that side answers,
 * and with them what was sent: a few clients that read nothing would have all
 * of its memory.
 */
#ifndef KERNEL_NET_ORPHANS_H
#define KERNEL_NET_ORPHANS_H

/*
 * Call once, in lwIP's thread with the core lock held: from then on such a
 * connection is reset when it is ORPHAN_SECONDS old, or up to twice that: time
 * for a full send buffer at 1.6 KB a second.
 */
#define ORPHAN_SECONDS 30
void orphans_start(void);

#endif
