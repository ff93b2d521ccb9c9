import { once } from 'node:events'
import { createConnection, type Socket } from 'node:net'
import { afterEach, expect, it } from 'vitest'
import { createRandom } from '../../src/core/random.ts'
import { FrameType, frameType, NO_TOKEN, readToken, writeHeader } from '../../src/wire/frame.ts'
import { writePrefix } from '../../src/wire/framing.ts'
import { CONTROL_BYTES, decodeControl, encodeControl, retry } from '../../src/wire/session-messages.ts'
import { startServe } from '../cli/run-netcmp.ts'
import { bystander, expectEveryMessage } from './bystander.ts'
import { residentBytes } from './resident-bytes.ts'
import { udpStranger } from './stranger.ts'

const HALF_OPEN = 5000
const STRANGERS = 4600
const AT_ONCE = 100
const MORE_MEMORY_BYTES = 60 * 1024 * 1024

const OPEN = { workload: 'bulk', sizeBytes: 1400, durationNs: 1e9, ratePerSec: 'max', direction: 'down' }

const tcpSockets: Socket[] = []
afterEach(() => {
  for (const socket of tcpSockets.splice(0)) socket.destroy()
})

function openFrame(number: number, cookie?: string): Uint8Array {
  return encodeControl(FrameType.OPEN, NO_TOKEN, number, { ...OPEN, cookie }, CONTROL_BYTES)
}

const isProbe = (frame: Uint8Array) => frameType(frame) === FrameType.PROBE

function probe(hi: number, lo: number, bytes = 64): Uint8Array {
  const frame = new Uint8Array(bytes)
  writeHeader(frame, FrameType.PROBE, 0, { hi, lo }, 1)
  return frame
}

it('datagrams from thousands of addresses get no more bytes than they bring, no session, and disturb nobody', async () => {
  const { server, port } = await startServe(['--host', '127.0.0.1'])
  const before = residentBytes(server.pid)
  const client = bystander(port, 'udp')
  const random = createRandom(1)
  const below32 = () => random.below(2 ** 32)
  const first = await udpStranger(0, port)
  first.send(openFrame(1))
  const stolen = decodeControl(retry, await first.answered())?.cookie
  expect(stolen).toBeDefined()
  for (let n = 1; n < STRANGERS; n += AT_ONCE) {
    const wave = await Promise.all(Array.from({ length: AT_ONCE }, (_, each) => udpStranger(n + each, port)))
    for (const each of wave) {
      each.send(openFrame(below32()))
      each.send(openFrame(below32(), stolen))
      each.send(openFrame(below32(), 'A'.repeat(22)))
      for (let guess = 0; guess < 5; guess++) each.send(probe(below32(), below32()))
      each.send(encodeControl(FrameType.CLOSE, { hi: below32(), lo: below32() }, 1, {}, CONTROL_BYTES))
      each.send(new Uint8Array(random.below(1400)).fill(0xff))
    }
    // The last answer of each tells that all before it was read.
    await Promise.all(wave.map((each) => each.ask(probe(0, 0, 32), isProbe)))
    for (const each of wave) {
      expect(each.receivedBytes).toBeLessThanOrEqual(each.sentBytes)
      expect(each.answers.map(frameType)).not.toContain(FrameType.ACCEPT)
      each.leave()
    }
  }
  await expectEveryMessage(client)
  const after = residentBytes(server.pid)
  if (before !== undefined && after !== undefined) expect(after - before).toBeLessThan(MORE_MEMORY_BYTES)
  server.signal('SIGINT')
  // The bystander reached the server once to see it, and once to measure.
  expect((await server.exit()).stdout).toMatch(/served 2 sessions/)
})

it('an ACCEPT alone, won with a true cookie, moves nothing: the token has to come back first', async () => {
  const { port } = await startServe(['--host', '127.0.0.1'])
  const one = await udpStranger(1, port)
  one.send(openFrame(1))
  const cookie = decodeControl(retry, await one.answered())?.cookie
  one.send(openFrame(2, cookie))
  const accept = await one.answered()
  expect(frameType(accept)).toBe(FrameType.ACCEPT)
  one.send(probe(0, 0, 32))
  await one.answered()
  expect(one.answers.map(frameType)).toEqual([FrameType.RETRY, FrameType.ACCEPT, FrameType.PROBE])
  const { hi, lo } = readToken(accept)
  one.send(probe(hi, lo))
  expect(await one.answered()).toHaveLength(1400)
})

it('thousands of half-open connections, and frames that never end, displace each other and disturb nobody', async () => {
  const { server, port } = await startServe(['--host', '127.0.0.1'])
  const before = residentBytes(server.pid)
  const client = bystander(port, 'tcp')
  const endless = new Uint8Array(4 + 32)
  writePrefix(endless, 1 << 20)
  writeHeader(endless.subarray(4), FrameType.PROBE, 0, NO_TOKEN, 0)
  let closed = 0
  for (let n = 0; n < HALF_OPEN; n += AT_ONCE) {
    await Promise.all(
      Array.from({ length: AT_ONCE }, async (_, each) => {
        const socket = createConnection({ port, host: '127.0.0.1' })
        tcpSockets.push(socket)
        socket.on('error', () => {})
        socket.once('close', () => {
          closed++
        })
        socket.resume()
        await once(socket, 'connect')
        // Nothing, the beginning of a frame, and a long one of which a little comes.
        if (each % 3 === 1) socket.write(Uint8Array.of(0, 0))
        if (each % 3 === 2) socket.write(endless)
      }),
    )
    for (const socket of tcpSockets.slice(-20)) if (!socket.destroyed) socket.write(Uint8Array.of(0))
  }
  await expectEveryMessage(client)
  expect(closed).toBeGreaterThanOrEqual(HALF_OPEN - 1024 - AT_ONCE)
  const after = residentBytes(server.pid)
  if (before !== undefined && after !== undefined) expect(after - before).toBeLessThan(MORE_MEMORY_BYTES)
  server.signal('SIGINT')
  expect(await server.exit()).toMatchObject({ code: 0, stderr: '' })
})
