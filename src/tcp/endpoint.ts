import type { TcpNetConnectOpts } from 'node:net'
import {
  type Address,
  familyFor,
  formatHostPort,
  parseHostPort,
  type ResolvedHost,
  resolveHost,
} from '../core/address.ts'
import { systemError } from '../core/errors.ts'
import { type Connecting, connectStream } from '../native/connect.ts'
import type { Loop } from '../native/loop.ts'
import { sharedLoop } from '../native/shared-loop.ts'
import { openSocket } from '../native/socket.ts'
import type { ByteSocket } from '../stream/byte-socket.ts'
import { dialStream } from '../stream/dial.ts'
import { type OpenSocket, StreamEndpoint } from '../stream/endpoint.ts'
import type { DialOptions, Endpoint, SocketOptions, Traits } from '../transport/contract.ts'
import { MAX_STREAM_MESSAGE_BYTES } from '../wire/framing.ts'
import { connectionReader } from './connection.ts'

/**
 * What TCP promises. It carries a stream of bytes, so each message brings its length; the kernel acknowledges,
 * repeats and sorts; and no message leaves before a round trip has agreed that both sides are there.
 */
export const traits: Traits = {
  boundaries: 'framed',
  connected: true,
  answeredBy: 'server',
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
  const connect = (where: Partial<TcpNetConnectOpts>) =>
    dialStream(
      {
        host,
        port,
        noDelay: options.nagle !== true,
        ...(options.bind === undefined ? {} : { localAddress: options.bind }),
        ...where,
      },
      `tcp: cannot connect to ${to}`,
      (socket) => ({ who: 'tcp', ...connectionOf(socket) }),
      options,
      signal,
    )
  if (options.socket) return inTurn(candidates, port, options.socket, options, connect, signal)
  return connect({
    autoSelectFamily: true,
    lookup: (_host, _options, answer) =>
      answer(
        null,
        candidates.map((each) => ({ address: each.host, family: each.family })),
      ),
  })
}

/** A socket that is made beforehand connects once: a name's addresses take their turns. */
async function inTurn(
  candidates: readonly ResolvedHost[],
  port: number,
  socket: SocketOptions,
  options: DialOptions,
  connect: (where: Partial<TcpNetConnectOpts>) => Promise<Endpoint>,
  signal: AbortSignal | undefined,
): Promise<Endpoint> {
  let failure: unknown
  for (const { host, family } of candidates) {
    const at = options.bind === undefined ? undefined : { host: options.bind, port: 0 }
    const isNative = socket.engine === 'native'
    try {
      const loop = isNative ? await sharedLoop() : undefined
      const fd = await openSocket({
        who: 'tcp',
        kind: 'stream',
        family,
        options: socket,
        at: isNative ? at : undefined,
      })
      if (loop === undefined) return await connect({ host, fd, autoSelectFamily: false })
      return await dialNative(
        loop,
        { fd, family, host, port, noDelay: options.nagle !== true, timed: socket.timed },
        options,
        signal,
      )
    } catch (error) {
      failure ??= error
    }
  }
  throw failure
}

async function dialNative(
  loop: Loop,
  connecting: Connecting,
  options: DialOptions,
  signal: AbortSignal | undefined,
): Promise<Endpoint> {
  const socket = await connectStream(loop, connecting, signal).catch((error: unknown) => {
    throw systemError(error, `tcp: cannot connect to ${formatHostPort(connecting.host, connecting.port)}`)
  })
  return new StreamEndpoint({ who: 'tcp', socket, readBuffer: socket, ...connectionOf(socket) }, options)
}

/** The two ends of a connection, and more: the kernel knows all of it, since a connection is what it keeps. */
export function connectionOf(socket: ByteSocket): Pick<OpenSocket, 'local' | 'remote' | 'connectionReader'> {
  return {
    connectionReader: () => connectionReader(socket),
    local: formatHostPort(socket.localAddress ?? '', socket.localPort ?? 0),
    remote: formatHostPort(socket.remoteAddress ?? '', socket.remotePort ?? 0),
  }
}
