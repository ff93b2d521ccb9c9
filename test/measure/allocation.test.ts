import { describe, expect, it } from 'vitest'
import { Arrivals } from '../../src/measure/arrivals.ts'
import { DelayVariation } from '../../src/measure/delay-variation.ts'
import { EchoStamps } from '../../src/measure/echo-stamps.ts'
import { Histogram } from '../../src/measure/histogram.ts'
import { Jitter } from '../../src/measure/jitter.ts'
import { ArrivalLog } from '../../src/measure/order-agreement.ts'
import { heapGrowth } from './heap-growth.ts'

// Catches a closure, an object or a boxed double for each record: the smallest, of 16 bytes, would leave 80,000 behind.
// Rounds are short, for a collection to fall into few of them.
const RECORDS = 5000
const ALLOWED_BYTES = 16 * 1024

const delays = Float64Array.from({ length: 1024 }, (_, i) => 50_000 + ((i * 7919) % 20_000))
const delayOf = (i: number): number => delays[i & 1023] as number

function histogramRound(): () => void {
  const histogram = new Histogram()
  return () => {
    for (let i = 0; i < RECORDS; i++) histogram.record(delayOf(i))
  }
}

function inOrderRound(): () => void {
  const arrivals = new Arrivals(1 << 12)
  let next = 0
  return () => {
    for (let i = 0; i < RECORDS; i++) arrivals.record(next++)
  }
}

/** Of every ten messages one is lost, one is late, and one comes twice. */
function disorderlyRound(): () => void {
  const arrivals = new Arrivals(1 << 12)
  let base = 0
  return () => {
    for (let i = 0; i < RECORDS; i += 10) {
      for (let k = 2; k < 10; k++) arrivals.record(base + k)
      arrivals.record(base + 1)
      arrivals.record(base + 5)
      base += 10
    }
  }
}

function delayVariationRound(): () => void {
  const variation = new DelayVariation(1 << 12)
  let base = 0
  return () => {
    for (let i = 0; i < RECORDS; i += 4) {
      variation.record(base, delayOf(i))
      variation.record(base + 2, delayOf(i + 1))
      variation.record(base + 1, delayOf(i + 2))
      base += 4
    }
  }
}

function jitterRound(): () => void {
  const jitter = new Jitter()
  return () => {
    for (let i = 0; i < RECORDS; i++) jitter.add(delayOf(i))
  }
}

function arrivalLogRound(): () => void {
  const log = new ArrivalLog(1000 * RECORDS)
  return () => {
    for (let i = 0; i < RECORDS; i++) log.record(i)
  }
}

/** Small enough to be thinned out again and again. */
function echoStampsRound(): () => void {
  const stamps = new EchoStamps(1 << 10)
  return () => {
    for (let i = 0; i < RECORDS; i++) {
      const now = i * 1e6
      stamps.record(now, now + delayOf(i), now + delayOf(i), now + 2 * delayOf(i))
    }
  }
}

function boxingRound(): () => void {
  const kept: unknown[] = new Array(8).fill(null)
  return () => {
    for (let i = 0; i < RECORDS; i++) kept[i & 7] = { value: delayOf(i) }
  }
}

describe('recording allocates nothing', () => {
  it.each([
    ['a histogram', histogramRound],
    ['arrivals in order', inOrderRound],
    ['arrivals lost, late and twice', disorderlyRound],
    ['delay variation', delayVariationRound],
    ['jitter', jitterRound],
    ['an arrival log', arrivalLogRound],
    ['the times of echoes', echoStampsRound],
  ])('%s', (_, round) => {
    expect(heapGrowth(round())).toBeLessThan(ALLOWED_BYTES)
  })

  it('and this check would see it if it did: one object for each record', () => {
    expect(heapGrowth(boxingRound())).toBeGreaterThan(5 * ALLOWED_BYTES)
  })
})
