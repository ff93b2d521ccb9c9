import type { Carrier } from '../datagrams/datagram-endpoint.ts'

/** 65535, less 8 bytes of UDP and 20 of IPv4 header. */
export const carrier: Carrier = { who: 'udp', mostBytes: 65_507 }
