import type { PlainProtocol } from '../transport/contract.ts'
import { dial } from './endpoint.ts'
import { listen } from './listener.ts'

/**
 * RFC 862 echo over UDP: each datagram comes back as the datagram it was, whole, or not at all. Nobody says which were
 * lost: only the sender's own numbers can tell.
 */
export const echo: PlainProtocol = {
  dial: (to, options, signal) => dial(to, { ...options, framing: 'raw' }, signal),
  listen: (at, options, serve) => listen(at, { ...options, framing: 'raw' }, serve),
}
