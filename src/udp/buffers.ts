import { BUFFER_BYTES, bindSocket } from './socket.ts'

/** Linux counts its own bookkeeping in, and says twice what it was asked for (socket(7)). */
const SAID_PER_BYTE = process.platform === 'linux' ? 2 : 1

/** What a socket asks the system for, and what one on loopback got, bytes. */
export async function socketBuffers(): Promise<{
  askedBytes: number
  receiveBytes: number
  sendBytes: number
}> {
  const socket = await bindSocket({ host: '127.0.0.1', family: 4 }, 0)
  const receiveBytes = socket.getRecvBufferSize() / SAID_PER_BYTE
  const sendBytes = socket.getSendBufferSize() / SAID_PER_BYTE
  await new Promise<void>((resolve) => socket.close(resolve))
  return { askedBytes: Math.max(...BUFFER_BYTES), receiveBytes, sendBytes }
}
