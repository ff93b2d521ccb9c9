import assert from 'node:assert/strict'
import { lookup } from 'node:dns/promises'
import { networkInterfaces } from 'node:os'
import { NetcmpError } from '../../../src/core/errors.ts'
import type { Transport } from '../../../src/transport/contract.ts'
import {
  check,
  echo,
  Inbox,
  numbered,
  type Stage,
  unlessHostAnswers,
  unlessHostless,
  unlessServerAnswers,
  within,
} from '../stage.ts'

const unlessIPv4Only = (transport: Transport): string | undefined =>
  unlessHostless(transport) ?? (hasIPv6() ? undefined : 'this host has no IPv6')

const hasIPv6 = (): boolean =>
  Object.values(networkInterfaces()).some((addresses) => addresses?.some((each) => each.address === '::1'))

const oneLine = (code: string) => (error: unknown) =>
  error instanceof NetcmpError && error.code === code && !error.message.includes('\n')

/** Listens at one host, dials another name for it, and sees whether an answer comes. */
async function reach(
  stage: Stage,
  transport: Transport,
  listenHost: string,
  dialHost: string,
): Promise<void> {
  const listener = stage.keep(await transport.listen(transport.at(listenHost, 0) ?? '', {}, echo))
  const port = Number(/:(\d+)$/.exec(listener.address)?.[1])
  const endpoint = stage.keep(await transport.dial(transport.at(dialHost, port) ?? '', {}))
  const inbox = new Inbox(endpoint)
  endpoint.send(numbered(7))
  assert.deepEqual(await inbox.atLeast(1), [numbered(7)])
  const again = stage.keep(await transport.dial(endpoint.remote, {}))
  assert.equal(again.remote, endpoint.remote)
}

/** Who can be found, and what is said where nobody can. */
export const reachChecks = [
  check(
    'where nobody listens, REFUSED',
    async (stage, transport) => {
      const listener = await stage.listen(echo)
      await listener.close()
      const dialled = transport.dial(listener.address, {})
      if (transport.traits.handshakeRtts > 0 || transport.traits.reliable) {
        await assert.rejects(within(dialled, 'dial()'), oneLine('REFUSED'))
        return
      }
      const endpoint = stage.keep(await dialled)
      const closed = new Promise<unknown>((resolve) => endpoint.onClose(resolve))
      endpoint.send(numbered(1))
      assert(oneLine('REFUSED')(await within(closed, 'onClose')))
      assert.throws(() => endpoint.send(numbered(1)), { code: 'REFUSED' })
    },
    unlessHostAnswers,
  ),

  check(
    'where the far host answers, it answers though nobody listens, with what it was sent',
    async (stage, transport) => {
      const endpoint = stage.keep(await transport.dial(transport.ephemeral(), {}))
      const inbox = new Inbox(endpoint)
      endpoint.send(numbered(7, 100))
      assert.deepEqual(await inbox.atLeast(1), [numbered(7, 100)])
    },
    unlessServerAnswers,
  ),

  check(
    'dials from the address that it is told to, and not from one that this host has not',
    async (stage, transport) => {
      const listener = stage.keep(await transport.listen(transport.at('127.0.0.1', 0) ?? '', {}, echo))
      const bind = process.platform === 'linux' ? '127.0.0.2' : '127.0.0.1'
      const endpoint = stage.keep(await transport.dial(listener.address, { bind }))
      const inbox = new Inbox(endpoint)
      endpoint.send(numbered(7))
      assert.deepEqual(await inbox.atLeast(1), [numbered(7)])
      assert(endpoint.local.startsWith(`${bind}:`))
      const elsewhere = transport.dial(listener.address, { bind: '192.0.2.1' })
      await assert.rejects(within(elsewhere, 'dial()'), oneLine('CANNOT_BIND'))
    },
    unlessHostless,
  ),

  check('a dial can be aborted before it begins and while it runs', async (stage, transport) => {
    const listener = await stage.listen(echo)
    await assert.rejects(transport.dial(listener.address, {}, AbortSignal.abort()), oneLine('ABORTED'))
    const abort = new AbortController()
    const dialled = transport.dial(listener.address, {}, abort.signal)
    abort.abort()
    await assert.rejects(within(dialled, 'dial()'), oneLine('ABORTED'))
    const reason = new NetcmpError('TIMEOUT', 'test: no answer in time')
    await assert.rejects(transport.dial(listener.address, {}, AbortSignal.abort(reason)), reason)
  }),

  check('an abort after the dial changes nothing', async (stage, transport) => {
    const listener = await stage.listen(echo)
    const abort = new AbortController()
    const endpoint = stage.keep(await transport.dial(listener.address, {}, abort.signal))
    abort.abort()
    const inbox = new Inbox(endpoint)
    endpoint.send(numbered(1))
    await inbox.atLeast(1)
  }),

  check(
    'an address in use is refused in one line, and taken once it is free',
    async (stage, transport) => {
      const listener = await stage.listen(echo)
      const again = () => transport.listen(listener.address, {}, echo)
      await assert.rejects(again(), oneLine('ADDRESS_IN_USE'))
      await listener.close()
      stage.keep(await again())
    },
    unlessHostAnswers,
  ),

  check(
    'an address that cannot be read is refused in one line',
    async (_stage, transport) => {
      for (const address of ['', 'host', 'host:', '[::1', '127.0.0.1:65536', 'a b:1']) {
        await assert.rejects(transport.dial(address, {}), oneLine('BAD_ADDRESS'), address)
        await assert.rejects(transport.listen(address, {}, echo), oneLine('BAD_ADDRESS'), address)
      }
      await assert.rejects(transport.dial('[::1]:9', { family: 4 }), oneLine('BAD_ADDRESS'))
    },
    unlessHostless,
  ),

  check(
    'it reaches IPv4, all of IPv4, and a name',
    async (stage, transport) => {
      await reach(stage, transport, '127.0.0.1', '127.0.0.1')
      await reach(stage, transport, '0.0.0.0', '127.0.0.1')
      await reach(stage, transport, 'localhost', 'localhost')
      if ((await lookup('localhost', { all: true })).some((each) => each.family === 4)) {
        await reach(stage, transport, '127.0.0.1', 'localhost')
      }
    },
    unlessHostless,
  ),

  check(
    'it reaches IPv6',
    async (stage, transport) => {
      await reach(stage, transport, '::1', '::1')
      await reach(stage, transport, '::', '::1')
    },
    unlessIPv4Only,
  ),

  check('an orderly conversation leaves nothing to count as dropped', async (stage) => {
    const listener = await stage.listen(echo)
    const endpoint = await stage.dial(listener)
    const inbox = new Inbox(endpoint)
    endpoint.send(numbered(1))
    await inbox.atLeast(1)
    await endpoint.close()
    assert.equal(listener.droppedCount, 0)
  }),
]
