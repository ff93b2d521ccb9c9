import type { PlainProtocol } from '../transport/contract.ts'
import { dial } from './endpoint.ts'
import { listen } from './listener.ts'

/**
 * RFC 862 echo over a socket path: a stream like TCP's, without addresses, checksums or a network below. What comes back
 * are the same bytes, but not the same pieces.
 */
export const echo: PlainProtocol = {
  dial: (to, options, signal) => dial(to, { ...options, framing: 'raw' }, signal),
  listen: (at, options, serve) => listen(at, { ...options, framing: 'raw' }, serve),
}
