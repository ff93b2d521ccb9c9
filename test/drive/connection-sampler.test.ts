import { beforeEach, expect, it, onTestFinished, vi } from 'vitest'
import { ConnectionSampler } from '../../src/drive/connection-sampler.ts'
import type { ConnectionFacts, ConnectionReader } from '../../src/transport/connection-facts.ts'
import { FakeClock } from '../sim/fake-clock.ts'
import { FakeEndpoint } from '../sim/fake-endpoint.ts'

const FACTS: ConnectionFacts = {
  retransmitCount: 0,
  srttNs: 1000,
  minRttNs: 500,
  cwndSegments: 10,
  mssBytes: 1448,
  deliveryRateBitsPerSec: 100,
  pacingRateBitsPerSec: 200,
}

/** A kernel that tells what it is set to. */
class FakeKernel implements ConnectionReader {
  readonly congestion = 'reno'
  facts: ConnectionFacts | undefined = FACTS
  readCount = 0

  set(change: Partial<ConnectionFacts>): void {
    this.facts = { ...FACTS, ...change }
  }

  read(): ConnectionFacts | undefined {
    this.readCount++
    return this.facts
  }
}

function endpointOf(kernel?: ConnectionReader): FakeEndpoint {
  const endpoint = new FakeEndpoint('a', 'b', new FakeClock(0))
  return Object.assign(endpoint, { connectionReader: async () => kernel })
}

async function sampling(...kernels: readonly (ConnectionReader | undefined)[]): Promise<ConnectionSampler> {
  const sampler = new ConnectionSampler(kernels.map(endpointOf))
  await sampler.ready
  sampler.start()
  await Promise.resolve()
  return sampler
}

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
  onTestFinished(() => {
    vi.useRealTimers()
  })
})

// Breaks when the questions that follow a run are taken for its load, or what is repaired during them is not counted.
it('keeps the state of when the sending ended, and counts to the end', async () => {
  const kernel = new FakeKernel()
  const sampler = await sampling(kernel)
  kernel.set({ srttNs: 9000, cwndSegments: 30, pacingRateBitsPerSec: 700, retransmitCount: 2 })
  sampler.stop()
  kernel.set({ srttNs: 1100, minRttNs: 400, cwndSegments: 5, retransmitCount: 4 })
  expect(sampler.figures(0)).toEqual({
    congestion: 'reno',
    retransmitCount: 4,
    srttNs: 9000,
    minRttNs: 400,
    cwndSegments: 30,
    cwndMaxSegments: 30,
    mssBytes: 1448,
    deliveryRateBitsPerSec: 100,
    pacingRateBitsPerSec: 700,
  })
})

it('sees the widest window of those it samples ten times a second', async () => {
  const kernel = new FakeKernel()
  const sampler = await sampling(kernel)
  for (const cwndSegments of [20, 80, 40]) {
    kernel.set({ cwndSegments })
    vi.advanceTimersByTime(100)
  }
  kernel.set({ cwndSegments: 50 })
  sampler.stop()
  expect(kernel.readCount).toBe(4)
  expect(sampler.figures(0)).toMatchObject({ cwndSegments: 50, cwndMaxSegments: 80 })
})

it('keeps the last rate that the application did not limit', async () => {
  const kernel = new FakeKernel()
  const sampler = await sampling(kernel)
  for (const deliveryRateBitsPerSec of [300, 250, null]) {
    kernel.set({ deliveryRateBitsPerSec })
    vi.advanceTimersByTime(100)
  }
  kernel.set({ deliveryRateBitsPerSec: null })
  sampler.stop()
  expect(sampler.figures(0)?.deliveryRateBitsPerSec).toBe(250)
})

it('asks of sixteen connections at once, each in its turn', async () => {
  const kernels = Array.from({ length: 40 }, () => new FakeKernel())
  const sampler = await sampling(...kernels)
  const counts = () => kernels.map(({ readCount }) => readCount)
  const total = () => counts().reduce((a, b) => a + b)
  vi.advanceTimersByTime(100)
  expect(total()).toBe(16)
  vi.advanceTimersByTime(400)
  expect(total()).toBe(80)
  expect(new Set(counts())).toEqual(new Set([2]))
  sampler.stop()
})

it('asks no more once it is stopped', async () => {
  const kernel = new FakeKernel()
  const sampler = await sampling(kernel)
  sampler.stop()
  sampler.stop()
  vi.advanceTimersByTime(1000)
  expect(kernel.readCount).toBe(1)
})

it('has no timer where nobody tells, nor where it was stopped before it could ask', async () => {
  const silent = await sampling(undefined, undefined)
  expect(vi.getTimerCount()).toBe(0)
  silent.stop()
  expect(silent.figures(0)).toBeUndefined()
  const early = new ConnectionSampler([endpointOf(new FakeKernel())])
  early.start()
  early.stop()
  await early.ready
  await Promise.resolve()
  expect(vi.getTimerCount()).toBe(0)
})

it('tells what is so now where it was never started', async () => {
  const sampler = new ConnectionSampler([endpointOf(new FakeKernel())])
  await sampler.ready
  expect(sampler.figures(0)).toMatchObject({ srttNs: 1000, cwndMaxSegments: 10 })
})

it('tells nothing of a connection that is gone, or of an endpoint that has none', async () => {
  const kernel = new FakeKernel()
  const sampler = await sampling(kernel, undefined)
  kernel.facts = undefined
  vi.advanceTimersByTime(100)
  sampler.stop()
  expect([sampler.figures(0), sampler.figures(1)]).toEqual([undefined, undefined])
  const plain = new ConnectionSampler([new FakeEndpoint('a', 'b', new FakeClock(0))])
  await plain.ready
  expect(plain.figures(0)).toBeUndefined()
})
