import { throwIfAborted } from '../core/abort.ts'
import { type Address, familyFor, formatHostPort, parseHostPort, resolveHost } from '../core/address.ts'
import { systemError } from '../core/errors.ts'
import { type Candidate, DialledEndpoint } from '../datagrams/dialled-endpoint.ts'
import type { DialOptions, Endpoint, Traits } from '../transport/contract.ts'
import { carrier } from './carrier.ts'
import { connectSocket, type UdpSocket } from './socket.ts'

/**
 * What UDP promises. It carries datagrams, so a message is whole or missing; nobody acknowledges, repeats or sorts
 * them; and the first one leaves at once, whether or not anybody is there.
 */
export const traits: Traits = {
  boundaries: 'native',
  connected: false,
  answeredBy: 'server',
  reliable: false,
  ordered: false,
  handshakeRtts: 0,
  maxMessageBytes: carrier.mostBytes,
}

/**
 * Opens a socket: not a byte leaves. Whether anybody listens, only an answer or a refusal to the first message can tell.
 * Of a name's addresses the first that answers wins, so the first messages go to all of them.
 */
export async function dial(to: Address, options: DialOptions, signal?: AbortSignal): Promise<Endpoint> {
  const { host, port } = parseHostPort(to)
  const candidates = await resolveHost(host, familyFor(options), 'udp', signal)
  const opened = await Promise.allSettled(
    candidates.map((each) => connectSocket(each, port, options.bind, options.socket)),
  )
  const [first, ...others] = opened.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []))
  if (first === undefined) {
    const failed = opened.find((each) => each.status === 'rejected')
    throw systemError(failed?.reason, `udp: cannot reach ${to}`)
  }
  closeIfAborted([first, ...others], signal)
  return new DialledEndpoint(carrier, [candidateOf(first), ...others.map(candidateOf)], options)
}

/** The two ends of a connected socket: the kernel knows both, though nothing was agreed on. */
export function candidateOf(socket: UdpSocket): Candidate {
  const local = socket.address()
  const remote = socket.remoteAddress()
  return {
    socket,
    local: formatHostPort(local.address, local.port),
    remote: formatHostPort(remote.address, remote.port),
  }
}

function closeIfAborted(sockets: readonly UdpSocket[], signal: AbortSignal | undefined): void {
  if (signal?.aborted) for (const socket of sockets) socket.close(() => {})
  throwIfAborted(signal)
}
