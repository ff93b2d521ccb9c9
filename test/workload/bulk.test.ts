import { assert, describe, expect, it } from 'vitest'
import type { Nanos } from '../../src/core/clock.ts'
import { noArrivals } from '../../src/measure/arrival-counts.ts'
import { FrameType, readSentAt, readSeq, restamp, writeHeader } from '../../src/wire/frame.ts'
import type { FarStats } from '../../src/wire/session-messages.ts'
import { AWAKE_NS, Bulk } from '../../src/workload/bulk.ts'
import { job, MS } from '../sim/jobs.ts'
import { always, but, simulate } from '../sim/simulate.ts'

const sink = { passOn: 'nobody' } as const

describe('bulk', () => {
  it('up: goodput is what the receiver counted, over the receiver’s time', () => {
    const bulk = new Bulk(job('bulk', { sizeBytes: 1000 }))
    simulate(bulk, { ...sink, forward: always(MS), reverse: always(0) })
    // 100 messages a millisecond apart: 99 of them in 99 ms after the first.
    expect(bulk.recording.values()).toMatchObject({
      goodputBitsPerSec: 8e6,
      goodputUpBitsPerSec: 8e6,
      goodputDownBitsPerSec: null,
      messagesPerSec: 1000,
      sentCount: 100,
      receivedCount: 100,
      lossRatio: 0,
    })
  })

  it('up: counts exactly what did not arrive, and what arrived twice or out of order', () => {
    const bulk = new Bulk(job('bulk'))
    simulate(bulk, {
      ...sink,
      forward: but([MS], { 10: [], 11: [], 40: [], 50: [MS, 2 * MS], 60: [3.5 * MS] }),
      reverse: always(0),
    })
    expect(bulk.recording.values()).toMatchObject({
      lossRatio: 0.03,
      lossBurstMax: 2,
      lossBurstMean: 1.5,
      duplicateRatio: 1 / 97,
      reorderedRatio: 1 / 97,
      reorderingExtentMax: 2,
    })
  })

  it('up: adds parallel streams, each with its own losses', () => {
    const bulk = new Bulk(job('bulk', { sizeBytes: 1000, streams: 2 }))
    simulate(bulk, { ...sink, forward: (n) => (n === 20 ? [] : [MS]), reverse: always(0) })
    expect(bulk.recording.values()).toMatchObject({ sentCount: 200, lossRatio: 1 / 200 })
  })

  it('unpaced: sends whenever the flow takes more, until its time is over', () => {
    const bulk = new Bulk(job('bulk', { ratePerSec: 'max', durationNs: 10 * MS }))
    bulk.begin(0, { hi: 1, lo: 1 })
    const burst = (at: number, messages: number) => {
      const step = bulk.poll(at as Nanos)
      assert(step.kind === 'burst')
      return Array.from({ length: messages }, () => {
        step.next(step.message)
        return { seq: readSeq(step.message), sentAt: readSentAt(step.message) }
      })
    }
    expect(burst(0, 3).map(({ seq }) => seq)).toEqual([0, 1, 2])
    bulk.writable(0, false)
    expect(bulk.poll(MS as Nanos)).toMatchObject({ kind: 'wait', until: 10 * MS })
    bulk.writable(0, true)
    expect(burst(2 * MS, 1)).toEqual([{ seq: 3, sentAt: 2 * MS }])
    expect(bulk.poll((10 * MS) as Nanos).kind).toBe('done')
    expect(bulk.sentCount(0)).toBe(4)
  })

  it('up: ends when a fixed number is sent, and tells from the first arrival to the last how long that took', () => {
    const bulk = new Bulk(job('bulk', { messageCount: 10, streams: 2 }))
    simulate(bulk, { ...sink, forward: (n) => [n === 19 ? 5 * MS : MS], reverse: always(0) })
    // The second stream begins half a millisecond after the first; its last message takes 4 ms longer.
    expect(bulk.recording.values()).toMatchObject({ sentCount: 20, lossRatio: 0, transferNs: 13.5 * MS })
    const unpaced = new Bulk(job('bulk', { messageCount: 3, ratePerSec: 'max' }))
    simulate(unpaced, { ...sink, forward: (n) => [n * MS], reverse: always(0) })
    expect(unpaced.recording.values()).toMatchObject({ sentCount: 3, transferNs: 2 * MS })
    const lossy = new Bulk(job('bulk', { messageCount: 10 }))
    simulate(lossy, { ...sink, forward: but([MS], { 4: [] }), reverse: always(0) })
    expect(lossy.recording.values()).toMatchObject({ sentCount: 10, lossRatio: 0.1, transferNs: null })
  })

  it('down: ends when a fixed number has come', () => {
    const bulk = new Bulk(job('bulk', { direction: 'down', messageCount: 2, durationNs: 3000 * MS }))
    bulk.begin(0, { hi: 1, lo: 1 })
    expect(bulk.poll(0 as Nanos).kind).toBe('send')
    const message = new Uint8Array(64)
    writeHeader(message, FrameType.PROBE, 0, { hi: 1, lo: 1 }, 0)
    expect(bulk.receive(0, message, (10 * MS) as Nanos, 64)).toBe(false)
    expect(bulk.poll((11 * MS) as Nanos).kind).toBe('wait')
    restamp(message, 1, 0)
    expect(bulk.receive(0, message, (12 * MS) as Nanos, 64)).toBe(true)
    expect(bulk.poll((12 * MS) as Nanos).kind).toBe('done')
    bulk.account(0, farSide({ sentCount: 2, finished: true }))
    bulk.recording.finish()
    expect(bulk.recording.values().transferNs).toBe(2 * MS)
  })

  it('down: asks until the far side is heard, counts what arrives, and reminds it every second', () => {
    const bulk = new Bulk(job('bulk', { direction: 'down', sizeBytes: 1000, durationNs: 3000 * MS }))
    bulk.begin(0, { hi: 1, lo: 1 })
    const message = new Uint8Array(1000)
    writeHeader(message, FrameType.PROBE, 0, { hi: 1, lo: 1 }, 0)
    expect(bulk.poll(0 as Nanos).kind).toBe('send')
    // A sleeping receiver would have to be woken: it never waits for long.
    expect(bulk.poll(MS as Nanos)).toMatchObject({ kind: 'wait', until: MS + AWAKE_NS })
    expect(bulk.poll((50 * MS - 1) as Nanos)).toMatchObject({ kind: 'wait', until: 50 * MS })
    for (const seq of [0, 1, 3, 4]) {
      restamp(message, seq, 0)
      bulk.receive(0, message, ((10 + seq) * MS) as Nanos, 1000)
    }
    expect(bulk.poll((50 * MS) as Nanos).kind).toBe('send')
    expect(bulk.poll((1050 * MS - 1) as Nanos)).toMatchObject({ kind: 'wait', until: 1050 * MS })
    expect(bulk.poll((1050 * MS) as Nanos).kind).toBe('send')
    const far = farSide({ sentCount: 5, finished: true })
    expect(bulk.settled(0, far)).toBe(false)
    bulk.account(0, far)
    bulk.recording.finish()
    // 3 messages of 1000 B after the first, in 4 ms.
    expect(bulk.recording.values()).toMatchObject({
      goodputDownBitsPerSec: 6e6,
      goodputUpBitsPerSec: null,
      lossRatio: 0.2,
      sentCount: 5,
      receivedCount: 4,
    })
  })

  it('verified: what the far side counts as corrupt is lost, settles the run, and is no more than was sent', () => {
    const bulk = new Bulk(job('bulk', { verify: true }))
    simulate(bulk, { ...sink, forward: always(0), reverse: always(0) })
    expect(bulk.settled(0, farSide({ receivedCount: 97, corruptCount: 2 }))).toBe(false)
    expect(bulk.settled(0, farSide({ receivedCount: 97, corruptCount: 3 }))).toBe(true)
    for (const [said, believed] of [
      [3, 3],
      [10_000, 100],
    ] as const) {
      const counted = new Bulk(job('bulk', { verify: true }))
      simulate(counted, { ...sink, forward: always(0), reverse: always(0), account: { corruptCount: said } })
      expect(counted.recording.values()).toMatchObject({
        corruptCount: believed,
        corruptRatio: believed / 100,
      })
    }
  })

  it('says how much of what arrived nobody read, in all flows and ways that tell', () => {
    const bulk = new Bulk(job('bulk', { direction: 'both', streams: 2 }))
    expect(bulk.recording.values().unreadRatio).toBeNull()
    for (const flow of [0, 1]) bulk.account(flow, farSide({ receivedBytes: 1000, unreadBytes: 800 }), 0)
    bulk.recording.finish()
    expect(bulk.recording.values().unreadRatio).toBe(0.8)
    const liar = new Bulk(job('bulk'))
    liar.account(0, farSide({ receivedBytes: 1000, unreadBytes: 2 ** 53 - 1 }))
    expect(liar.recording.values().unreadRatio).toBe(1)
  })

  it('is settled only when all that was sent is counted', () => {
    const bulk = new Bulk(job('bulk'))
    simulate(bulk, { ...sink, forward: always(0), reverse: always(0) })
    expect(bulk.settled(0, farSide({ receivedCount: 99 }))).toBe(false)
    expect(bulk.settled(0, farSide({ receivedCount: 100 }))).toBe(true)
  })
})

function farSide(counted: Partial<FarStats>): FarStats {
  return {
    ...noArrivals(),
    finished: false,
    receivedBytes: 0,
    firstBytes: 0,
    firstAtNs: null,
    lastAtNs: null,
    ...counted,
  }
}
