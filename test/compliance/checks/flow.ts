import assert from 'node:assert/strict'
import type { Nanos } from '../../../src/core/clock.ts'
import { hostClock } from '../../../src/core/host-clock.ts'
import type { Endpoint, Traits, Transport } from '../../../src/transport/contract.ts'
import {
  check,
  Inbox,
  numbered,
  numberOf,
  type Stage,
  turn,
  unlessHostAnswers,
  unlessUnreliable,
  until,
  within,
} from '../stage.ts'

const inOrder = (numbers: readonly number[]): boolean => numbers.every((number, index) => number === index)

async function turns(count: number): Promise<void> {
  for (let done = 0; done < count; done++) await turn()
}

/** Two conversations: the dialling side sends in the first, the listening side in the second. */
async function bothWays(
  stage: Stage,
  { traits }: Transport,
): Promise<[sender: Endpoint, receiver: Endpoint][]> {
  const one = await conversation(stage, traits)
  const other = await conversation(stage, traits)
  return [
    [one.near, one.far],
    [other.far, other.near],
  ]
}

/** Without a connection the far side learns of it by its first message only, which then is an empty one. */
async function conversation(stage: Stage, traits: Traits): Promise<{ near: Endpoint; far: Endpoint }> {
  const accepted: Endpoint[] = []
  const near = await stage.dial(await stage.listen((endpoint) => accepted.push(endpoint)))
  if (!traits.connected) near.send(new Uint8Array(0))
  await until(() => accepted.length === 1, 'the far side')
  return { near, far: accepted[0] as Endpoint }
}

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
    'pause() holds a reliable sender back, and resume() loses nothing, in both directions',
    async (stage, transport) => {
      for (const [sender, receiver] of await bothWays(stage, transport)) {
        const seen: number[] = []
        receiver.onMessage((message) => {
          if (message.length > 0) seen.push(numberOf(message))
        })
        receiver.pause()
        let sent = 0
        // The kernels between take some; sooner or later nobody takes more.
        for (; sent < 8192 && sender.queuedBytes === 0; sent++) {
          if (!sender.send(numbered(sent, 16_384))) await turns(50)
        }
        assert(sent < 8192, 'nobody pushed back on 128 MiB')
        const drained = sender.drained()
        assert(seen.length === 0, 'a message arrived during a pause')
        receiver.resume()
        await within(drained, 'drained()')
        await until(() => seen.length === sent, 'what was held back')
        assert(inOrder(seen))
        assert.equal(sender.queuedBytes, 0)
      }
    },
    unlessUnreliable,
  ),

  check('a handler may pause in the middle of what arrives, on both sides', async (stage) => {
    const pausing = (endpoint: Endpoint, onNumber: (number: number) => void) => {
      let paused = false
      endpoint.onMessage((message) => {
        assert(!paused, 'a message arrived during a pause')
        paused = true
        endpoint.pause()
        onNumber(numberOf(message))
        setImmediate(() => {
          paused = false
          endpoint.resume()
        })
      })
    }
    const listener = await stage.listen((far) => pausing(far, (number) => far.send(numbered(number))))
    const endpoint = await stage.dial(listener)
    const seen: number[] = []
    pausing(endpoint, (number) => seen.push(number))
    for (let number = 0; number < 50; number++) endpoint.send(numbered(number))
    await until(() => seen.length === 50, 'all 50 messages')
    assert(inOrder(seen))
  }),

  check(
    'messages that come before anybody listens wait for the handler, on both sides',
    async (stage, transport) => {
      for (const [sender, receiver] of await bothWays(stage, transport)) {
        for (let number = 0; number < 2000; number++) sender.send(numbered(number))
        await turns(50)
        const seen: number[] = []
        receiver.onMessage((message) => {
          if (message.length > 0) seen.push(numberOf(message))
        })
        await until(() => seen.length === 2000, 'all 2000 messages')
        assert(inOrder(seen))
      }
    },
    unlessUnreliable,
  ),

  check(
    'the first few messages wait for the handler, even where nothing is promised',
    async (stage) => {
      const accepted: Endpoint[] = []
      const listener = await stage.listen((each) => accepted.push(each))
      const endpoint = await stage.dial(listener)
      for (let number = 0; number < 30; number++) endpoint.send(numbered(number))
      await until(() => accepted.length === 1, 'the far side')
      await turns(50)
      assert.equal((await new Inbox(accepted[0] as Endpoint).atLeast(30)).length, 30)
    },
    unlessHostAnswers,
  ),

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
