import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'
import { afterEach, describe, expect, test } from 'vitest'
import type { NetcmpError } from '../../src/core/errors.ts'
import { MAX_HELD } from '../../src/datagrams/datagram-endpoint.ts'
import { DialledEndpoint } from '../../src/datagrams/dialled-endpoint.ts'
import type { Endpoint, Listener, ListenOptions } from '../../src/transport/contract.ts'
import { carrier } from '../../src/udp/carrier.ts'
import { candidateOf } from '../../src/udp/endpoint.ts'
import { udp } from '../../src/udp/index.ts'
import { connectSocket, type UdpSocket } from '../../src/udp/socket.ts'

const LOOPBACK = { host: '127.0.0.1', family: 4 } as const

const opened: { close(): unknown }[] = []
afterEach(async () => {
  for (const each of opened.splice(0).reverse()) await each.close()
})

const keep = <T extends { close(): unknown }>(each: T): T => {
  opened.push(each)
  return each
}

const listen = async (serve: (endpoint: Endpoint) => void, options: ListenOptions = {}): Promise<Listener> =>
  keep(await udp.listen('127.0.0.1:0', options, serve))

const dial = async (to: string): Promise<Endpoint> => keep(await udp.dial(to, {}))

const echo = (endpoint: Endpoint): void => endpoint.onMessage((message) => void endpoint.send(message))

/** Sends, and gives back the first answer. */
const ask = (endpoint: Endpoint, text: string): Promise<string> =>
  new Promise((resolve) => {
    endpoint.onMessage((bytes) => resolve(Buffer.from(bytes).toString()))
    endpoint.send(Buffer.from(text))
  })

const closed = (endpoint: Endpoint): Promise<NetcmpError | undefined> =>
  new Promise((resolve) => endpoint.onClose(resolve))

/** A port of loopback at which nobody listens. */
async function deadPort(): Promise<number> {
  const socket = await bareSocket()
  const { port } = socket.address()
  opened.splice(opened.indexOf(socket), 1)
  await new Promise<void>((resolve) => socket.close(resolve))
  return port
}

async function bareSocket(): Promise<Socket> {
  const socket = keep(createSocket('udp4'))
  socket.bind(0, '127.0.0.1')
  await once(socket, 'listening')
  return socket
}

async function until(holds: () => boolean): Promise<void> {
  const deadline = performance.now() + 10_000
  while (!holds()) {
    if (performance.now() > deadline) throw new Error('waited in vain')
    await new Promise(setImmediate)
  }
}

describe('a name with several addresses', () => {
  const race = async (...ports: [number, ...number[]]): Promise<Endpoint> => {
    const [first, ...others] = await Promise.all(ports.map((port) => connectSocket(LOOPBACK, port)))
    return keep(
      new DialledEndpoint(carrier, [candidateOf(first as UdpSocket), ...others.map(candidateOf)], {}),
    )
  }

  test('every message goes to all, until one answers and is the peer', async () => {
    const heard: string[] = []
    const silent = await bareSocket()
    silent.on('message', (message) => heard.push(message.toString()))
    const listener = await listen(echo)
    const endpoint = await race(silent.address().port, Number(listener.address.split(':')[1]))
    expect(endpoint.remote).toBe(`127.0.0.1:${silent.address().port}`)
    expect(await ask(endpoint, 'first')).toBe('first')
    expect(endpoint.remote).toBe(listener.address)
    expect(await ask(endpoint, 'second')).toBe('second')
    await until(() => heard.length > 0)
    expect(heard).toEqual(['first'])
  })

  test('one that refuses is out of the race', async () => {
    const listener = await listen(echo)
    const endpoint = await race(await deadPort(), Number(listener.address.split(':')[1]))
    expect(await ask(endpoint, 'hello')).toBe('hello')
    expect(endpoint.remote).toBe(listener.address)
  })

  test('where all refuse, REFUSED', async () => {
    const endpoint = await race(await deadPort(), await deadPort())
    const reason = closed(endpoint)
    // Each learns of its refusal by its own first message; a second one may meet the ICMP of the first.
    endpoint.send(new Uint8Array(1))
    expect((await reason)?.code).toBe('REFUSED')
    await endpoint.close()
  })

  test('closing in the middle of a race leaves nothing open', async () => {
    const [one, two] = [await bareSocket(), await bareSocket()]
    const endpoint = await race(one.address().port, two.address().port)
    endpoint.send(new Uint8Array(1))
    await endpoint.close()
    expect(endpoint.queuedBytes).toBe(0)
  })
})

describe('a listener', () => {
  test('forgets the longest silent peer when another one comes, and says so', async () => {
    const reasons: (string | undefined)[] = []
    const served: string[] = []
    const listener = await listen(
      (endpoint) => {
        served.push(endpoint.remote)
        endpoint.onClose((reason) => reasons.push(`${endpoint.remote} ${reason?.code}`))
        echo(endpoint)
      },
      { maxEndpoints: 2 },
    )
    const [silent, talking, late] = [
      await dial(listener.address),
      await dial(listener.address),
      await dial(listener.address),
    ]
    await ask(silent, 'a')
    await ask(talking, 'b')
    await ask(talking, 'c')
    await ask(late, 'd')
    expect(reasons).toEqual([`${silent.local} CLOSED`])
    expect(await ask(talking, 'e')).toBe('e')
    expect(served).toEqual([silent.local, talking.local, late.local])
    expect(await ask(silent, 'f')).toBe('f')
    expect(served.length).toBe(4)
  })

  test('that closes a peer only forgets it: its next datagram starts anew', async () => {
    let served = 0
    const listener = await listen((endpoint) => {
      served++
      endpoint.onMessage((message) => {
        endpoint.send(message)
        void endpoint.close()
      })
    })
    const endpoint = await dial(listener.address)
    expect(await ask(endpoint, 'a')).toBe('a')
    expect(await ask(endpoint, 'b')).toBe('b')
    expect(served).toBe(2)
  })

  test('survives a peer that is gone when it is answered', async () => {
    const far: Endpoint[] = []
    const listener = await listen((endpoint) => {
      far.push(endpoint)
      echo(endpoint)
    })
    const gone = await dial(listener.address)
    expect(await ask(gone, 'a')).toBe('a')
    await gone.close()
    for (let count = 0; count < 5; count++) {
      far[0]?.send(new Uint8Array(10))
      await far[0]?.drained()
    }
    expect(await ask(await dial(listener.address), 'b')).toBe('b')
  })

  test('holds a few datagrams for a handler that is late or paused, and counts the rest as dropped', async () => {
    const far: Endpoint[] = []
    const listener = await listen((endpoint) => {
      far.push(endpoint)
    })
    const endpoint = await dial(listener.address)
    for (let number = 0; number < MAX_HELD + 6; number++) {
      endpoint.send(Uint8Array.of(number))
      if (number % 32 === 31) await endpoint.drained()
    }
    await until(() => listener.droppedCount === 6)
    const seen: number[] = []
    far[0]?.onMessage((bytes) => seen.push(bytes[0] as number))
    expect(seen).toEqual(Array.from({ length: MAX_HELD }, (_, number) => number))
    far[0]?.pause()
    endpoint.send(Uint8Array.of(200))
    await endpoint.drained()
    expect(seen.length).toBe(MAX_HELD)
    far[0]?.resume()
    await until(() => seen.length === MAX_HELD + 1)
    expect(listener.droppedCount).toBe(6)
  })

  test('cannot bind: one line, typed', async () => {
    const listener = await listen(echo)
    await expect(udp.listen(listener.address, {}, echo)).rejects.toMatchObject({
      code: 'ADDRESS_IN_USE',
      message: `udp: cannot bind ${listener.address}: address in use (try --port 0)`,
    })
    await expect(udp.listen('192.0.2.1:0', {}, echo)).rejects.toMatchObject({ code: 'CANNOT_BIND' })
  })
})

describe('an endpoint', () => {
  test('that sends as fast as it may lets the event loop turn', async () => {
    const sink = await bareSocket()
    const endpoint = await dial(`127.0.0.1:${sink.address().port}`)
    let turned = false
    setImmediate(() => {
      turned = true
    })
    let sent = 0
    while (!turned && sent < 100_000) {
      sent++
      if (!endpoint.send(new Uint8Array(10))) await endpoint.drained()
    }
    expect(turned).toBe(true)
  })

  test('cannot dial port 0', async () => {
    await expect(udp.dial('127.0.0.1:0', {})).rejects.toMatchObject({ code: 'BAD_ADDRESS' })
  })
})

describe('chat', () => {
  test('sends a newline for terminals, and takes one or none', async () => {
    const socket = await bareSocket()
    const endpoint = keep(await udp.chat.dial(`127.0.0.1:${socket.address().port}`, {}))
    const lines: string[] = []
    endpoint.onMessage((bytes) => lines.push(Buffer.from(bytes).toString()))
    endpoint.send(Buffer.from('hello'))
    const [datagram, from] = (await once(socket, 'message')) as [Buffer, { port: number }]
    expect(datagram.toString()).toBe('hello\n')
    for (const line of ['a\n', 'b\r\n', 'c', '\n']) socket.send(line, from.port, '127.0.0.1')
    await until(() => lines.length === 4)
    expect(lines).toEqual(['a', 'b', 'c', ''])
  })

  test('a line and its newline fit one datagram, or it is too large', async () => {
    const socket = await bareSocket()
    const endpoint = keep(await udp.chat.dial(`127.0.0.1:${socket.address().port}`, {}))
    expect(() => endpoint.send(new Uint8Array(65_507))).toThrow('65508 bytes is over the limit of 65507')
  })
})
