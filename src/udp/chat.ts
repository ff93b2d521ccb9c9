import type { PlainProtocol } from '../transport/contract.ts'
import { dial } from './endpoint.ts'
import { listen } from './listener.ts'

/**
 * Text chat over UDP: the datagram is the line, and its newline only courtesy to terminals. A line may be missing, doubled or
 * early for one member and not for another, and nobody is told that a member has gone.
 */
export const chat: PlainProtocol = {
  dial: (to, options, signal) => dial(to, { ...options, framing: 'lines' }, signal),
  listen: (at, options, serve) => listen(at, { ...options, framing: 'lines' }, serve),
}
