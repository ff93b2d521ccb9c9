/** Of Linux on x86-64 and ARM64; each line names the header that it is from. */

// bits/socket.h
export const AF_INET = 2
export const AF_INET6 = 10
export const SOCK_CLOEXEC = 0o2000000

// bits/socket_type.h
export const SOCK_STREAM = 1
export const SOCK_DGRAM = 2

// asm-generic/socket.h
export const SOL_SOCKET = 1
export const SO_REUSEADDR = 2
export const SO_SNDBUF = 7
export const SO_RCVBUF = 8
export const SO_SNDBUFFORCE = 32
export const SO_RCVBUFFORCE = 33

// linux/in.h
export const IPPROTO_IP = 0
export const IP_TOS = 1
export const IP_TTL = 2
export const IP_MTU_DISCOVER = 10
export const IP_PMTUDISC_PROBE = 3

// linux/in6.h
export const IPPROTO_IPV6 = 41
export const IPV6_UNICAST_HOPS = 16
export const IPV6_MTU_DISCOVER = 23
export const IPV6_PMTUDISC_PROBE = 3
export const IPV6_TCLASS = 67
