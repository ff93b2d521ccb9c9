import type { PlainProtocol } from '../transport/contract.ts'
import { dial } from './endpoint.ts'
import { listen } from './listener.ts'

/**
 * Text chat in datagrams over a socket path: the datagram is the line, as over UDP, but every member hears every line in
 * the order of the room. Nobody is told that a member has gone until it is sent something.
 */
export const chat: PlainProtocol = {
  dial: (to, options, signal) => dial(to, { ...options, framing: 'lines' }, signal),
  listen: (at, options, serve) => listen(at, { ...options, framing: 'lines' }, serve),
}
