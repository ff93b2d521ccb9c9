/** Of Linux on x86-64 and ARM64; each line names the header that it is from. */

// bits/socket.h
export const AF_UNIX = 1
export const AF_INET = 2
export const AF_INET6 = 10
export const AF_PACKET = 17
export const SHUT_WR = 1
export const MSG_DONTWAIT = 0x40
export const MSG_TRUNC = 0x20
export const MSG_ERRQUEUE = 0x2000
export const MSG_NOSIGNAL = 0x4000
export const MSG_MORE = 0x8000

// bits/socket_type.h
export const SOCK_STREAM = 1
export const SOCK_DGRAM = 2
export const SOCK_RAW = 3
export const SOCK_NONBLOCK = 0o4000
export const SOCK_CLOEXEC = 0o2000000

// asm-generic/socket.h
export const SOL_SOCKET = 1
export const SO_REUSEADDR = 2
export const SO_ERROR = 4
export const SO_SNDBUF = 7
export const SO_RCVBUF = 8
export const SO_RCVTIMEO = 20
export const SO_SNDTIMEO = 21
export const SO_SNDBUFFORCE = 32
export const SO_RCVBUFFORCE = 33
/** The option, and the type of the control messages that come of it. */
export const SO_TIMESTAMPING = 37
export const SO_BUSY_POLL = 46
export const SO_MEMINFO = 55

// linux/net_tstamp.h, linux/errqueue.h
export const SOF_TIMESTAMPING_TX_SOFTWARE = 1 << 1
export const SOF_TIMESTAMPING_RX_SOFTWARE = 1 << 3
export const SOF_TIMESTAMPING_SOFTWARE = 1 << 4
export const SOF_TIMESTAMPING_OPT_ID = 1 << 7
export const SOF_TIMESTAMPING_OPT_TSONLY = 1 << 11
export const SOF_TIMESTAMPING_OPT_ID_TCP = 1 << 16
export const SCM_TSTAMP_SND = 0

// linux/in.h
export const IPPROTO_IP = 0
export const IPPROTO_ICMP = 1
export const IP_TOS = 1
export const IP_TTL = 2
export const IP_MTU_DISCOVER = 10
export const IP_RECVERR = 11
export const IP_PMTUDISC_PROBE = 3

// linux/in6.h
export const IPPROTO_IPV6 = 41
export const IPPROTO_ICMPV6 = 58
export const IPV6_UNICAST_HOPS = 16
export const IPV6_MTU_DISCOVER = 23
export const IPV6_RECVERR = 25
export const IPV6_PMTUDISC_PROBE = 3
export const IPV6_TCLASS = 67

// sys/epoll.h: on x86-64 an event is packed.
export const EPOLL_CLOEXEC = 0o2000000
export const EPOLL_CTL_ADD = 1
export const EPOLL_CTL_DEL = 2
export const EPOLL_CTL_MOD = 3
export const EPOLLIN = 1
export const EPOLLOUT = 4
export const EPOLLERR = 8
export const EPOLL_EVENT_BYTES = process.arch === 'x64' ? 12 : 16
export const EPOLL_DATA = process.arch === 'x64' ? 4 : 8

// poll.h
export const POLLIN = 1

// time.h
export const CLOCK_REALTIME = 0
export const CLOCK_MONOTONIC = 1

// linux/sockios.h, net/if.h: a name of 16 bytes, then where to find what is asked for.
export const SIOCETHTOOL = 0x8946
export const IFREQ_BYTES = 40
export const IFREQ_DATA = 16

// linux/ethtool.h: struct ethtool_value is a command and, 4 bytes on, its value.
export const ETHTOOL_VALUE = 4
export const ETHTOOL_STXCSUM = 0x17
export const ETHTOOL_STSO = 0x1f
export const ETHTOOL_SGSO = 0x24
export const ETHTOOL_SGRO = 0x2c

// sys/mman.h
export const PROT_READ = 1
export const PROT_WRITE = 2
export const MAP_SHARED = 1
export const MAP_PRIVATE = 2
export const MAP_FIXED = 0x10
export const MAP_ANONYMOUS = 0x20
export const MAP_NORESERVE = 0x4000

// linux/memfd.h
export const MFD_CLOEXEC = 1

// asm/unistd.h
export const SYS_EPOLL_PWAIT2 = 441
export const SYS_SCHED_SETATTR = process.arch === 'x64' ? 314 : 274

// sched.h
export const SCHED_OTHER = 0
export const SCHED_RR = 2

// signal.h, bits/signum-generic.h
export const SIG_BLOCK = 0
export const SIG_SETMASK = 2
export const SIGTTOU = 22

// linux/prctl.h
export const PR_SET_TIMERSLACK = 29

// linux/if_ether.h, linux/if_packet.h, bits/socket.h
export const ETH_P_ALL = 3
export const SOL_PACKET = 263
export const PACKET_RX_RING = 5
export const PACKET_STATISTICS = 6
export const PACKET_VERSION = 10
export const PACKET_QDISC_BYPASS = 20
export const PACKET_IGNORE_OUTGOING = 23
export const TPACKET_V2 = 1
export const TP_STATUS_KERNEL = 0
export const TP_STATUS_USER = 1

// linux/icmp.h, linux/icmpv6.h
export const SOL_RAW = 255
export const ICMP_FILTER = 1
export const SOL_ICMPV6 = 58
export const ICMPV6_FILTER = 1

// linux/udp.h
export const SOL_UDP = 17
export const UDP_SEGMENT = 103
export const UDP_GRO = 104

// asm-generic/errno.h
export const EIO = 5
export const EBADF = 9
export const EAGAIN = 11
export const EINVAL = 22
export const ENFILE = 23
export const EMFILE = 24
export const EMSGSIZE = 90
export const ENOBUFS = 105
export const ECONNREFUSED = 111
export const EALREADY = 114
export const EINPROGRESS = 115

// linux/tcp.h
export const IPPROTO_TCP = 6
export const TCP_NODELAY = 1
export const TCP_INFO = 11
export const TCP_CONGESTION = 13
