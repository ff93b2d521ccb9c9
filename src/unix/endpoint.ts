import type { Address } from '../core/address.ts'
import { checkPath } from '../core/socket-path.ts'
import { dialStream } from '../stream/dial.ts'
import type { DialOptions, Endpoint, Traits } from '../transport/contract.ts'
import { MAX_STREAM_MESSAGE_BYTES } from '../wire/framing.ts'

/**
 * What a stream over a path promises: TCP's promises, without a network. Connecting is one system call that finds
 * the listener's queue, so no round trip goes before the first message.
 */
export const traits: Traits = {
  boundaries: 'framed',
  connected: true,
  answeredBy: 'server',
  reliable: true,
  ordered: true,
  handshakeRtts: 0,
  maxMessageBytes: MAX_STREAM_MESSAGE_BYTES,
}

/** Connects. A path has no family and no candidates, and there is no Nagle to turn off. */
export async function dial(to: Address, options: DialOptions, signal?: AbortSignal): Promise<Endpoint> {
  checkPath('unix', to)
  return dialStream(
    { path: to },
    `unix: cannot connect to ${to}`,
    () => ({ who: 'unix', local: '', remote: to }),
    options,
    signal,
  )
}
