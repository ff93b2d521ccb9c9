import type { PlainProtocol } from '../transport/contract.ts'
import { dial } from './endpoint.ts'
import { listen } from './listener.ts'

/**
 * RFC 862 echo in datagrams over a socket path: each comes back as the datagram it was, and none is missing. Whoever does
 * not take its answers is not read either.
 */
export const echo: PlainProtocol = {
  dial: (to, options, signal) => dial(to, { ...options, framing: 'raw' }, signal),
  listen: (at, options, serve) => listen(at, { ...options, framing: 'raw' }, serve),
}
