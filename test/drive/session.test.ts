import { describe, expect, it } from 'vitest'
import { NetcmpError } from '../../src/core/errors.ts'
import { Session } from '../../src/drive/session.ts'
import { SessionServer } from '../../src/service/session-server.ts'
import type { Traits } from '../../src/transport/contract.ts'
import { CONTROL_BYTES, type OpenRequest } from '../../src/wire/session-messages.ts'
import { FakeClock } from '../sim/fake-clock.ts'
import { type Copies, endpointPair, type FakeEndpoint } from '../sim/fake-endpoint.ts'
import { MS } from '../sim/jobs.ts'

const request: OpenRequest = { workload: 'echo', sizeBytes: 64, durationNs: 1e9, ratePerSec: 1000 }
const traits: Traits = {
  boundaries: 'native',
  reliable: false,
  ordered: false,
  handshakeRtts: 0,
  maxMessageBytes: 65_507,
}

function open(
  endpoint: FakeEndpoint,
  clock: FakeClock,
  changed: { reliable?: boolean; signal?: AbortSignal } = {},
) {
  const options = { clock, timeoutNs: 1000 * MS, reliable: false, who: 'udp', ...changed }
  return Session.open(endpoint, request, options)
}

function served(up?: Copies, down?: Copies) {
  const clock = new FakeClock()
  const sessions = new SessionServer(clock, 'netcmp test')
  const ends = endpointPair(clock, up, down)
  sessions.serve(traits)(ends.server)
  return { clock, sessions, ...ends }
}

/** Lets promises settle and the fake clock run, until the promise is settled. */
async function within<T>(clock: FakeClock, promise: Promise<T>): Promise<T> {
  let over = false
  promise.then(
    () => {
      over = true
    },
    () => {
      over = true
    },
  )
  for (let i = 0; i < 1000 && !over; i++) {
    await Promise.resolve()
    if (i % 10 === 9 && clock.next !== undefined) clock.advanceTo(clock.next)
  }
  return promise
}

describe('a session', () => {
  it('opens, counts and closes over a link that loses nothing, with one frame each', async () => {
    const { clock, client, sessions } = served()
    const session = await within(clock, open(client, clock))
    expect(session.token).not.toEqual({ hi: 0, lo: 0 })
    expect(await within(clock, session.stats({ sentCount: 0, final: true }))).toMatchObject({
      receivedCount: 0,
    })
    await within(clock, session.close())
    expect(client.sent).toHaveLength(3)
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

  it('asks again after 50, 100, 200 and 400 ms, and gives up at the timeout', async () => {
    const { clock, client } = served(() => 0)
    const failed = open(client, clock)
    await expect(within(clock, failed)).rejects.toMatchObject({ code: 'TIMEOUT' })
    expect(client.sent).toHaveLength(5)
    expect(clock.now()).toBe(1000 * MS)
  })

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
    expect(client.sent.map((frame) => frame.length)).toEqual([CONTROL_BYTES, CONTROL_BYTES, CONTROL_BYTES])
    expect(server.sent).toHaveLength(3)
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
      code: 'REJECTED',
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
