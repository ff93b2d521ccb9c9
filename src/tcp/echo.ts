import type { PlainProtocol } from '../transport/contract.ts'
import { dial } from './endpoint.ts'
import { listen } from './listener.ts'

/**
 * RFC 862 echo over TCP: what comes back are the same bytes, but not the same pieces. The stream has no boundaries, so two
 * small writes may return as one piece and a large one as several.
 */
export const echo: PlainProtocol = {
  dial: (to, options, signal) => dial(to, { ...options, framing: 'raw' }, signal),
  listen: (at, options, serve) => listen(at, { ...options, framing: 'raw' }, serve),
}
