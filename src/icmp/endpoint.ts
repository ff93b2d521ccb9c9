import { throwIfAborted } from '../core/abort.ts'
import { type Address, familyFor, formatHostPort, parseHostPort, resolveHost } from '../core/address.ts'
import { systemError } from '../core/errors.ts'
import { type Candidate, DialledEndpoint } from '../datagrams/dialled-endpoint.ts'
import { loopFor } from '../native/shared-loop.ts'
import type { DialOptions, Endpoint, Traits } from '../transport/contract.ts'
import { carrier } from './carrier.ts'
import { connectSocket, type IcmpSocket } from './socket.ts'

/**
 * What ICMP's echo promises: what UDP does, but for whom it reaches. Every host's own system answers with the message that
 * it was sent, so nobody has to listen there, and nobody can be told anything.
 */
export const traits: Traits = {
  boundaries: 'native',
  connected: false,
  answeredBy: 'host',
  reliable: false,
  ordered: false,
  handshakeRtts: 0,
  maxMessageBytes: carrier.mostBytes,
}

/**
 * Opens a socket: not a byte leaves. There are no ports: that of the address is not used. Of a name's addresses the first
 * that answers wins, so the first messages go to all of them.
 */
export async function dial(to: Address, options: DialOptions, signal?: AbortSignal): Promise<Endpoint> {
  const { host } = parseHostPort(to)
  const candidates = await resolveHost(host, familyFor(options), carrier.who, signal)
  const loop = await loopFor(options.socket)
  const opened = await Promise.allSettled(
    candidates.map((each) => connectSocket(loop, each, options.bind, options.socket ?? {})),
  )
  const [first, ...others] = opened.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []))
  if (first === undefined) {
    const failed = opened.find((each) => each.status === 'rejected')
    throw systemError(failed?.reason, `icmp: cannot reach ${to}`)
  }
  closeIfAborted([first, ...others], signal)
  return new DialledEndpoint(carrier, [candidateOf(first), ...others.map(candidateOf)], options)
}

/** The two ends of a connected socket. The far one has no identifier. */
function candidateOf(socket: IcmpSocket): Candidate {
  return {
    socket,
    local: formatHostPort(socket.local.address, socket.local.port),
    remote: formatHostPort(socket.remoteHost, 0),
  }
}

function closeIfAborted(sockets: readonly IcmpSocket[], signal: AbortSignal | undefined): void {
  if (signal?.aborted) for (const socket of sockets) socket.close(() => {})
  throwIfAborted(signal)
}
