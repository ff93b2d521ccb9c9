import { NetcmpError } from '../core/errors.ts'
import type { PlainProtocol } from '../transport/contract.ts'

/** No chat: the far host would say to everyone what they said themselves. */
export const chat: PlainProtocol = {
  dial: () => Promise.reject(noRoom()),
  listen: () => Promise.reject(noRoom()),
}

function noRoom(): NetcmpError {
  return new NetcmpError('UNAVAILABLE', 'icmp: there is no chat: only the far host’s own system answers')
}
