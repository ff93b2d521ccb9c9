import { describe, expect, it } from 'vitest'
import { NetcmpError } from '../../src/core/errors.ts'
import { createRandom } from '../../src/core/random.ts'
import { Session } from '../../src/drive/session.ts'
import { SessionServer } from '../../src/service/session-server.ts'
import type { Traits } from '../../src/transport/contract.ts'
import { FrameType, writeHeader } from '../../src/wire/frame.ts'
import { CONTROL_BYTES, encodeControl, type OpenRequest } from '../../src/wire/session-messages.ts'
import { FakeClock, within } from '../sim/fake-clock.ts'
import { type Copies, endpointPair, type FakeEndpoint } from '../sim/fake-endpoint.ts'
import { MS } from '../sim/jobs.ts'

const request: OpenRequest = { workload: 'echo', sizeBytes: 64, durationNs: 1e9, ratePerSec: 1000 }
const traits: Traits = {
  boundaries: 'native',
  connected: false,
  answeredBy: 'server',
  reliable: false,
  ordered: false,
  handshakeRtts: 0,
  maxMessageBytes: 65_507,
}

function open(
  endpoint: FakeEndpoint,
  clock: FakeClock,
  changed: { reliable?: boolean; signal?: AbortSignal; key?: Uint8Array; timeoutNs?: number } = {},
) {
  const options = { clock, timeoutNs: 1000 * MS, reliable: false, who: 'udp', ...changed }
  return Session.open(endpoint, request, options)
}

function served(up?: Copies, down?: Copies, key?: Uint8Array) {
  const clock = new FakeClock()
  const sessions = new SessionServer(clock, 'netcmp test', { key })
  const ends = endpointPair(clock, up, down)
  sessions.serve(traits)(ends.server)
  return { clock, sessions, ...ends }
}

describe('a session', () => {
  it('opens, counts and closes over a link that loses nothing, with a frame each, and one more to prove the address', async () => {
    const { clock, client, sessions } = served()
    const session = await within(clock, open(client, clock))
    expect(session.token).not.toEqual({ hi: 0, lo: 0 })
    expect(await within(clock, session.stats({ sentCount: 0, final: true }))).toMatchObject({
      receivedCount: 0,
    })
    await within(clock, session.close())
    expect(client.sent).toHaveLength(4)
    expect(sessions.sessionCount).toBe(1)
    expect(client.closed).toBe(true)
    expect(clock.now()).toBe(0)
  })

  it.each<[string, Copies, Copies]>([
    ['the first two requests', (n) => (n < 2 ? 0 : 1), () => 1],
    ['the first two answers', () => 1, (n) => (n < 2 ? 0 : 1)],
    ['every other frame each way', (n) => n % 2, (n) => n % 2],
    ['nothing, but doubles every frame', () => 2, () => 2],
  ])('survives a link that loses %s, and stays one session', async (_, up, down) => {
    const { clock, client, sessions } = served(up, down)
    const session = await within(clock, open(client, clock))
    expect(await within(clock, session.stats({ sentCount: 5, final: true }))).toMatchObject({ lostCount: 5 })
    await within(clock, session.close())
    expect(sessions.sessionCount).toBe(1)
  })

  it('survives the loss of 30 % of all frames each way, and copies of others, as one session', async () => {
    const timeoutNs = 1000 * MS
    for (let seed = 0; seed < 100; seed++) {
      const random = createRandom(seed)
      const copies: Copies = () => (random.next() < 0.3 ? 0 : 1 + random.below(3))
      const { clock, client, sessions } = served(copies, copies)
      const session = await within(clock, open(client, clock, { timeoutNs }))
      expect(await within(clock, session.stats({ sentCount: 5, final: true }))).toMatchObject({
        lostCount: 5,
      })
      await within(clock, session.close())
      expect(sessions.sessionCount).toBe(1)
    }
  })

  it('is not disturbed by answers to earlier questions, in any order and number', async () => {
    const { clock, client, server, sessions } = served()
    const session = await within(clock, open(client, clock))
    for (const answer of [...server.sent, ...server.sent].reverse()) client.arrive(answer)
    expect(await within(clock, session.stats({ sentCount: 3, final: false }))).toMatchObject({
      receivedCount: 0,
    })
    for (const request of [...client.sent].reverse()) server.arrive(request)
    expect(await within(clock, session.stats({ sentCount: 3, final: true }))).toMatchObject({ lostCount: 3 })
    expect(sessions.sessionCount).toBe(1)
  })

  it('opens with the right key, and is refused in one line with another, with none, or with one too many', async () => {
    const right = new Uint8Array(16).fill(1)
    const wrong = new Uint8Array(16).fill(2)
    const attempt = (serverKey?: Uint8Array, key?: Uint8Array) => {
      const { clock, client } = served(undefined, undefined, serverKey)
      return within(clock, open(client, clock, key ? { key } : {}))
    }
    const session = await attempt(right, right)
    expect(session.granted?.server).toBe('netcmp test')
    const another = 'udp: server:1 refused: it wants a key, and yours is another or none (--key FILE)'
    await expect(attempt(right, wrong)).rejects.toThrow(another)
    await expect(attempt(right)).rejects.toThrow(another)
    await expect(attempt(undefined, right)).rejects.toThrow(
      'udp: server:1 refused: it has no key, so that yours cannot be checked (leave out --key)',
    )
  })

  it('believes nothing without a seal, where it has a key', async () => {
    const { clock, client } = served(undefined, undefined, new Uint8Array(16).fill(1))
    const session = await within(clock, open(client, clock, { key: new Uint8Array(16).fill(1) }))
    let lost = false
    session.onLost(() => {
      lost = true
    })
    client.arrive(encodeControl(FrameType.REFUSE, session.token, 0, { code: 'KEY', reason: 'forged' }))
    expect(lost).toBe(false)
  })

  it('ends when the server stops, and says why', async () => {
    const { clock, client, sessions } = served()
    const session = await within(clock, open(client, clock))
    const reasons: string[] = []
    session.onLost((reason) => reasons.push(reason.message))
    sessions.stop()
    expect(reasons).toEqual(['udp: server:1 ended the session: the server is stopping'])
    await within(clock, session.close())
  })

  it('notices with its next message that the server was started anew', async () => {
    const { clock, client, server } = served()
    const session = await within(clock, open(client, clock))
    new SessionServer(clock, 'netcmp anew').serve(traits)(server)
    const reasons: string[] = []
    session.onLost((reason) => reasons.push(reason.message))
    const probe = new Uint8Array(32)
    writeHeader(probe, FrameType.PROBE, 0, session.token, 0)
    client.send(probe)
    expect(reasons).toEqual([
      'udp: server:1 ended the session: it does not know it (was the server started anew?)',
    ])
  })

  // At 50 ms, or later by twice as much each time up to a twentieth of the timeout.
  it.each([
    [1000, 20],
    [10_000, 23],
    [200, 4],
  ])(
    'asks again until the timeout of %d ms, %d times in all, and then gives up',
    async (timeoutMs, times) => {
      const { clock, client } = served(() => 0)
      const failed = open(client, clock, { timeoutNs: timeoutMs * MS })
      await expect(within(clock, failed)).rejects.toMatchObject({ code: 'TIMEOUT' })
      expect(client.sent).toHaveLength(times)
      expect(clock.now()).toBe(timeoutMs * MS)
    },
  )

  it('sends nothing twice over a reliable transport', async () => {
    const { clock, client } = served(() => 0)
    await expect(within(clock, open(client, clock, { reliable: true }))).rejects.toMatchObject({
      code: 'TIMEOUT',
    })
    expect(client.sent).toHaveLength(1)
  })

  it('pads every request, so that no answer is longer than its question', async () => {
    const { clock, client, server } = served()
    const session = await within(clock, open(client, clock))
    await within(clock, session.stats({ sentCount: 2 ** 53 - 1, final: true }))
    await within(clock, session.close())
    expect(client.sent.map((frame) => frame.length)).toEqual(Array(4).fill(CONTROL_BYTES))
    expect(server.sent).toHaveLength(4)
    for (const answer of server.sent) expect(answer.length).toBeLessThanOrEqual(CONTROL_BYTES)
  })

  it('knows a server that returns what it is sent from a netcmp server', async () => {
    const clock = new FakeClock()
    const { client, server } = endpointPair(clock)
    server.onMessage((bytes) => server.send(bytes))
    await expect(within(clock, open(client, clock))).rejects.toThrow(
      'udp: server:1 is not a netcmp server: it returns what it is sent',
    )
  })

  it('knows a server that answers something else', async () => {
    const clock = new FakeClock()
    const { client, server } = endpointPair(clock)
    server.onMessage(() => server.send(new TextEncoder().encode('HTTP/1.1 400 Bad Request')))
    await expect(within(clock, open(client, clock))).rejects.toMatchObject({ code: 'PROTOCOL' })
  })

  it('passes on why the server refused, without its control characters', async () => {
    const { clock, client } = served()
    const tooLarge = { ...request, sizeBytes: 70_000 }
    const options = { clock, timeoutNs: MS, reliable: false, who: 'udp' }
    await expect(within(clock, Session.open(client, tooLarge, options))).rejects.toMatchObject({
      code: 'LIMITED',
      message: 'udp: server:1 refused: messages of 70000 B are over its 65507 B',
    })
  })

  it('fails what is being asked when the endpoint breaks, with the endpoint’s reason', async () => {
    const clock = new FakeClock()
    const { client } = endpointPair(clock, () => 0)
    const opening = open(client, clock)
    client.break(new NetcmpError('REFUSED', 'udp: nobody there'))
    await expect(within(clock, opening)).rejects.toMatchObject({ code: 'REFUSED' })
  })

  it('tells whoever runs it that the far side is gone', async () => {
    const { clock, client } = served()
    const session = await within(clock, open(client, clock))
    const reasons: string[] = []
    session.onLost((reason) => reasons.push(reason.code))
    client.break(new NetcmpError('RESET', 'tcp: broken'))
    expect(reasons).toEqual(['RESET'])
    await expect(session.stats({ sentCount: 0, final: true })).rejects.toMatchObject({ code: 'RESET' })
  })

  it('is given up when its signal aborts', async () => {
    const clock = new FakeClock()
    const { client } = endpointPair(clock, () => 0)
    const controller = new AbortController()
    const opening = open(client, clock, { signal: controller.signal })
    controller.abort()
    await expect(opening).rejects.toMatchObject({ code: 'ABORTED' })
  })
})
