import { once } from 'node:events'
import { createServer } from 'node:net'
import { expect, test } from 'vitest'
import { NetcmpError } from '../../src/core/errors.ts'
import { tcp } from '../../src/tcp/index.ts'

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  return address !== null && typeof address === 'object' ? address.port : 0
}

const messageOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'no error',
    (error: unknown) => (error instanceof NetcmpError ? `${error.code} ${error.message}` : String(error)),
  )

test('says in one line who could not connect where, and why', async () => {
  const port = await freePort()
  expect(await messageOf(tcp.dial(`127.0.0.1:${port}`, {}))).toBe(
    `REFUSED tcp: cannot connect to 127.0.0.1:${port}: connection refused: nobody listens there (start one with \`netcmp serve\`)`,
  )
  expect(await messageOf(tcp.dial(`localhost:${port}`, {}))).toContain(
    `REFUSED tcp: cannot connect to localhost:${port}`,
  )
})

test('says in one line why it cannot listen', async () => {
  const listener = await tcp.listen('127.0.0.1:0', {}, () => undefined)
  expect(await messageOf(tcp.listen(listener.address, {}, () => undefined))).toBe(
    `ADDRESS_IN_USE tcp: cannot bind ${listener.address}: address in use (try --port 0)`,
  )
  await listener.close()
  expect(await messageOf(tcp.listen('192.0.2.1:0', {}, () => undefined))).toMatch(
    /^CANNOT_BIND tcp: cannot bind/,
  )
})

test('a name tries the next address where the first refuses', async () => {
  // Listening on IPv4 only: where localhost means ::1 too, that one refuses first.
  const listener = await tcp.listen('127.0.0.1:0', {}, (each) => each.onMessage(() => undefined))
  const endpoint = await tcp.dial(listener.address.replace('127.0.0.1', 'localhost'), { family: 0 })
  expect(endpoint.remote).toBe(listener.address)
  await endpoint.close()
  await listener.close()
})

test('both ends agree on who they are', async () => {
  const far: string[] = []
  const listener = await tcp.listen('127.0.0.1:0', {}, (endpoint) => {
    endpoint.onMessage(() => undefined)
    far.push(endpoint.remote, endpoint.local)
  })
  const endpoint = await tcp.dial(listener.address, {})
  await endpoint.close()
  expect(far).toEqual([endpoint.local, endpoint.remote])
  await listener.close()
})
