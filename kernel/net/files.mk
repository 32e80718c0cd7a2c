obj-kernel += kernel/net/metrics.o kernel/net/net.o kernel/net/netdev.o
obj-kernel += kernel/net/orphans.o kernel/net/random.o kernel/net/sys.o

obj-lwip += api/api_lib.o api/api_msg.o api/err.o api/netbuf.o api/netdb.o
obj-lwip += api/sockets.o api/tcpip.o
obj-lwip += core/def.o core/dns.o core/inet_chksum.o core/init.o core/ip.o
obj-lwip += core/mem.o core/memp.o core/netif.o core/pbuf.o core/stats.o core/sys.o
obj-lwip += core/tcp.o core/tcp_in.o core/tcp_out.o core/timeouts.o core/udp.o
obj-lwip += core/ipv4/acd.o core/ipv4/dhcp.o core/ipv4/etharp.o
obj-lwip += core/ipv4/icmp.o core/ipv4/ip4.o core/ipv4/ip4_addr.o
obj-lwip += core/ipv4/ip4_frag.o
obj-lwip += netif/ethernet.o
