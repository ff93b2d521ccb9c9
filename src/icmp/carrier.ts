import type { Carrier } from '../datagrams/datagram-endpoint.ts'

/** 65535, less 8 bytes of ICMP and 20 of IPv4 header. */
export const carrier: Carrier = { who: 'icmp', mostBytes: 65_507 }
