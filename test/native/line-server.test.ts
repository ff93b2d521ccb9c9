import { mkdtempSync, rmSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { describe, expect, it, onTestFinished } from 'vitest'
import { loadLibc } from '../../src/native/libc.ts'
import { LineServer } from '../../src/native/line-server.ts'
import { PollSet } from '../../src/native/poll-set.ts'
import { isNative } from './is-native.ts'

const SECOND_NS = 999_999_999

/** A server that answers every line with itself, and keeps those that begin with `later`. */
async function echo() {
  const libc = await loadLibc('a test')
  const folder = mkdtempSync(join(tmpdir(), 'netcmp-lines-'))
  const path = join(folder, 'at')
  const kept: (() => void)[] = []
  const server = new LineServer(libc, path, (line, answer) => {
    if (line.startsWith('later')) kept.push(() => answer(line))
    else answer(line)
  })
  const polls = new PollSet(libc, 12)
  onTestFinished(() => {
    server.close()
    rmSync(folder, { recursive: true })
  })
  /** Waits for something to read, and reads it. */
  const turn = () => {
    const { fds } = server
    polls.watch(fds)
    polls.wait(SECOND_NS)
    for (const fd of fds.filter((_, n) => polls.isReady(n))) server.ready(fd)
  }
  return { path, turn, kept, server }
}

async function connected(path: string, turn: () => void): Promise<Socket> {
  const socket = connect(path).on('error', () => {})
  onTestFinished(() => void socket.destroy())
  await new Promise((resolve) => socket.once('connect', resolve))
  turn()
  return socket
}

const written = (socket: Socket, text: string | Uint8Array) =>
  new Promise<void>((resolve) => socket.write(text, () => resolve()))

const lineOf = (socket: Socket) =>
  new Promise<string>((resolve) => createInterface({ input: socket }).once('line', resolve))

describe.skipIf(!isNative)(
  'a server of lines without an event loop (Linux on x86-64 or ARM64, with koffi)',
  () => {
    it('answers whoever asks, though a line comes in pieces', async () => {
      const { path, turn } = await echo()
      const [one, two] = [await connected(path, turn), await connected(path, turn)]
      const bytes = new TextEncoder().encode('für dich\n')
      await written(one, bytes.subarray(0, 2))
      turn()
      await written(two, 'two\n')
      turn()
      await written(one, bytes.subarray(2))
      turn()
      expect(await lineOf(two)).toBe('two')
      expect(await lineOf(one)).toBe('für dich')
    })

    // Breaks when an answer goes to whoever has got the descriptor of one that is gone.
    it('answers later, and nobody else', async () => {
      const { path, turn, kept } = await echo()
      const gone = await connected(path, turn)
      await written(gone, 'later 1\n')
      turn()
      gone.destroy()
      await new Promise((resolve) => gone.once('close', resolve))
      turn()
      const next = await connected(path, turn)
      await written(next, 'later 2\n')
      turn()
      for (const answer of kept) answer()
      expect(await lineOf(next)).toBe('later 2')
    })

    it('lets go of who says too much without an end, and of more than eight', async () => {
      const { path, turn, server } = await echo()
      const talker = await connected(path, turn)
      talker.write('x'.repeat(2 * 1024 * 1024))
      const closed = new Promise((resolve) => talker.once('close', resolve))
      const most = 2 * 1024 * 1024
      for (let n = 0; n < most && server.fds.length > 1; n++) {
        turn()
        await new Promise((resolve) => setImmediate(resolve))
      }
      await closed
      for (let n = 0; n < 9; n++) await connected(path, turn)
      expect(server.fds).toHaveLength(9)
    })

    it('does not take a path that is taken', async () => {
      const { path } = await echo()
      const libc = await loadLibc('a test')
      expect(() => new LineServer(libc, path, () => {})).toThrow(
        expect.objectContaining({ code: 'EADDRINUSE' }),
      )
    })
  },
)
