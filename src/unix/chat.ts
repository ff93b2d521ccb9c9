import type { PlainProtocol } from '../transport/contract.ts'
import { dial } from './endpoint.ts'
import { listen } from './listener.ts'

/**
 * Text chat over a socket path: newlines between messages, as over TCP. Only users of this host can join, and the room's
 * order is the order of the socket's writes.
 */
export const chat: PlainProtocol = {
  dial: (to, options, signal) => dial(to, { ...options, framing: 'lines' }, signal),
  listen: (at, options, serve) => listen(at, { ...options, framing: 'lines' }, serve),
}
