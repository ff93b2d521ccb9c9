import type { Carrier } from '../datagrams/datagram-endpoint.ts'

/** A send buffer of any size that the system grants by itself holds three of these; as many bytes as UDP carries. */
export const carrier: Carrier = { who: 'unixgram', mostBytes: 65_507 }
