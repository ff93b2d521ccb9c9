import { describe, expect, it } from 'vitest'
import type { Nanos } from '../../src/core/clock.ts'
import { NetcmpError } from '../../src/core/errors.ts'
import { type NumberedEcho, numberedEcho } from '../../src/drive/numbered-echo.ts'
import { plainEcho } from '../../src/service/plain-echo.ts'
import { numberOf } from '../../src/wire/numbered-text.ts'
import { FakeClock, within } from '../sim/fake-clock.ts'
import { type Copies, endpointPair } from '../sim/fake-endpoint.ts'

const MS = 1e6
const datagrams = { boundaries: 'native', reliable: false } as const
const stream = { boundaries: 'framed', reliable: true } as const

function talk(
  traits: typeof datagrams | typeof stream,
  echo: Partial<NumberedEcho>,
  up?: Copies,
  down?: Copies,
) {
  const clock = new FakeClock()
  const { client, server } = endpointPair(clock, up, down)
  plainEcho(server)
  const wanted = { messageCount: 3, sizeBytes: 64, ratePerSec: null, timeoutNs: 100 * MS, ...echo }
  const giveUp = new AbortController()
  const answered = numberedEcho(client, traits, wanted, clock, giveUp.signal)
  answered.catch(() => {})
  return { clock, client, server, answered, giveUp }
}

describe('a numbered echo', () => {
  it('sends each message when the last is answered', async () => {
    const { clock, client, answered } = talk(datagrams, {})
    expect(await within(clock, answered)).toEqual([])
    expect(client.sent.map(numberOf)).toEqual([1, 2, 3])
    expect(client.sent.map(({ length }) => length)).toEqual([64, 64, 64])
    expect(clock.now()).toBe(0)
  })

  it('gives a datagram up after the timeout, and goes on', async () => {
    const { clock, client, answered } = talk(datagrams, {}, (n) => (n === 1 ? 0 : 1))
    expect(await within(clock, answered)).toEqual([2])
    expect(client.sent.map(numberOf)).toEqual([1, 2, 3])
    expect(clock.now()).toBe(100 * MS)
  })

  it('counts an answer once that comes twice', async () => {
    const { clock, answered } = talk(datagrams, { ratePerSec: 1000 }, (n) => (n === 0 ? 2 : n === 1 ? 0 : 1))
    expect(await within(clock, answered)).toEqual([2])
  })

  it('sends at its rate, answered or not, and waits for the last', async () => {
    const { clock, client, answered } = talk(datagrams, { ratePerSec: 100 }, () => 0)
    expect(await within(clock, answered)).toEqual([1, 2, 3])
    expect(client.sent.length).toBe(3)
    expect(clock.now()).toBe(20 * MS + 100 * MS)
  })

  it.each([
    [{ messageCount: 1 }, 100 * MS - 1, []],
    [{ messageCount: 2 }, 150 * MS, [1, 2]],
    // Given up each by itself, though the conversation goes on until 300 ms.
    [{ messageCount: 3, ratePerSec: 10 }, 150 * MS, [1, 2, 3]],
  ])('an answer that comes too late is none: %j, after %d ns', async (echo, afterNs, expected) => {
    const { clock, client, server, answered } = talk(datagrams, echo, undefined, () => 0)
    const answerLate = (bytes: Uint8Array) => {
      const answer = bytes.slice()
      clock.alarm(() => client.arrive(answer)).set((clock.now() + afterNs) as Nanos)
    }
    // The first has left already.
    client.sent.forEach(answerLate)
    server.onMessage(answerLate)
    expect(await within(clock, answered)).toEqual(expected)
  })

  it('counts bytes where there are no boundaries', async () => {
    const { clock, client, server, answered } = talk(stream, {})
    server.onMessage((bytes) => {
      client.arrive(bytes.subarray(0, 10))
      client.arrive(bytes.subarray(10))
    })
    client.arrive(new Uint8Array(64))
    expect(await within(clock, answered)).toEqual([])
  })

  it('is over where a connection does not answer in time', async () => {
    const { clock, answered } = talk(stream, {}, () => 0)
    await expect(within(clock, answered)).rejects.toThrow(
      'trace: server:1 does not answer message 1 within 0.1 s (raise --timeout)',
    )
    expect(clock.now()).toBe(100 * MS)
  })

  it('is over where the far side breaks it, or leaves', async () => {
    const broken = talk(stream, {}, () => 0)
    broken.client.break(new NetcmpError('RESET', 'tcp: broken'))
    await expect(broken.answered).rejects.toThrow('tcp: broken')
    const left = talk(stream, {}, () => 0)
    left.client.break()
    await expect(left.answered).rejects.toThrow('trace: server:1 closed')
  })

  it('is over when it is interrupted', async () => {
    const { giveUp, answered } = talk(datagrams, {}, () => 0)
    giveUp.abort()
    await expect(answered).rejects.toMatchObject({ code: 'ABORTED' })
  })
})
