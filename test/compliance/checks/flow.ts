import assert from 'node:assert/strict'
import type { Nanos } from '../../../src/core/clock.ts'
import { hostClock } from '../../../src/core/host-clock.ts'
import type { Endpoint } from '../../../src/transport/contract.ts'
import { check, Inbox, numbered, numberOf, turn, unlessUnreliable, until, within } from '../stage.ts'

/** Who may send how fast, and who waits. */
export const flowChecks = [
  check('a sender that is too fast is told so, and drained() says when to go on', async (stage) => {
    const endpoint = await stage.dialEcho()
    endpoint.onMessage(() => undefined)
    const message = new Uint8Array(16_384)
    let sent = 0
    while (sent < 8192 && endpoint.send(message)) sent++
    assert(sent < 8192, '128 MiB were taken at once')
    await within(endpoint.drained(), 'drained()')
    assert.equal(endpoint.queuedBytes, 0)
  }),

  check(
    'drained() resolves at once where nothing waits, and can be aborted where something does',
    async (stage) => {
      const far: Endpoint[] = []
      const listener = await stage.listen((endpoint) => far.push(endpoint))
      const endpoint = await stage.dial(listener)
      await within(endpoint.drained(), 'drained()')
      const message = new Uint8Array(16_384)
      for (let sent = 0; sent < 8192 && endpoint.send(message); sent++);
      const abort = new AbortController()
      const drained = endpoint.drained(abort.signal)
      abort.abort()
      await assert.rejects(drained, { code: 'ABORTED' })
      for (const each of far) each.onMessage(() => undefined)
    },
  ),

  check(
    'pause() holds a reliable sender back, and resume() loses nothing',
    async (stage) => {
      const far: Endpoint[] = []
      const seen: number[] = []
      const listener = await stage.listen((endpoint) => {
        far.push(endpoint)
        endpoint.onMessage((message) => seen.push(numberOf(message)))
        endpoint.pause()
      })
      const endpoint = await stage.dial(listener)
      let sent = 0
      while (sent < 8192 && endpoint.send(numbered(sent, 16_384))) sent++
      assert(sent < 8192, 'nobody pushed back on 128 MiB')
      const drained = endpoint.drained()
      for (let turns = 0; turns < 50; turns++) await turn()
      assert(endpoint.queuedBytes > 0)
      assert.deepEqual(seen, [])
      far[0]?.resume()
      await within(drained, 'drained()')
      await until(() => seen.length === sent + 1, 'what was held back')
      assert.deepEqual(
        seen,
        seen.map((_, index) => index),
      )
      assert.equal(endpoint.queuedBytes, 0)
    },
    unlessUnreliable,
  ),

  check('a handler may pause in the middle of what arrives', async (stage) => {
    const seen: number[] = []
    const listener = await stage.listen((endpoint) =>
      endpoint.onMessage((message) => {
        assert(!paused, 'a message arrived during a pause')
        seen.push(numberOf(message))
        paused = true
        endpoint.pause()
        setImmediate(() => {
          paused = false
          endpoint.resume()
        })
      }),
    )
    let paused = false
    const endpoint = await stage.dial(listener)
    for (let number = 0; number < 50; number++) endpoint.send(numbered(number))
    await until(() => seen.length === 50, 'all 50 messages')
    assert.deepEqual(
      seen,
      seen.map((_, index) => index),
    )
  }),

  check('messages that come before anybody listens wait for the handler', async (stage, { traits }) => {
    const far: Endpoint[] = []
    const listener = await stage.listen((endpoint) => far.push(endpoint))
    const endpoint = await stage.dial(listener)
    const count = traits.reliable ? 2000 : 30
    for (let number = 0; number < count; number++) endpoint.send(numbered(number))
    await until(() => far.length === 1, 'the far side')
    for (let turns = 0; turns < 50; turns++) await turn()
    const inbox = new Inbox(far[0] as Endpoint)
    const received = await inbox.atLeast(count)
    assert.deepEqual(
      received.map(numberOf),
      received.map((_, index) => index),
    )
  }),

  check('arrivals are stamped with the clock that was given', async (stage) => {
    let ticks = 1
    const clock = { ...hostClock, now: () => (ticks++ * 1000) as Nanos }
    const listener = await stage.listen((endpoint) => endpoint.onMessage((message) => endpoint.send(message)))
    const endpoint = await stage.dial(listener, { clock })
    const stamps: number[] = []
    endpoint.onMessage((_message, receivedAt) => stamps.push(receivedAt))
    for (let number = 0; number < 3; number++) {
      endpoint.send(numbered(number))
      await until(() => stamps.length === number + 1, 'the answer')
    }
    assert(stamps.every((stamp, index) => stamp % 1000 === 0 && stamp > (stamps[index - 1] ?? 0)))
  }),
]
