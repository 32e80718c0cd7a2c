/* SPDX-License-Identifier: MIT */
/* What the network counted: the device's counters and lwIP's. */
#include "kernel/net/net.h"

#include "lwip/memp.h"
#include "lwip/stats.h"

#include "kernel/netdev.h"

typedef void (*visitor)(const char *name, uint64_t value, void *arg);

static void visit_device(visitor visit, void *arg)
{
	const struct netdev *const dev = netdev_get();

	if (!dev)
		return;
	visit("net_rx_frames_total", dev->stats.rx_frames, arg);
	visit("net_rx_bytes_total", dev->stats.rx_bytes, arg);
	visit("net_rx_dropped_total", dev->stats.rx_dropped, arg);
	visit("net_tx_frames_total", dev->stats.tx_frames, arg);
	visit("net_tx_bytes_total", dev->stats.tx_bytes, arg);
	visit("net_tx_dropped_total", dev->stats.tx_dropped, arg);
	visit("net_host_errors_total", dev->stats.host_errors, arg);
}

static void visit_pool(visitor visit, void *arg, const char *name, memp_t pool)
{
	visit(name, memp_pools[pool]->stats->used, arg);
}

void net_metrics(visitor visit, void *arg)
{
	visit_device(visit, arg);
	visit("tcp_segments_received_total", lwip_stats.tcp.recv, arg);
	visit("tcp_segments_sent_total", lwip_stats.tcp.xmit, arg);
	visit("tcp_errors_total",
	      lwip_stats.tcp.chkerr + lwip_stats.tcp.lenerr +
		      lwip_stats.tcp.proterr,
	      arg);
	visit("tcp_out_of_memory_total", lwip_stats.tcp.memerr, arg);
	visit("tcp_dropped_total", lwip_stats.tcp.drop, arg);
	visit("ip_dropped_total", lwip_stats.ip.drop, arg);
	visit_pool(visit, arg, "tcp_connections", MEMP_TCP_PCB);
	visit_pool(visit, arg, "tcp_segments_queued", MEMP_TCP_SEG);
	visit_pool(visit, arg, "sockets", MEMP_NETCONN);
	visit_pool(visit, arg, "rx_buffers_used", MEMP_PBUF_POOL);
}
