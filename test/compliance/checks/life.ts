import assert from 'node:assert/strict'
import type { NetcmpError } from '../../../src/core/errors.ts'
import type { Endpoint } from '../../../src/transport/contract.ts'
import {
  check,
  echo,
  Inbox,
  numbered,
  numberOf,
  patterned,
  sendAll,
  turn,
  unlessHostAnswers,
  unlessUnconnected,
  unlessUnreliable,
  until,
  within,
} from '../stage.ts'

const openSockets = (): number =>
  process.getActiveResourcesInfo().filter((each) => /TCP|UDP|Pipe/.test(each)).length

const closing = (endpoint: Endpoint): Promise<NetcmpError | undefined> =>
  within(new Promise((resolve) => endpoint.onClose(resolve)), 'onClose')

/** How a conversation begins and ends. */
export const lifeChecks = [
  check('close() twice is close() once, and onClose is called once, without a reason', async (stage) => {
    const endpoint = await stage.dialEcho()
    let calls = 0
    let reason: NetcmpError | undefined
    endpoint.onClose((why) => {
      calls++
      reason = why
    })
    await within(Promise.all([endpoint.close(), endpoint.close()]), 'close()')
    await endpoint.close()
    await turn()
    assert.equal(calls, 1)
    assert.equal(reason, undefined)
    assert.equal(await closing(endpoint), undefined)
  }),

  check('a closed endpoint refuses to send and to drain', async (stage) => {
    const endpoint = await stage.dialEcho()
    await endpoint.close()
    assert.throws(() => endpoint.send(numbered(1)), { code: 'CLOSED' })
    await assert.rejects(within(endpoint.drained(), 'drained()'), { code: 'CLOSED' })
  }),

  check(
    'close() sends what is queued',
    async (stage, { traits }) => {
      const { endpoint, far } = await stage.dialInbox()
      const bytes = Math.min(traits.maxMessageBytes, 500_000)
      for (let number = 0; number < 20; number++) endpoint.send(patterned(bytes, number))
      const closed = endpoint.close()
      const received = await (await far()).atLeast(20)
      assert.deepEqual(received[19], patterned(bytes, 19))
      await within(closed, 'close()')
    },
    unlessUnreliable,
  ),

  check(
    'the far side learns of a close, where there is a connection',
    async (stage) => {
      const far: Endpoint[] = []
      const listener = await stage.listen((endpoint) => far.push(endpoint))
      const endpoint = await stage.dial(listener)
      await until(() => far.length === 1, 'the far side')
      echo(far[0] as Endpoint)
      await endpoint.close()
      assert.equal(await closing(far[0] as Endpoint), undefined)
    },
    unlessUnconnected,
  ),

  check('end() stops this side only: answers still arrive', async (stage, { traits }) => {
    const endpoint = await stage.dialEcho()
    const inbox = new Inbox(endpoint)
    const closed = closing(endpoint)
    const count = traits.reliable ? 2000 : 20
    const messages = Array.from({ length: count }, (_, number) => numbered(number, 500))
    await sendAll(endpoint, messages)
    endpoint.end()
    const received = await inbox.atLeast(count)
    assert.deepEqual(
      received.map(numberOf),
      received.map((_, index) => index),
    )
    if (!traits.connected) return
    assert.equal(await closed, undefined)
    assert.throws(() => endpoint.send(numbered(1)), { code: 'CLOSED' })
  }),

  check(
    'a listener that closes ends its conversations',
    async (stage, { traits }) => {
      const far: Endpoint[] = []
      const listener = await stage.listen((endpoint) => {
        far.push(endpoint)
        echo(endpoint)
      })
      const endpoint = await stage.dial(listener)
      const inbox = new Inbox(endpoint)
      const closed = closing(endpoint)
      endpoint.send(numbered(1))
      await inbox.atLeast(1)
      const farClosed = closing(far[0] as Endpoint)
      await within(Promise.all([listener.close(), listener.close()]), 'close()')
      assert.equal(await farClosed, undefined)
      if (traits.connected) assert.equal(await closed, undefined)
    },
    unlessHostAnswers,
  ),

  check('nothing stays open', async (stage) => {
    await turn()
    const before = openSockets()
    const listener = await stage.listen(echo)
    const endpoints = [await stage.dial(listener), await stage.dial(listener)]
    for (const endpoint of endpoints) {
      const inbox = new Inbox(endpoint)
      endpoint.send(numbered(1))
      await inbox.atLeast(1)
    }
    await endpoints[0]?.close()
    await listener.close()
    await endpoints[1]?.close()
    await until(
      () => openSockets() <= before,
      () => `${openSockets() - before} sockets to close`,
    )
  }),
]
