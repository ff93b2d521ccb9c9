import type { PlainProtocol } from '../transport/contract.ts'
import { dial } from './endpoint.ts'
import { listen } from './listener.ts'

/**
 * Text chat over TCP: the stream needs a mark between messages, and it is the newline. Every member sees every line of the
 * room, in the room's order, and a member who reads slowly makes the room wait or is let go.
 */
export const chat: PlainProtocol = {
  dial: (to, options, signal) => dial(to, { ...options, framing: 'lines' }, signal),
  listen: (at, options, serve) => listen(at, { ...options, framing: 'lines' }, serve),
}
