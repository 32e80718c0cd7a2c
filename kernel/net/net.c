/* SPDX-License-Identifier: MIT */
/*
 * The interface between lwIP and the network device.
 *
 * One thread moves frames in. Frames go out from whichever thread holds
 * lwIP's core lock; that the device hears of them is again left to the
 * network thread, which is woken by the first of them and runs after all
 * threads that were ready before it: a hundred answers cost one exit.
 */
#include "kernel/net/net.h"

#include <errno.h>
#include <string.h>

#include "lwip/dhcp.h"
#include "lwip/etharp.h"
#include "lwip/tcpip.h"
#include "netif/ethernet.h"

#include "kernel/app.h"
#include "kernel/console.h"
#include "kernel/net/orphans.h"
#include "kernel/net/random.h"
#include "kernel/netdev.h"
#include "kernel/thread.h"
#include "kernel/time.h"
#include "lib/inet.h"

#define STACK_SIZE 16384
/* Frames that are taken in before programs get their turn. */
#define RECEIVE_BATCH 64
/*
 * With event indices a device interrupts for the first frame only: if the
 * host loses that one, all that follow are silent. So the ring is looked at
 * and the device checked once in a while whatever happens.
 */
#define CHECK_INTERVAL NSEC_PER_SEC

static struct {
	struct netdev *dev;
	struct netif netif;
	struct inet_config config;
	bool is_static;
	/* What app_network_wait() reports; -EAGAIN while there is hope. */
	int status;
	struct wait_queue waiters;
	struct pbuf *spare; /* the next frame is received into it */
	uint64_t next_check;
} net = { .status = -ENODEV };

_Static_assert(PBUF_POOL_BUFSIZE >= NETDEV_FRAME_MAX,
	       "a frame is received into one buffer of the pool");

/* A frame in pieces before it is sent, or one there is no buffer for. */
static char scratch[NETDEV_FRAME_MAX];

/* lwIP's linkoutput: called with the core lock held. */
static err_t send_frame(struct netif *netif, struct pbuf *frame)
{
	const void *from = frame->payload;
	int err;

	(void)netif;
	if (frame->tot_len > NETDEV_FRAME_MAX)
		return ERR_VAL;
	if (frame->next) {
		pbuf_copy_partial(frame, scratch, frame->tot_len, 0);
		from = scratch;
	}
	err = net.dev->transmit(net.dev, from, frame->tot_len);
	if (!err)
		return ERR_OK;
	return err == -ENOBUFS ? ERR_MEM : ERR_IF;
}

/* Called with the core lock held; false: no frame is waiting. */
static bool receive_frame(void)
{
	struct pbuf *frame = net.spare;
	size_t size;

	if (!frame)
		frame = pbuf_alloc(PBUF_RAW, NETDEV_FRAME_MAX, PBUF_POOL);
	net.spare = frame;
	size = net.dev->receive(net.dev, frame ? frame->payload : scratch);
	if (!size)
		return false;
	if (!frame) {
		/* Taken and dropped: left in the ring it would wake us. */
		net.dev->stats.rx_dropped++;
		return true;
	}
	net.spare = NULL;
	pbuf_realloc(frame, (u16_t)size);
	if (ethernet_input(frame, &net.netif) != ERR_OK)
		pbuf_free(frame);
	return true;
}

static int receive_batch(void)
{
	int frames = 0;

	LOCK_TCPIP_CORE();
	while (frames < RECEIVE_BATCH && receive_frame())
		frames++;
	UNLOCK_TCPIP_CORE();
	return frames;
}

static int check_device(void)
{
	const uint64_t now = time_now();

	if (now < net.next_check)
		return 0;
	net.next_check = now + CHECK_INTERVAL;
	return net.dev->check(net.dev);
}

static void run(void *arg)
{
	(void)arg;
	while (!check_device()) {
		const int frames = receive_batch();

		/* Whoever these frames are for answers before we flush. */
		thread_yield();
		net.dev->flush(net.dev);
		if (!frames)
			net.dev->wait(net.dev, net.next_check);
	}
	net.status = -EIO;
	thread_wake_all(&net.waiters);
}

static void on_status(struct netif *netif)
{
	if (ip4_addr_isany_val(*netif_ip4_addr(netif)))
		return;
	log_line("net: address %s", app_network_address());
	net.status = 0;
	thread_wake_all(&net.waiters);
}

static err_t set_up_netif(struct netif *netif)
{
	netif->name[0] = 'e';
	netif->name[1] = 'n';
	netif->hostname = "tacit";
	netif->output = etharp_output;
	netif->linkoutput = send_frame;
	netif->mtu = NETDEV_MTU;
	netif->hwaddr_len = ETH_HWADDR_LEN;
	SMEMCPY(netif->hwaddr, net.dev->mac, ETH_HWADDR_LEN);
	netif->flags = NETIF_FLAG_BROADCAST | NETIF_FLAG_ETHARP |
		       NETIF_FLAG_ETHERNET | NETIF_FLAG_LINK_UP;
	netif_set_status_callback(netif, on_status);
	return ERR_OK;
}

/* In lwIP's own thread, with the core lock held. */
static void on_start(void *arg)
{
	const ip4_addr_t address = { lwip_htonl(net.config.address) };
	const ip4_addr_t netmask = { lwip_htonl(net.config.netmask) };
	const ip4_addr_t gateway = { lwip_htonl(net.config.gateway) };

	(void)arg;
	if (!netif_add(&net.netif, &address, &netmask, &gateway, NULL,
		       set_up_netif, ethernet_input)) {
		log_line("net: the interface cannot be added");
		return;
	}
	orphans_start();
	netif_set_default(&net.netif);
	netif_set_up(&net.netif);
	if (net.is_static)
		on_status(&net.netif);
	else if (dhcp_start(&net.netif) != ERR_OK)
		log_line("net: DHCP cannot be started");
}

static int prepare(void)
{
	const char *const ip = app_option("ip");

	net.dev = netdev_get();
	if (!net.dev)
		return -ENODEV;
	if (ip && inet_parse_config(ip, &net.config)) {
		log_line("net: ip=%s: want a.b.c.d/length[,gateway]", ip);
		return -EINVAL;
	}
	net.is_static = ip;
	if (net_random_init()) {
		log_line("net: not started: the CPU gives no random numbers");
		return -EIO;
	}
	if (!thread_create("net", run, NULL, STACK_SIZE))
		return -ENOMEM;
	return -EAGAIN;
}

int net_init(void)
{
	net.status = prepare();
	if (net.status != -EAGAIN)
		return net.status;
	tcpip_init(on_start, NULL);
	return 0;
}

int app_network_wait(uint64_t deadline)
{
	while (net.status == -EAGAIN) {
		if (thread_wait(&net.waiters, deadline))
			return net.status == -EAGAIN ? -ETIMEDOUT : net.status;
	}
	return net.status;
}

const char *app_network_address(void)
{
	return ip4addr_ntoa(netif_ip4_addr(&net.netif));
}
