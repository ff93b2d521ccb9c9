import { describe, expect, it } from 'vitest'
import { hostClock } from '../../src/core/host-clock.ts'
import { sharedLoop } from '../../src/native/loop.ts'

const isLinux = process.platform === 'linux' && ['x64', 'arm64'].includes(process.arch)

describe.skipIf(!isLinux)('the loop of our own (Linux on x86-64 or ARM64)', () => {
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
})
