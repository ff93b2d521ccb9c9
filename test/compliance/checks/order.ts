import assert from 'node:assert/strict'
import type { Endpoint } from '../../../src/transport/contract.ts'
import {
  check,
  Inbox,
  numbered,
  numberOf,
  sendAll,
  turn,
  unlessHostAnswers,
  unlessReliable,
  unlessUnordered,
  unlessUnreliable,
  within,
} from '../stage.ts'

const COUNT = 5000

function* numbers(count: number): Generator<Uint8Array> {
  for (let number = 0; number < count; number++) yield numbered(number, 4 + (number % 200))
}

/** Tells the far side to answer, again and again: on a path that loses, one question may not be enough. */
async function askUntilAnswered(endpoint: Endpoint, question: Uint8Array): Promise<void> {
  const inbox = new Inbox(endpoint)
  for (let round = 0; round < 2000 && inbox.messages.length === 0; round++) {
    endpoint.send(question)
    await within(endpoint.drained(), 'drained()')
    for (let turns = 0; turns < 20 && inbox.messages.length === 0; turns++) await turn()
  }
  assert(inbox.messages.length > 0, 'the far side never answered')
}

/** What becomes of many messages. */
export const orderChecks = [
  check(
    'every message arrives exactly once, where promised',
    async (stage) => {
      const { endpoint, far } = await stage.dialInbox()
      await sendAll(endpoint, numbers(COUNT))
      const received = await (await far()).atLeast(COUNT)
      // What was doubled comes last.
      await endpoint.close()
      assert.deepEqual(
        received.map(numberOf).sort((a, b) => a - b),
        [...numbers(COUNT)].map(numberOf),
      )
    },
    unlessUnreliable,
  ),

  check(
    'messages arrive in the order they were sent, where promised',
    async (stage) => {
      const { endpoint, far } = await stage.dialInbox()
      await sendAll(endpoint, numbers(COUNT))
      const received = (await (await far()).atLeast(COUNT)).map(numberOf)
      assert.deepEqual(
        received,
        [...received].sort((a, b) => a - b),
      )
    },
    unlessUnordered,
  ),

  check(
    'what is lost is only missing: nothing is doubled or invented',
    async (stage) => {
      const seen = new Map<number, number>()
      const listener = await stage.listen((endpoint) =>
        endpoint.onMessage((message) => {
          const number = numberOf(message)
          if (number === COUNT) endpoint.send(message)
          else if (message.length === 4 + (number % 200)) seen.set(number, (seen.get(number) ?? 0) + 1)
          else seen.set(-1, 1)
        }),
      )
      const endpoint = await stage.dial(listener)
      await sendAll(endpoint, numbers(COUNT))
      await askUntilAnswered(endpoint, numbered(COUNT))
      const lost = [...numbers(COUNT)].filter((message) => !seen.has(numberOf(message))).length
      assert.equal(seen.size + lost, COUNT)
      assert.deepEqual(new Set(seen.values()), new Set([1]))
      assert(seen.size > COUNT / 100, `only ${seen.size} of ${COUNT} arrived on loopback`)
    },
    unlessReliable,
    unlessHostAnswers,
  ),

  check('a hundred endpoints never hear each other', async (stage) => {
    const endpoints: Endpoint[] = []
    const listener = await stage.listen((endpoint) => endpoint.onMessage((message) => endpoint.send(message)))
    for (let number = 0; number < 100; number++) endpoints.push(await stage.dial(listener))
    const inboxes = endpoints.map((endpoint) => new Inbox(endpoint))
    for (let round = 0; round < 3; round++) {
      for (const [number, endpoint] of endpoints.entries()) endpoint.send(numbered(number * 10 + round))
      for (const inbox of inboxes) await inbox.atLeast(round + 1)
    }
    for (const [number, inbox] of inboxes.entries()) {
      assert.deepEqual(inbox.messages.map(numberOf), [number * 10, number * 10 + 1, number * 10 + 2])
    }
    assert.equal(new Set(endpoints.map((endpoint) => endpoint.local)).size <= 100, true)
    assert.equal(listener.droppedCount, 0)
  }),
]
