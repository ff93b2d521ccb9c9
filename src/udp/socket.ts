import { createSocket, type Socket } from 'node:dgram'
import type { ResolvedHost } from '../core/address.ts'
import { NetcmpError } from '../core/errors.ts'

// What does not fit is lost without a word: ask for room. The kernel caps it; some systems refuse instead.
export const BUFFER_BYTES = [4 * 1024 * 1024, 1024 * 1024, 256 * 1024]

/** A socket that takes datagrams at `port` of one of our addresses. Rejects with the operating system's own error. */
export function bindSocket(at: ResolvedHost, port: number): Promise<Socket> {
  return open(at, (socket, ready) => socket.bind({ address: at.host, port, exclusive: true }, ready))
}

/** A socket that talks to one peer only, from one of our addresses if it is named, which is also how it hears that nobody listens there (ICMP). */
export function connectSocket(to: ResolvedHost, port: number, from?: string): Promise<Socket> {
  if (port === 0) {
    return Promise.reject(new NetcmpError('BAD_ADDRESS', `udp: port 0 of ${to.host} cannot be dialled`))
  }
  return open(to, (socket, ready) => {
    const connect = () => socket.connect(port, to.host, ready)
    if (from === undefined) connect()
    else socket.bind({ address: from, port: 0, exclusive: true }, connect)
  })
}

function open(
  host: ResolvedHost,
  start: (socket: Socket, ready: (error?: Error) => void) => void,
): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = createSocket({
      type: host.family === 6 ? 'udp6' : 'udp4',
      // Every address is numeric by now; node would ask its resolver all the same, for every datagram.
      lookup: (numeric, _options, answer) => answer(null, numeric, host.family),
    })
    const failed = (error: Error) => {
      socket.close()
      reject(error)
    }
    socket.once('error', failed)
    start(socket, (error) => {
      if (error) return failed(error)
      socket.removeListener('error', failed)
      enlarge((bytes) => socket.setRecvBufferSize(bytes))
      enlarge((bytes) => socket.setSendBufferSize(bytes))
      resolve(socket)
    })
  })
}

function enlarge(set: (bytes: number) => void): void {
  for (const bytes of BUFFER_BYTES) {
    try {
      set(bytes)
      return
    } catch {
      // Less, then; the last resort is what the socket has.
    }
  }
}
