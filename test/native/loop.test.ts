import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { describe, expect, it } from 'vitest'
import { hostClock } from '../../src/core/host-clock.ts'
import { sharedLoop } from '../../src/native/loop.ts'
import { tcp } from '../../src/tcp/index.ts'
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

  // Breaks when what watched before, and is no longer needed, takes the watching of now with it as it is collected.
  it('is heard after it rested, woke, rested again and memory was collected', async () => {
    setFlagsFromString('--expose-gc')
    const collect: () => void = runInNewContext('gc')
    const options = { socket: { engine: 'native' } } as const
    const listener = await tcp.listen('127.0.0.1:0', options, (endpoint) => {
      endpoint.onMessage((bytes) => endpoint.send(bytes))
    })
    for (let n = 0; n < 4; n++) {
      // Longer than the loop stays awake with nothing to do.
      await new Promise((resolve) => setTimeout(resolve, 60))
      collect()
      await new Promise((resolve) => setTimeout(resolve, 10))
      const endpoint = await tcp.dial(listener.address, {})
      const answer = new Promise((resolve) => endpoint.onMessage(resolve))
      endpoint.send(Uint8Array.of(1))
      await answer
      await endpoint.close()
    }
    await listener.close()
  })
})
