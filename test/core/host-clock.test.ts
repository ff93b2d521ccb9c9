import { describe, expect, it } from 'vitest'
import type { Nanos } from '../../src/core/clock.ts'
import { hostClock } from '../../src/core/host-clock.ts'

const ahead = (ms: number) => (hostClock.now() + ms * 1e6) as Nanos

describe('the host clock', () => {
  it('is whole, never goes back, and counts from its origin', () => {
    let last = hostClock.now()
    for (let i = 0; i < 1000; i++) {
      const now = hostClock.now()
      expect(Number.isSafeInteger(now)).toBe(true)
      expect(now).toBeGreaterThanOrEqual(last)
      last = now
    }
    const host = Number(process.hrtime.bigint())
    expect(Math.abs(host - (hostClock.originNs + hostClock.now()))).toBeLessThan(1e9)
  })

  it.each([0, 1, 5])('never wakes early, and tells when it woke: %d ms ahead', async (ms) => {
    const at = ahead(ms)
    const woke = await hostClock.sleepUntil(at)
    expect(woke).toBeGreaterThanOrEqual(at)
    expect(hostClock.now()).toBeGreaterThanOrEqual(woke)
  })

  it('wakes a sleeper that is aborted, and does not start one that is', async () => {
    const controller = new AbortController()
    const sleep = hostClock.sleepUntil(ahead(60_000), controller.signal)
    controller.abort()
    await expect(sleep).rejects.toMatchObject({ code: 'ABORTED' })
    await expect(hostClock.sleepUntil(ahead(1), controller.signal)).rejects.toMatchObject({ code: 'ABORTED' })
  })

  it('fires an alarm once for the last time it was set, however often it was moved', async () => {
    const fired: number[] = []
    const done = new Promise<number>((resolve) => {
      const alarm = hostClock.alarm((woke) => {
        fired.push(woke)
        resolve(last)
      })
      const last = ahead(8)
      alarm.set(ahead(60_000))
      alarm.set(ahead(4))
      alarm.set(ahead(20))
      alarm.set(last)
    })
    const last = await done
    await hostClock.sleepUntil(ahead(15))
    expect(fired).toHaveLength(1)
    expect(fired[0]).toBeGreaterThanOrEqual(last)
  })

  it('does not fire a cleared alarm', async () => {
    const fired: number[] = []
    const alarm = hostClock.alarm((woke) => fired.push(woke))
    alarm.set(ahead(1))
    alarm.clear()
    await hostClock.sleepUntil(ahead(10))
    expect(fired).toEqual([])
  })

  it('counts idle turns, but not those that worked', async () => {
    let idleNs = 0
    let busyNs = 0
    for (let i = 0; i < 10; i++) {
      idleNs += (await turning(() => {})).idleNs
      busyNs += (await turning((alarm) => alarm.worked())).idleNs
    }
    expect(idleNs).toBeGreaterThan(0)
    expect(busyNs).toBe(0)
  })
})

/** An alarm 2 ms ahead, with `each` called on every turn of the event loop meanwhile. */
async function turning(each: (alarm: ReturnType<typeof hostClock.alarm>) => void) {
  let over = false
  let fire: () => void = () => {}
  const fired = new Promise<void>((resolve) => {
    fire = resolve
  })
  const alarm = hostClock.alarm(() => {
    over = true
    fire()
  })
  alarm.set(ahead(2))
  const turn = () => {
    each(alarm)
    if (!over) setImmediate(turn)
  }
  turn()
  await fired
  return alarm
}
