import { expect, it } from 'vitest'
import { NetcmpError } from '../../src/core/errors.ts'
import { plainEcho } from '../../src/service/plain-echo.ts'
import { FakeClock } from '../sim/fake-clock.ts'
import { FakeEndpoint } from '../sim/fake-endpoint.ts'

function echoing(): FakeEndpoint {
  const endpoint = new FakeEndpoint('server:1', 'client:1', new FakeClock())
  plainEcho(endpoint)
  return endpoint
}

it('plain echo returns every message, byte for byte', () => {
  const endpoint = echoing()
  const messages = [new Uint8Array(0), Uint8Array.of(0, 255, 10, 13), new Uint8Array(65_507).fill(7)]
  for (const message of messages) endpoint.arrive(message)
  expect(endpoint.sent).toEqual(messages)
})

it('a peer that does not read its answers is read no further, until it does', async () => {
  const endpoint = echoing()
  let nowRead: () => void = () => {}
  endpoint.send = () => false
  endpoint.drained = () =>
    new Promise((resolve) => {
      nowRead = resolve
    })
  endpoint.arrive(Uint8Array.of(1))
  expect(endpoint.paused).toBe(true)
  nowRead()
  await Promise.resolve()
  expect(endpoint.paused).toBe(false)
})

it('a peer that is gone is left alone', async () => {
  const endpoint = echoing()
  endpoint.send = () => {
    throw new NetcmpError('CLOSED', 'tcp: gone')
  }
  expect(() => endpoint.arrive(Uint8Array.of(1))).not.toThrow()
  const waiting = echoing()
  waiting.send = () => false
  waiting.drained = () => Promise.reject(new NetcmpError('RESET', 'tcp: broken'))
  waiting.arrive(Uint8Array.of(1))
  await new Promise((resolve) => setImmediate(resolve))
  expect(waiting.paused).toBe(true)
})
