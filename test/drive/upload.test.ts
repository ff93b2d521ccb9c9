import { describe, expect, it } from 'vitest'
import type { ErrorCode } from '../../src/core/errors.ts'
import { createRandom } from '../../src/core/random.ts'
import { Session } from '../../src/drive/session.ts'
import type { Collector } from '../../src/service/collection.ts'
import { SessionServer, type SessionServerOptions } from '../../src/service/session-server.ts'
import { DATAGRAMS } from '../service/served.ts'
import { FakeClock, within } from '../sim/fake-clock.ts'
import { type Copies, endpointPair } from '../sim/fake-endpoint.ts'
import { MS } from '../sim/jobs.ts'

const MOST_BYTES = 100_000

/** Keeps what comes, and refuses a document that begins with a 0. */
class Shelf implements Collector {
  readonly mostBytes = MOST_BYTES
  readonly kept: { name: string; document: Uint8Array; host: string }[] = []

  async keep(name: string, document: Uint8Array, host: string) {
    if (document[0] === 0) return { code: 'RESULT', reason: 'not a result' }
    this.kept.push({ name, document, host })
    return undefined
  }
}

/** A document comes in thousands of pieces. */
const MOST_TURNS = 100_000

function served(options: SessionServerOptions, up?: Copies, down?: Copies) {
  const clock = new FakeClock()
  const server = new SessionServer(clock, 'netcmp test', options)
  const ends = endpointPair(clock, up, down)
  server.serve(DATAGRAMS)(ends.server)
  return { clock, ...ends }
}

function documentOf(bytes: number, first = 1): Uint8Array {
  return Uint8Array.from({ length: bytes }, (_, n) => (n === 0 ? first : n % 251))
}

async function send(served_: ReturnType<typeof served>, document: Uint8Array, name = 'ada'): Promise<void> {
  const { clock, client } = served_
  const request = { workload: 'collect' as const, name, sizeBytes: document.length }
  const options = { clock, timeoutNs: 60_000 * MS, reliable: false, who: 'udp' }
  const session = await within(clock, Session.open(client, request, options), MOST_TURNS)
  await within(clock, session.upload(document), MOST_TURNS)
  await within(clock, session.close(), MOST_TURNS)
}

describe('a document on its way to a server', () => {
  it.each([1, 1151, 1152, 1153, 2304, 50_000])(
    'of %i B arrives whole, in pieces of at most 1200 B',
    async (bytes) => {
      const collector = new Shelf()
      const stage = served({ collector })
      const document = documentOf(bytes)
      await send(stage, document)
      expect(collector.kept).toEqual([{ name: 'ada', document, host: 'client' }])
      for (const frame of stage.client.sent) expect(frame.length).toBeLessThanOrEqual(1200)
      for (const [n, answer] of stage.server.sent.entries()) {
        expect(answer.length).toBeLessThanOrEqual(stage.client.sent[n]?.length ?? 0)
      }
    },
  )

  it('arrives whole and once, though 30 % of all frames are lost each way and others doubled', async () => {
    for (let seed = 0; seed < 20; seed++) {
      const random = createRandom(seed)
      const copies: Copies = () => (random.next() < 0.3 ? 0 : 1 + random.below(3))
      const collector = new Shelf()
      const document = documentOf(20_000)
      await send(served({ collector }, copies, copies), document)
      expect(collector.kept).toEqual([{ name: 'ada', document, host: 'client' }])
    }
  })

  it('is not changed by earlier pieces that come again, in any order', async () => {
    const collector = new Shelf()
    const stage = served({ collector })
    const document = documentOf(5000)
    const { clock, client, server } = stage
    const request = { workload: 'collect' as const, name: 'ada', sizeBytes: document.length }
    const options = { clock, timeoutNs: 1000 * MS, reliable: false, who: 'udp' }
    const session = await within(clock, Session.open(client, request, options), MOST_TURNS)
    const send = client.send.bind(client)
    client.send = (message) => {
      for (const earlier of [...client.sent].reverse()) server.arrive(earlier.slice())
      return send(message)
    }
    await within(clock, session.upload(document), MOST_TURNS)
    expect(collector.kept).toEqual([{ name: 'ada', document, host: 'client' }])
  })

  it('gets through a server that drops what is over its rate', async () => {
    const collector = new Shelf()
    const stage = served({ collector, limits: { maxRatePerSec: 10 } })
    await send(stage, documentOf(MOST_BYTES))
    expect(collector.kept).toHaveLength(1)
  })

  it.each<[string, SessionServerOptions, Uint8Array, string, ErrorCode]>([
    [
      'does not collect',
      {},
      documentOf(9),
      'it collects no results (netcmp serve --collect DIR does)',
      'REJECTED',
    ],
    [
      'takes none so long',
      { collector: new Shelf() },
      documentOf(MOST_BYTES + 1),
      'a result of 100001 B is over its 100000 B (try fewer --blocks)',
      'LIMITED',
    ],
    [
      'lets a session move less',
      { collector: new Shelf(), limits: { maxBytes: 8 } },
      documentOf(9),
      'a result of 9 B is over the 8 B of a session',
      'LIMITED',
    ],
    ['finds it is none', { collector: new Shelf() }, documentOf(9, 0), 'not a result', 'REJECTED'],
  ])('is refused in one line by a server that %s', async (_, options, document, why, code) => {
    await expect(send(served(options), document)).rejects.toMatchObject({
      code,
      message: `udp: server:1 refused: ${why}`,
    })
  })
})
