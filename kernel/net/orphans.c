/* SPDX-License-Identifier: MIT */
/*
 * Looks at lwIP's list of connections now and then. One that has been seen as
 * an orphan has the lowest priority: lwIP itself takes such a one first when
 * it runs short of control blocks.
 */
#include "kernel/net/orphans.h"

#include "lwip/priv/tcp_priv.h"
#include "lwip/timeouts.h"

#include "lib/types.h"

/* A socket's connection has the socket as its argument until it is closed. */
static bool is_orphan(const struct tcp_pcb *pcb)
{
	return !pcb->callback_arg && pcb->state >= FIN_WAIT_1;
}

static void end_old_ones(void *arg)
{
	struct tcp_pcb *next;

	(void)arg;
	for (struct tcp_pcb *pcb = tcp_active_pcbs; pcb; pcb = next) {
		next = pcb->next;
		if (!is_orphan(pcb))
			continue;
		if (pcb->prio == TCP_PRIO_MIN)
			tcp_abort(pcb);
		else
			tcp_setprio(pcb, TCP_PRIO_MIN);
	}
	sys_timeout(ORPHAN_SECONDS * 1000, end_old_ones, NULL);
}

void orphans_start(void)
{
	end_old_ones(NULL);
}
