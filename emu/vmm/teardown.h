/* SPDX-License-Identifier: MIT */
/*
 * The end of a TD, which is not yet that of QEMU: KVM's KVM_BUG_ON and what
 * its last reference takes away. A TD of which a leaf answers what its host
 * has no use for is dead: no vCPU enters it any more, each CPU flushes the one
 * that it has, and all that was the TD's goes back to the host.
 */
#ifndef EMU_VMM_TEARDOWN_H
#define EMU_VMM_TEARDOWN_H

#include "emu/vmm/vmm.h"

/*
 * What tdr owns among the pages of [start, end), and what could not be given
 * back. The vCPUs are those of vmm_vcpus[] that have a TDVPR; those of other
 * CPUs must have been flushed there.
 */
struct teardown {
	paddr_t tdr;
	paddr_t start;
	paddr_t end;

	uint64_t returned;	/* pages of 4 KiB, the TDR included */
	unsigned int errors;	/* leaves that failed; each was printed */
};

/*
 * In the order that the life cycle wants, as far as it can; what failed may be
 * tried again. False: something is the TD's still.
 */
bool teardown_td(struct teardown *teardown) must_check;

#endif
