import type { Socket } from 'node:net'
import { type Address, familyFor, formatHostPort, parseHostPort, resolveHost } from '../core/address.ts'
import { dialStream } from '../stream/dial.ts'
import { MAX_STREAM_MESSAGE_BYTES } from '../stream/endpoint.ts'
import type { DialOptions, Endpoint, Traits } from '../transport/contract.ts'

/**
 * What TCP promises. It carries a stream of bytes, so each message brings its length; the kernel acknowledges,
 * repeats and sorts; and no message leaves before a round trip has agreed that both sides are there.
 */
export const traits: Traits = {
  boundaries: 'framed',
  reliable: true,
  ordered: true,
  handshakeRtts: 1,
  maxMessageBytes: MAX_STREAM_MESSAGE_BYTES,
}

/**
 * Connects: SYN, SYN+ACK, ACK. When this resolves, somebody listens.
 * Of a name's addresses the first that completes a handshake wins (RFC 8305, happy eyeballs): node's connect races them.
 */
export async function dial(to: Address, options: DialOptions, signal?: AbortSignal): Promise<Endpoint> {
  const { host, port } = parseHostPort(to)
  const candidates = await resolveHost(host, familyFor(options), 'tcp', signal)
  return dialStream(
    {
      host,
      port,
      noDelay: options.nagle !== true,
      ...(options.bind === undefined ? {} : { localAddress: options.bind }),
      autoSelectFamily: true,
      lookup: (_host, _options, answer) =>
        answer(
          null,
          candidates.map((each) => ({ address: each.host, family: each.family })),
        ),
    },
    `tcp: cannot connect to ${to}`,
    (socket) => ({ who: 'tcp', ...endsOf(socket) }),
    options,
    signal,
  )
}

/** The two ends of a connection: the kernel knows both, since a connection is what it keeps. */
export function endsOf(socket: Socket): { local: Address; remote: Address } {
  return {
    local: formatHostPort(socket.localAddress ?? '', socket.localPort ?? 0),
    remote: formatHostPort(socket.remoteAddress ?? '', socket.remotePort ?? 0),
  }
}
