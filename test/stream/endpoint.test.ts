import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { parseHostPort } from '../../src/core/address.ts'
import type { NetcmpError } from '../../src/core/errors.ts'
import { plainEcho } from '../../src/service/plain-echo.ts'
import { READ_BUFFER_BYTES } from '../../src/stream/read-buffer.ts'
import { tcp } from '../../src/tcp/index.ts'
import type { Endpoint, Framing, Listener, ListenOptions } from '../../src/transport/contract.ts'
import { MAX_STREAM_MESSAGE_BYTES, PREFIX_BYTES, writePrefix } from '../../src/wire/framing.ts'

const opened: { close(): Promise<void> }[] = []
const sockets: Socket[] = []

afterEach(async () => {
  vi.useRealTimers()
  for (const socket of sockets.splice(0)) socket.destroy()
  for (const each of opened.splice(0).reverse()) await each.close()
})

interface Accepted {
  readonly listener: Listener
  readonly endpoint: Endpoint
  /** The bare socket at the other end, to misbehave with. */
  readonly peer: Socket
}

/** One of our endpoints, accepted from a bare socket. */
async function accept(framing: Framing = 'messages', options: ListenOptions = {}): Promise<Accepted> {
  let accepted: (endpoint: Endpoint) => void = () => undefined
  const endpoint = new Promise<Endpoint>((resolve) => {
    accepted = resolve
  })
  const listener = await tcp.listen('127.0.0.1:0', { ...options, framing }, (each) => accepted(each))
  opened.push(listener)
  const peer = connect({ ...parseHostPort(listener.address), allowHalfOpen: true, noDelay: true })
  peer.on('error', () => undefined)
  sockets.push(peer)
  return { listener, endpoint: await endpoint, peer }
}

/** One of our endpoints, dialled to a bare socket. */
async function dialBare(): Promise<{ endpoint: Endpoint; peer: Socket }> {
  const server = createServer({ allowHalfOpen: true, pauseOnConnect: true }).listen(0, '127.0.0.1')
  opened.push({ close: () => new Promise((resolve) => server.close(() => resolve())) })
  await once(server, 'listening')
  const address = server.address()
  const port = address !== null && typeof address === 'object' ? address.port : 0
  const connected = once(server, 'connection')
  const endpoint = await tcp.dial(`127.0.0.1:${port}`, {})
  opened.push(endpoint)
  const [peer] = (await connected) as [Socket]
  peer.on('error', () => undefined)
  sockets.push(peer)
  return { endpoint, peer }
}

function frame(text: string): Buffer {
  const bytes = Buffer.alloc(PREFIX_BYTES + text.length)
  writePrefix(bytes, text.length)
  bytes.write(text, PREFIX_BYTES)
  return bytes
}

const closed = (endpoint: Endpoint): Promise<NetcmpError | undefined> =>
  new Promise((resolve) => endpoint.onClose(resolve))

const texts = (endpoint: Endpoint): string[] => {
  const seen: string[] = []
  endpoint.onMessage((bytes) => seen.push(Buffer.from(bytes).toString()))
  return seen
}

describe('a far side that misbehaves', () => {
  test('may dribble single bytes', async () => {
    const { endpoint, peer } = await accept()
    const seen = texts(endpoint)
    for (const byte of Buffer.concat([frame('hello'), frame(''), frame('world')])) {
      await new Promise((resolve) => peer.write(Uint8Array.of(byte), resolve))
    }
    peer.end()
    expect(await closed(endpoint)).toBeUndefined()
    expect(seen).toEqual(['hello', '', 'world'])
  })

  test('and announces too long a message is counted and cut off: PROTOCOL', async () => {
    const { listener, endpoint, peer } = await accept()
    const seen = texts(endpoint)
    peer.write(Buffer.concat([frame('fine'), Buffer.from('GET / HTTP/1.1\r\n\r\n')]))
    const reason = await closed(endpoint)
    expect(reason?.code).toBe('PROTOCOL')
    expect(reason?.message).toMatch(/^tcp: 127\.0\.0\.1:\d+ broke the framing$/)
    expect(seen).toEqual(['fine'])
    expect(listener.droppedCount).toBe(1)
    expect(() => endpoint.send(new Uint8Array(1))).toThrow(reason)
  })

  test('and leaves in the middle of a message is counted: RESET', async () => {
    const { listener, endpoint, peer } = await accept()
    const seen = texts(endpoint)
    peer.end(Buffer.concat([frame('fine'), frame('cut off').subarray(0, 8)]))
    expect((await closed(endpoint))?.code).toBe('RESET')
    expect(seen).toEqual(['fine'])
    expect(listener.droppedCount).toBe(1)
  })

  test('and breaks the connection: RESET, and drained() says so', async () => {
    const { endpoint, peer } = await accept()
    endpoint.onMessage(() => undefined)
    while (endpoint.send(new Uint8Array(MAX_STREAM_MESSAGE_BYTES)));
    const drained = endpoint.drained()
    peer.resetAndDestroy()
    await expect(drained).rejects.toMatchObject({ code: 'RESET' })
    expect((await closed(endpoint))?.code).toBe('RESET')
  })

  test('and never takes leave is left after a second', async () => {
    const { endpoint } = await dialBare()
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    const leaving = endpoint.close()
    await vi.advanceTimersByTimeAsync(999)
    expect(await Promise.race([leaving, Promise.resolve('not yet')])).toBe('not yet')
    await vi.advanceTimersByTimeAsync(1)
    await leaving
  })
})

describe('the far side has said all', () => {
  test('what is held back is handed over, and answered in its own time, before our side ends', async () => {
    const { endpoint, peer } = await accept()
    const answers: Buffer[] = []
    peer.on('data', (chunk: Buffer) => answers.push(chunk))
    const ended = once(peer, 'end')
    let handled = 0
    endpoint.onMessage((message) => {
      handled++
      const answer = new Uint8Array(message)
      endpoint.pause()
      setImmediate(() => {
        endpoint.send(answer)
        endpoint.resume()
      })
    })
    peer.end(Buffer.concat([frame('one'), frame('two'), frame('three')]))
    await ended
    expect(handled).toBe(3)
    expect(Buffer.concat(answers)).toEqual(Buffer.concat([frame('one'), frame('two'), frame('three')]))
    expect(await closed(endpoint)).toBeUndefined()
  })

  test('during a pause: the answer is still sent', async () => {
    const { endpoint, peer } = await accept()
    const answers: Buffer[] = []
    peer.on('data', (chunk: Buffer) => answers.push(chunk))
    const ended = once(peer, 'end')
    const asked = new Promise<void>((resolve) => {
      endpoint.onMessage(() => {
        endpoint.pause()
        resolve()
      })
    })
    peer.write(frame('question'))
    await asked
    peer.end()
    await once(peer, 'finish')
    for (let turns = 0; turns < 20; turns++) await new Promise(setImmediate)
    endpoint.send(Buffer.from('answer'))
    endpoint.resume()
    await ended
    expect(Buffer.concat(answers)).toEqual(frame('answer'))
  })

  test('before anybody listens: it waits for the handler', async () => {
    const { endpoint, peer } = await accept()
    const ended = once(peer, 'end')
    peer.resume()
    peer.end(frame('early'))
    await once(peer, 'finish')
    for (let turns = 0; turns < 20; turns++) await new Promise(setImmediate)
    const seen = texts(endpoint)
    await ended
    expect(seen).toEqual(['early'])
  })
})

describe('what is sent', () => {
  test('is one write for each message: prefix and message leave together', async () => {
    const { endpoint, peer } = await dialBare()
    for (const bytes of [0, 10, 16_384, 16_385]) {
      endpoint.send(new Uint8Array(bytes).fill(1))
      // What one system call wrote while nothing waited is there to be read at once.
      const [chunk] = (await Promise.all([once(peer, 'data'), peer.resume()]))[0] as [Buffer]
      peer.pause()
      expect(chunk.length).toBe(PREFIX_BYTES + bytes)
      expect(chunk.readUInt32BE(0)).toBe(bytes)
    }
  })

  test('survives that the caller reuses its memory while the kernel is full', async () => {
    const { endpoint, peer } = await dialBare()
    const large: Uint8Array[] = []
    do large.push(new Uint8Array(MAX_STREAM_MESSAGE_BYTES).fill(large.length + 1))
    while (endpoint.send(large.at(-1) as Uint8Array))
    const memory = Buffer.alloc(40_000)
    const after = [10, 300, 20_000, 40_000, 0, 10]
    for (const [index, bytes] of after.entries()) {
      endpoint.send(memory.fill(100 + index).subarray(0, bytes))
      memory.fill(0xee)
    }
    const chunks: Buffer[] = []
    peer.on('data', (chunk: Buffer) => chunks.push(chunk))
    peer.resume()
    await endpoint.drained()
    endpoint.send(memory.fill(200).subarray(0, 10))
    endpoint.end()
    await once(peer, 'end')
    const stream = Buffer.concat(chunks)
    const seen: [number, number | undefined][] = []
    for (let at = 0; at < stream.length; ) {
      const bytes = stream.readUInt32BE(at)
      const message = stream.subarray(at + PREFIX_BYTES, at + PREFIX_BYTES + bytes)
      expect(message.every((byte) => byte === message[0])).toBe(true)
      seen.push([bytes, message[0]])
      at += PREFIX_BYTES + bytes
    }
    expect(seen).toEqual([
      ...large.map((message, index) => [message.length, index + 1]),
      ...after.map((bytes, index) => [bytes, bytes === 0 ? undefined : 100 + index]),
      [10, 200],
    ])
  })
})

describe('lines', () => {
  test('a text without an end is handed over after 200 ms of quiet', async () => {
    const { endpoint, peer } = await accept('lines')
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    const seen: string[] = []
    let came: () => void = () => undefined
    endpoint.onMessage((bytes) => {
      seen.push(Buffer.from(bytes).toString())
      came()
    })
    const first = new Promise<void>((resolve) => {
      came = resolve
    })
    peer.write('one\ntw')
    await first
    expect(seen).toEqual(['one'])
    vi.advanceTimersByTime(199)
    expect(seen).toEqual(['one'])
    vi.advanceTimersByTime(1)
    expect(seen).toEqual(['one', 'tw'])
  })

  test('are sent with their end', async () => {
    const { endpoint, peer } = await accept('lines')
    endpoint.send(Buffer.from('hello'))
    endpoint.send(new Uint8Array(20_000).fill(0x78))
    endpoint.end()
    const chunks: Buffer[] = []
    peer.on('data', (chunk: Buffer) => chunks.push(chunk))
    await once(peer, 'end')
    expect(Buffer.concat(chunks).toString()).toBe(`hello\n${'x'.repeat(20_000)}\n`)
  })
})

test('a handler that closes gets nothing more of the chunk', async () => {
  const { endpoint, peer } = await accept()
  const seen: number[] = []
  endpoint.onMessage((bytes) => {
    seen.push(bytes.length)
    void endpoint.close()
  })
  peer.write(Buffer.concat([frame('a'), frame('bb')]))
  peer.end()
  expect(await closed(endpoint)).toBeUndefined()
  expect(seen).toEqual([1])
})

test('a dialled handler that pauses and closes at once still hears the farewell', async () => {
  const { endpoint, peer } = await dialBare()
  // Nobody comes to break the connection after a second.
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  const closing = new Promise<void>((resolve) => {
    endpoint.onMessage(() => {
      endpoint.pause()
      resolve(endpoint.close())
    })
  })
  peer.write(Buffer.concat([frame('a'), frame('b')]))
  peer.end()
  await closing
})

test('an answer that waits for a slow reader is not overwritten by what others send', async () => {
  const listener = await tcp.listen('127.0.0.1:0', { framing: 'raw' }, plainEcho)
  opened.push(listener)
  const { host, port } = parseHostPort(listener.address)
  const [slow, busy] = [connect({ host, port }), connect({ host, port })]
  sockets.push(slow, busy)
  // More than both ends' buffers hold, so that answers to the slow one wait in the server.
  const bytes = 24 * 1024 * 1024
  slow.pause()
  slow.write(new Uint8Array(bytes).fill(0x51))
  busy.resume()
  for (let round = 0; round < 50; round++) {
    const answered = once(busy, 'data')
    busy.write(new Uint8Array(READ_BUFFER_BYTES).fill(0xb0))
    await answered
  }
  let echoed = 0
  let foreign = 0
  slow.on('data', (chunk: Buffer) => {
    echoed += chunk.length
    if (!chunk.equals(Buffer.alloc(chunk.length, 0x51))) foreign++
    if (echoed === bytes) slow.end()
  })
  slow.resume()
  await once(slow, 'close')
  expect({ echoed, foreign }).toEqual({ echoed: bytes, foreign: 0 })
})

test('its own half stays open as long as was asked after the far side has ended, and can be talked through', async () => {
  const { endpoint, peer } = await accept('raw', { halfOpenNs: 40e6 })
  endpoint.onMessage(() => {})
  const began = performance.now()
  peer.end()
  await once(peer.resume(), 'finish')
  endpoint.send(Buffer.from('still here'))
  const [said] = await once(peer, 'data')
  expect(String(said)).toBe('still here')
  await once(peer, 'end')
  // A timer may fire a millisecond early.
  expect(performance.now() - began).toBeGreaterThan(38)
})
