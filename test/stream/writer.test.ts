import { expect, it } from 'vitest'
import type { ByteSocket } from '../../src/stream/byte-socket.ts'
import { MessageWriter } from '../../src/stream/writer.ts'

/** Takes every write, and keeps what it is given for later where it is slow. */
function socketThat(isSlow: boolean) {
  const kept: Uint8Array[] = []
  const socket = {
    writableLength: 0,
    write(bytes: Uint8Array) {
      kept.push(bytes)
      if (isSlow) this.writableLength += bytes.length
      return !isSlow
    },
  }
  return { kept, writer: new MessageWriter(socket as unknown as ByteSocket, 'messages', () => {}) }
}

// Breaks when writers share memory that a slow socket has not sent yet.
it('leaves what a slow socket has not sent to that socket alone', () => {
  const slow = socketThat(true)
  const quick = socketThat(false)
  slow.writer.write(Uint8Array.of(1, 1, 1))
  slow.writer.write(Uint8Array.of(2, 2, 2))
  quick.writer.write(Uint8Array.of(9, 9, 9))
  quick.writer.write(Uint8Array.of(8, 8, 8))
  expect(slow.kept.map((bytes) => [...bytes])).toEqual([
    [0, 0, 0, 3, 1, 1, 1],
    [0, 0, 0, 3, 2, 2, 2],
  ])
})
