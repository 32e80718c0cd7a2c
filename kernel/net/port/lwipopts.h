/* SPDX-License-Identifier: MIT */
/*
 * lwIP as this kernel wants it: sockets over one IPv4 interface, every
 * resource bounded by a number in this file, all of them static memory.
 * Also read by programs, through <lwip/sockets.h>.
 */
#ifndef KERNEL_NET_PORT_LWIPOPTS_H
#define KERNEL_NET_PORT_LWIPOPTS_H

/*
 * Threads cooperate and no interrupt handler enters lwIP: what it protects
 * by turning off interrupts cannot be disturbed. The core lock is held by
 * whoever calls into lwIP, so that no request waits for a second thread.
 */
#define NO_SYS 0
#define SYS_LIGHTWEIGHT_PROT 0
#define LWIP_TCPIP_CORE_LOCKING 1
#define LWIP_TCPIP_CORE_LOCKING_INPUT 1
#define LWIP_COMPAT_MUTEX 0

#define TCPIP_THREAD_NAME "tcpip"
#define TCPIP_THREAD_STACKSIZE 16384
#define TCPIP_MBOX_SIZE 16

/* Interface: one, Ethernet; frames are sent from one piece of memory. */
#define LWIP_SINGLE_NETIF 1
#define LWIP_NETIF_TX_SINGLE_PBUF 1
#define LWIP_NETIF_STATUS_CALLBACK 1
#define LWIP_NETIF_HOSTNAME 1
#define LWIP_NETIF_LOOPBACK 0

/* Protocols. No IPv6, no IP options, no fragments sent. */
#define LWIP_IPV4 1
#define LWIP_IPV6 0
#define LWIP_ICMP 1
#define LWIP_UDP 1
#define LWIP_TCP 1
#define LWIP_RAW 0
#define LWIP_DNS 1
#define LWIP_DHCP 1
#define IP_OPTIONS_ALLOWED 0
#define IP_REASSEMBLY 1
#define IP_REASS_MAX_PBUFS 16
#define IP_FRAG 0
#define MEMP_NUM_REASSDATA 4
/* A second's probing for a clash costs more than DHCP itself. */
#define LWIP_DHCP_DOES_ACD_CHECK 0

#define ARP_TABLE_SIZE 16
#define ARP_QUEUEING 0
#define ETHARP_TRUST_IP_MAC 0

/* Sockets. */
#define LWIP_NETCONN 1
#define LWIP_SOCKET 1
#define LWIP_SOCKET_SELECT 0
#define LWIP_SOCKET_POLL 1
#define LWIP_SO_RCVTIMEO 1
#define LWIP_SO_SNDTIMEO 1
#define LWIP_SO_LINGER 0
#define LWIP_TCP_KEEPALIVE 1
#define SO_REUSE 1
#define LWIP_TCP_CLOSE_TIMEOUT_MS_DEFAULT 5000
#define LWIP_TIMEVAL_PRIVATE 0
#define LWIP_ERRNO_STDINCLUDE 1
#define LWIP_ERRNO_INCLUDE <errno.h>
#define LWIP_SOCKET_OFFSET 3
#define DEFAULT_TCP_RECVMBOX_SIZE 32
#define DEFAULT_UDP_RECVMBOX_SIZE 16
#define DEFAULT_RAW_RECVMBOX_SIZE 4
#define DEFAULT_ACCEPTMBOX_SIZE 128

/*
 * TCP. The backlog bounds half-open connections; when control blocks run out
 * lwIP takes the oldest in TIME_WAIT.
 */
#define TCP_MSS 1460
#define TCP_WND (16 * TCP_MSS)
#define TCP_SND_BUF (32 * TCP_MSS)
#define TCP_SND_QUEUELEN 128
#define TCP_LISTEN_BACKLOG 1
#define TCP_DEFAULT_LISTEN_BACKLOG 128
#define TCP_OOSEQ_MAX_PBUFS 16
#define LWIP_TCP_SACK_OUT 1
#define LWIP_TCP_MAX_SACK_NUM 4
/* Connections that sit half-open or half-closed for long are few. */
#define TCP_MSL 5000UL
#define LWIP_TCP_RTO_TIME 1000

/* How many of everything. */
#define MEMP_NUM_NETCONN 240
#define MEMP_NUM_TCP_PCB 256
#define MEMP_NUM_TCP_PCB_LISTEN 8
#define MEMP_NUM_UDP_PCB 16
#define MEMP_NUM_TCP_SEG 1024
#define MEMP_NUM_NETBUF 64
#define MEMP_NUM_PBUF 64
#define MEMP_NUM_TCPIP_MSG_API 16
#define MEMP_NUM_TCPIP_MSG_INPKT 16
#define MEMP_NUM_NETDB 4
/* One of kernel/net/orphans.c beside lwIP's own. */
#define MEMP_NUM_SYS_TIMEOUT (LWIP_NUM_SYS_TIMEOUT_INTERNAL + 1)
#define PBUF_POOL_SIZE 256

/* The heap is pools of a few sizes (lwippools.h): no search, no splinters. */
#define MEM_ALIGNMENT 8
#define MEM_USE_POOLS 1
#define MEM_USE_POOLS_TRY_BIGGER_POOL 1
#define MEMP_USE_CUSTOM_POOLS 1

/* Counters for the metrics, none that cost a list walk. */
#define LWIP_STATS 1
#define LWIP_STATS_DISPLAY 0
#define LWIP_STATS_LARGE 1
#define MIB2_STATS 0
#define SYS_STATS 0

/* The port's: unpredictable numbers and sums of 64-bit words. */
#define LWIP_RAND() net_random()
#define LWIP_HOOK_FILENAME "net_hooks.h"
#define LWIP_HOOK_TCP_ISN(local_ip, local_port, remote_ip, remote_port) \
	net_tcp_isn(local_ip, local_port, remote_ip, remote_port)
#define LWIP_CHKSUM net_checksum

#endif
