import { type OnReadOpts, Socket, type SocketConstructorOpts } from 'node:net'

/**
 * How much is read at once. Measured: one buffer in use all the time is 1.2 to 1.4 times as fast in bulk as node's fresh
 * memory for every read, and at this size the processor's cache holds it; 1 MiB was no faster than none.
 */
export const READ_BUFFER_BYTES = 64 * 1024

// Every socket may share one, since it is read and split in one go; on Windows a read fills it in the background.
const shared = process.platform === 'win32' ? undefined : Buffer.allocUnsafeSlow(READ_BUFFER_BYTES)

/** Where a socket puts what it reads: node asks for it before the endpoint exists. */
export class ReadBuffer {
  /** False: read no more until the socket is resumed. */
  onBytes: (memory: Uint8Array, bytes: number) => boolean = () => true
  /** Node cannot skip. */
  skippableBytes: () => number = () => 0
  readonly unreadBytes = 0
  readonly onread: OnReadOpts = {
    buffer: shared ?? Buffer.allocUnsafeSlow(READ_BUFFER_BYTES),
    callback: (bytes, memory) => this.onBytes(memory, bytes),
  }
}

interface Handled {
  _handle?: unknown
}

/**
 * Lets an accepted socket, paused and unread, read into the shared buffer too. Node has `onread` only for sockets that
 * it makes to dial, so another is made around the same handle. Nothing where that is not to be had.
 */
export function readShared(accepted: Socket & Handled): { socket: Socket; readBuffer?: ReadBuffer } {
  const handle = accepted._handle
  if (shared === undefined || !handle) return { socket: accepted }
  const readBuffer = new ReadBuffer()
  const options = { handle, allowHalfOpen: true, pauseOnCreate: true, onread: readBuffer.onread }
  const socket = new Socket(options as SocketConstructorOpts)
  // The first one only remains to tell its server that the connection has gone.
  accepted._handle = null
  socket.once('close', () => accepted.destroy())
  return { socket, readBuffer }
}
