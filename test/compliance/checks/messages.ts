import assert from 'node:assert/strict'
import fc from 'fast-check'
import { NetcmpError } from '../../../src/core/errors.ts'
import type { Traits } from '../../../src/transport/contract.ts'
import { check, Inbox, patterned, sendAll, unlessHostAnswers, until } from '../stage.ts'

/** Where delivery is promised, all of `sent` in its order; elsewhere nothing that was not sent. */
async function assertArrived(inbox: Inbox, sent: readonly Uint8Array[], traits: Traits): Promise<void> {
  if (traits.reliable && traits.ordered) {
    assert.deepEqual(await inbox.atLeast(sent.length), sent)
    return
  }
  const text = (message: Uint8Array) => Buffer.from(message).toString('latin1')
  const known = new Set(sent.map(text))
  for (const each of await inbox.atLeast(traits.reliable ? sent.length : 1)) assert(known.has(text(each)))
}

/** What becomes of one message. */
export const messageChecks = [
  check('messages of 0, 1 and the most bytes arrive as they were sent', async (stage, { traits }) => {
    const endpoint = await stage.dialEcho()
    const inbox = new Inbox(endpoint)
    const sizes = [1, 0, 2, traits.maxMessageBytes, 1, 0]
    for (const [index, bytes] of sizes.entries()) {
      await sendAll(endpoint, [patterned(bytes, index)])
      await inbox.atLeast(index + 1)
      assert.deepEqual(inbox.messages[index], patterned(bytes, index))
    }
  }),

  check(
    'boundaries survive: what is sent as one message arrives as one message',
    async (stage, { traits }) => {
      const size = fc.oneof(
        { weight: 6, arbitrary: fc.nat(300) },
        { weight: 3, arbitrary: fc.nat(20_000) },
        { weight: 1, arbitrary: fc.nat(traits.maxMessageBytes) },
      )
      await fc.assert(
        fc.asyncProperty(fc.array(size, { minLength: 1, maxLength: 30 }), async (sizes) => {
          const { endpoint, far } = await stage.dialInbox()
          const messages = sizes.map(patterned)
          await sendAll(endpoint, messages)
          await assertArrived(await far(), messages, traits)
          await endpoint.close()
        }),
        { numRuns: 20, seed: 1, endOnFailure: true },
      )
    },
    unlessHostAnswers,
  ),

  check(
    'one byte too many is refused before anything is sent, and the next message arrives',
    async (stage, { traits }) => {
      const endpoint = await stage.dialEcho()
      const inbox = new Inbox(endpoint)
      assert.throws(
        () => endpoint.send(new Uint8Array(traits.maxMessageBytes + 1)),
        (error) =>
          error instanceof NetcmpError && error.code === 'MESSAGE_TOO_LARGE' && !error.message.includes('\n'),
      )
      assert.equal(endpoint.queuedBytes, 0)
      endpoint.send(patterned(8, 1))
      assert.deepEqual(await inbox.atLeast(1), [patterned(8, 1)])
    },
  ),

  check("after true, or drained(), the memory of a message is the sender's again", async (stage) => {
    const endpoint = await stage.dialEcho()
    const inbox = new Inbox(endpoint)
    const memory = new Uint8Array(20_000)
    for (let number = 0; number < 40; number++) {
      const message = memory.subarray(0, number % 2 === 0 ? 100 : 20_000)
      message.set(patterned(message.length, number))
      if (!endpoint.send(message)) await endpoint.drained()
      message.fill(0xee)
      assert.deepEqual((await inbox.atLeast(number + 1))[number], patterned(message.length, number))
    }
  }),

  check(
    'a message sent while others wait is copied',
    async (stage, { traits }) => {
      const { endpoint, far } = await stage.dialInbox()
      const bytes = Math.min(30_000, traits.maxMessageBytes)
      const first: Uint8Array[] = []
      let waits = false
      for (let number = 0; number < 2000 && !waits; number++) {
        const message = patterned(bytes, number)
        first.push(message)
        waits = !endpoint.send(message)
      }
      assert(waits, 'send() never asked to wait')
      // A Buffer, whose `slice` copies nothing.
      const memory = Buffer.alloc(200)
      for (let number = 0; number < 20; number++) {
        memory.set(patterned(200, number))
        endpoint.send(memory)
        memory.fill(0xee)
      }
      await endpoint.drained()
      const sent = [...first, ...Array.from({ length: 20 }, (_, number) => patterned(200, number))]
      await assertArrived(await far(), sent, traits)
    },
    unlessHostAnswers,
  ),

  check('keepFirst hands over the first bytes at least, and the full length', async (stage, { traits }) => {
    const endpoint = await stage.dialEcho()
    const seen: [number[], number][] = []
    endpoint.keepFirst(4)
    endpoint.onMessage((bytes, _at, messageBytes) => seen.push([[...bytes.subarray(0, 4)], messageBytes]))
    const sizes = [0, 3, 4, 5, 1000, Math.min(200_000, traits.maxMessageBytes)]
    for (const [index, bytes] of sizes.entries()) {
      await sendAll(endpoint, [patterned(bytes, index)])
      await until(() => seen.length === index + 1, `message ${index}`)
    }
    assert.deepEqual(
      seen,
      sizes.map((bytes, index) => [[...patterned(bytes, index).subarray(0, 4)], bytes]),
    )
  }),
]
