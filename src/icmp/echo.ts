import type { PlainProtocol } from '../transport/contract.ts'
import { dial } from './endpoint.ts'
import { listen } from './listener.ts'

/**
 * Echo over ICMP: what `ping` sends (RFC 792). Each message comes back as it was, or not at all, and the far side has no
 * say in it.
 */
export const echo: PlainProtocol = {
  dial: (to, options, signal) => dial(to, { ...options, framing: 'raw' }, signal),
  listen,
}
