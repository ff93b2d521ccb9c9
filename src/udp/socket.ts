import { type BindOptions, createSocket, type RemoteInfo, type Socket } from 'node:dgram'
import type { ResolvedHost } from '../core/address.ts'
import { NetcmpError } from '../core/errors.ts'
import type { AddressingOutlet, DatagramSocket, SendOutcome } from '../datagrams/datagram-socket.ts'
import { NativeDatagramSocket } from '../native/datagram-socket.ts'
import { sharedLoop } from '../native/shared-loop.ts'
import { openSocket } from '../native/socket.ts'
import type { SocketOptions } from '../transport/contract.ts'

// What does not fit is lost without a word: ask for room. The kernel caps it; some systems refuse instead.
export const BUFFER_BYTES = [4 * 1024 * 1024, 1024 * 1024, 256 * 1024]

// Linux grants twice of what it is asked for, and keeps books in the other half (socket(7)).
const GRANTED_PER_BYTE = process.platform === 'linux' ? 2 : 1

export type OnPacked = (bytes: Uint8Array, from: RemoteInfo, messageBytes: number, call: number) => number

/** What is needed of a socket, node's or one of our own. */
export interface UdpSocket extends DatagramSocket, AddressingOutlet {
  on(event: 'message', handler: (datagram: Uint8Array, from: RemoteInfo, call?: number) => void): unknown
  on(event: 'error', handler: (error: Error) => void): unknown
  /** As of `Endpoint`; a handler is told, too, from whom they came, and by which call. */
  onPacked?(handler: OnPacked): void
  send(datagram: Uint8Array, done: SendOutcome | undefined): void
  send(datagram: Uint8Array, port: number, address: string | undefined, done: SendOutcome | undefined): void
  address(): { readonly address: string; readonly port: number }
  remoteAddress(): { readonly address: string; readonly port: number }
  getRecvBufferSize(): number
  getSendBufferSize(): number
}

/** A socket that takes datagrams at `port` of one of our addresses. Rejects with the operating system's own error. */
export async function bindSocket(
  at: ResolvedHost,
  port: number,
  options: SocketOptions = {},
): Promise<UdpSocket> {
  const place = { host: at.host, port }
  if (options.engine === 'native') return native(at.family, options, place)
  const where = await placeOf(at.family, options, place)
  return open(at, options, (socket, ready) => socket.bind({ ...where, exclusive: true }, ready))
}

/** A socket that talks to one peer only, from one of our addresses if it is named, which is also how it hears that nobody listens there (ICMP). */
export async function connectSocket(
  to: ResolvedHost,
  port: number,
  from?: string,
  options: SocketOptions = {},
): Promise<UdpSocket> {
  if (port === 0) throw new NetcmpError('BAD_ADDRESS', `udp: port 0 of ${to.host} cannot be dialled`)
  const bound = from === undefined ? undefined : { host: from, port: 0 }
  if (options.engine === 'native') return native(to.family, options, bound, { host: to.host, port })
  const where = await placeOf(to.family, options, bound)
  return open(to, options, (socket, ready) => {
    const connect = () => socket.connect(port, to.host, ready)
    if (where === undefined) connect()
    else socket.bind({ ...where, exclusive: true }, connect)
  })
}

async function native(
  family: 4 | 6,
  options: SocketOptions,
  at: { host: string; port: number } | undefined,
  to?: { host: string; port: number },
): Promise<UdpSocket> {
  const loop = await sharedLoop()
  const fd = await openSocket({ who: 'udp', kind: 'datagram', family, options, at, to })
  try {
    return new NativeDatagramSocket(loop, fd, family, options.timed)
  } catch (error) {
    loop.libc.close(fd)
    throw error
  }
}

/** Where node is to bind a socket: an address, or a descriptor that is bound and has the options that node cannot set. */
async function placeOf(
  family: 4 | 6,
  { trafficClass, unfragmented }: SocketOptions,
  at: { host: string; port: number } | undefined,
): Promise<BindOptions | undefined> {
  if (trafficClass === undefined && !unfragmented) return at && { address: at.host, port: at.port }
  const options = {
    ...(trafficClass === undefined ? {} : { trafficClass }),
    ...(unfragmented ? { unfragmented } : {}),
  }
  return { fd: await openSocket({ who: 'udp', kind: 'datagram', family, options, at }) }
}

function open(
  host: ResolvedHost,
  options: SocketOptions,
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
      try {
        setUp(socket, options)
      } catch (refused) {
        return failed(refused as Error)
      }
      resolve(socket)
    })
  })
}

function setUp(socket: Socket, { ttl, bufferBytes }: SocketOptions): void {
  if (ttl !== undefined) socket.setTTL(ttl)
  if (bufferBytes === undefined) {
    enlarge((bytes) => socket.setRecvBufferSize(bytes))
    enlarge((bytes) => socket.setSendBufferSize(bytes))
    return
  }
  socket.setRecvBufferSize(bufferBytes)
  socket.setSendBufferSize(bufferBytes)
  checkGranted(bufferBytes, socket.getRecvBufferSize(), 'net.core.rmem_max')
  checkGranted(bufferBytes, socket.getSendBufferSize(), 'net.core.wmem_max')
}

function checkGranted(bytes: number, grantedBytes: number, limit: string): void {
  const granted = grantedBytes / GRANTED_PER_BYTE
  if (granted >= bytes) return
  const what = process.platform === 'linux' ? limit : 'this system'
  throw new NetcmpError(
    'BAD_VALUE',
    `udp: ${what} allows a buffer of ${granted} B, not ${bytes} (raise it, or ask for less)`,
  )
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
