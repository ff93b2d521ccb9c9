import { unlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { describe, expect, it } from 'vitest'
import { hostClock } from '../../src/core/host-clock.ts'
import { loadLibc } from '../../src/native/libc.ts'
import { Loop } from '../../src/native/loop.ts'
import { NativeMessageSocket } from '../../src/native/message-socket.ts'
import { sharedLoop } from '../../src/native/shared-loop.ts'
import { openUnixSocket, unixName } from '../../src/native/unix-socket.ts'
import { isNative } from './is-native.ts'

describe.skipIf(!isNative)('the loop of our own (Linux on x86-64 or ARM64, with koffi)', () => {
  it('fires an alarm once, never early, for the last time it was set', async () => {
    const loop = await sharedLoop()
    for (const ms of [0, 0.3, 1, 5, 60]) {
      const fired: number[] = []
      const at = await new Promise<number>((resolve) => {
        const alarm = loop.alarm((woke) => {
          fired.push(woke)
          resolve(due)
        })
        alarm.set((hostClock.now() + 1e12) as never)
        const due = hostClock.now() + ms * 1e6
        alarm.set(due as never)
      })
      await new Promise((resolve) => setTimeout(resolve, 5))
      expect(fired).toHaveLength(1)
      expect(fired[0]).toBeGreaterThanOrEqual(at)
    }
  })

  it('lets node’s own timers and promises run while it waits for a far moment', async () => {
    const loop = await sharedLoop()
    const alarm = loop.alarm(() => {})
    alarm.set((hostClock.now() + 1e10) as never)
    await new Promise((resolve) => setTimeout(resolve, 10))
    await Promise.resolve()
    alarm.clear()
  })

  // Breaks when what an earlier rest has left behind, once it is collected, takes the descriptor of a later one with it.
  it.each([false, true])('still wakes after many rests and a collection (calm: %s)', async (calm) => {
    const libc = await loadLibc('test')
    const loop = new Loop(libc, calm)
    const path = join(tmpdir(), `netcmp-test-loop-${process.pid}-${calm}.sock`)
    const near = new NativeMessageSocket(loop, openUnixSocket(libc, { at: unixName(path) }).fd)
    const far = openUnixSocket(libc, { to: unixName(path) }).fd
    unlinkSync(path)
    const say = async () => {
      const heard = new Promise((resolve) => near.on('message', resolve))
      expect(libc.sendBytes(far, Uint8Array.of(1), 1, 0)).toBe(1)
      await heard
    }
    setFlagsFromString('--expose-gc')
    const collect = runInNewContext('gc') as () => void
    for (let round = 0; round < 5; round++) {
      await say()
      // Longer than the loop waits by itself.
      await new Promise((resolve) => setTimeout(resolve, 30))
      collect()
      await new Promise(setImmediate)
    }
    await say()
    libc.close(far)
    await new Promise<void>((resolve) => near.close(resolve))
  })
})
