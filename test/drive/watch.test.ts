import { describe, expect, it } from 'vitest'
import { NetcmpError } from '../../src/core/errors.ts'
import { createRandom } from '../../src/core/random.ts'
import { Pump } from '../../src/drive/pump.ts'
import { Session } from '../../src/drive/session.ts'
import { Watch } from '../../src/drive/watch.ts'
import { SessionServer } from '../../src/service/session-server.ts'
import type { Traits } from '../../src/transport/contract.ts'
import { FrameType, frameType, writeHeader } from '../../src/wire/frame.ts'
import { requestNumber } from '../../src/wire/session-messages.ts'
import { Bulk } from '../../src/workload/bulk.ts'
import { FakeClock, within } from '../sim/fake-clock.ts'
import { type Copies, endpointPair, type FakeEndpoint } from '../sim/fake-endpoint.ts'
import { job, MS } from '../sim/jobs.ts'

const TIMEOUT_NS = 1000 * MS
/** A run that lasts. */
const LONG_NS = 60_000 * MS

const traits: Traits = {
  boundaries: 'native',
  connected: false,
  answeredBy: 'server',
  reliable: false,
  ordered: false,
  handshakeRtts: 0,
  maxMessageBytes: 65_507,
}

/** A path that can be made to lose everything. */
class Path {
  readonly clock = new FakeClock()
  readonly ends: ReturnType<typeof endpointPair>[]
  isCut = false
  /** What happens to a frame that is not cut off. */
  up: Copies = () => 1
  down: Copies = () => 1

  constructor(flows: number) {
    const up: Copies = (n) => (this.isCut ? 0 : this.up(n))
    const down: Copies = (n) => (this.isCut ? 0 : this.down(n))
    this.ends = Array.from({ length: flows }, () => endpointPair(this.clock, up, down))
  }

  get client(): FakeEndpoint {
    return this.ends[0]?.client as FakeEndpoint
  }
}

interface Lost {
  readonly at: number
  readonly error: NetcmpError
}

/** Sessions over a path, watched from time 0. The pump is one that notes what it is told. */
async function watched({ reliable = false, flows = 1, timeoutNs = TIMEOUT_NS } = {}) {
  const path = new Path(flows)
  const { clock } = path
  const server = new SessionServer(clock, 'netcmp test')
  const sessions: Session[] = []
  const lost: Lost[] = []
  const options = { clock, timeoutNs, reliable, who: reliable ? 'tcp' : 'udp' }
  for (const { client, server: end } of path.ends) {
    server.serve(traits)(end)
    const request = { workload: 'bulk', sizeBytes: 64, durationNs: LONG_NS, ratePerSec: 1000 } as const
    const session = await within(clock, Session.open(client, request, options))
    session.onLost((error) => lost.push({ at: clock.now(), error }))
    sessions.push(session)
  }
  const holds: { at: number; held: boolean }[] = []
  const pump = {
    drainedCount: 0,
    hold(held: boolean) {
      if (held !== (holds.at(-1)?.held ?? false)) holds.push({ at: clock.now(), held })
    },
  }
  const watch = new Watch(sessions, pump, options)
  watch.start()
  return { path, clock, sessions, lost, holds, pump, watch, asked: () => questions(path) }
}

/** Frames that asked, and how many questions of each session they were. */
function questions({ ends }: Path) {
  const numbers = ends.map(({ client }) =>
    client.sent.filter((frame) => frameType(frame) === FrameType.STATS_REQUEST).map(requestNumber),
  )
  return { frames: numbers.flat().length, each: numbers.map((of) => new Set(of).size) }
}

/** Something comes from the far side, every so often. */
function hear(
  client: FakeEndpoint,
  clock: FakeClock,
  { everyNs, untilNs }: { everyNs: number; untilNs: number },
): void {
  const probe = new Uint8Array(32)
  writeHeader(probe, FrameType.PROBE, 0, { hi: 1, lo: 1 }, 0)
  for (let at = everyNs; at <= untilNs; at += everyNs) {
    clock.advanceTo(at)
    client.arrive(probe)
  }
}

describe('the watch over a far side', () => {
  it('gives up one that fell silent, two timeouts after it was last heard', async () => {
    const { path, clock, sessions, lost } = await watched()
    hear(path.client, clock, { everyNs: 10 * MS, untilNs: 300 * MS })
    path.isCut = true
    clock.advanceTo(LONG_NS)
    expect(lost).toEqual([{ at: 300 * MS + 2 * TIMEOUT_NS, error: expect.any(NetcmpError) }])
    expect(lost[0]?.error).toMatchObject({
      code: 'TIMEOUT',
      message: 'udp: server:1 stopped answering (1 s): it is gone, or too busy (lower --rate)',
    })
    // Nor does it take leave of whom nobody hears.
    const { length } = path.client.sent
    await within(clock, sessions[0]?.close() as Promise<void>)
    expect(path.client.sent).toHaveLength(length)
  })

  it('gives up all sessions at once', async () => {
    const { path, clock, lost } = await watched({ flows: 3 })
    path.isCut = true
    clock.advanceTo(LONG_NS)
    expect(lost.map(({ at }) => at)).toEqual(Array(3).fill(2 * TIMEOUT_NS))
  })

  it.each([
    { reliable: false, flows: 1 },
    { reliable: true, flows: 1 },
    { reliable: false, flows: 4 },
  ])(
    'never gives up one that answers: one question for each timeout ($flows flows, reliable: $reliable)',
    async (kind) => {
      const { clock, lost, holds, asked } = await watched(kind)
      clock.advanceTo(LONG_NS)
      expect(lost).toEqual([])
      expect(holds).toEqual([])
      expect(asked()).toEqual({ frames: 60, each: Array(kind.flows).fill(60 / kind.flows) })
    },
  )

  it('asks nothing while something is heard, nor in a run shorter than the timeout', async () => {
    const { path, clock, watch, asked } = await watched()
    hear(path.client, clock, { everyNs: 900 * MS, untilNs: LONG_NS })
    expect(asked().frames).toBe(0)
    clock.advanceTo(LONG_NS + 250 * MS)
    watch.stop()
    clock.advanceTo(2 * LONG_NS)
    expect(asked().frames).toBe(0)
  })

  it('never gives up one that is seldom heard because it is seldom spoken to', async () => {
    const { path, clock, lost, asked } = await watched()
    hear(path.client, clock, { everyNs: 1900 * MS, untilNs: LONG_NS })
    expect(lost).toEqual([])
    expect(asked().frames).toBe(31)
  })

  it('never gives up one over a path that loses 30 % of all frames each way', async () => {
    for (let seed = 0; seed < 50; seed++) {
      const random = createRandom(seed)
      const { path, clock, lost } = await watched()
      path.up = path.down = () => (random.next() < 0.3 ? 0 : 1)
      clock.advanceTo(LONG_NS)
      expect(lost).toEqual([])
    }
  })

  it('lets a question go alone, where others fill the path', async () => {
    const { path, clock, lost, holds } = await watched()
    const isHeld = () => holds.at(-1)?.held === true
    path.up = () => (isHeld() ? 1 : 0)
    clock.advanceTo(LONG_NS)
    expect(lost).toEqual([])
    const [held, released] = holds.map(({ at }) => at)
    expect([held, released]).toEqual([1250 * MS, 1300 * MS])
  })

  it('holds the workload while it does', async () => {
    const { path, clock, sessions } = await watched()
    const bulk = new Bulk(job('bulk', { durationNs: LONG_NS, ratePerSec: 1000 }))
    const [session] = sessions as [Session]
    const pump = new Pump(bulk, [session.endpoint], clock)
    session.onLost((reason) => pump.fail(reason))
    const watch = new Watch(sessions, pump, { clock, timeoutNs: TIMEOUT_NS, reliable: false })
    watch.start()
    path.isCut = true
    await expect(within(clock, pump.run(), 100_000)).rejects.toMatchObject({ code: 'TIMEOUT' })
    expect(clock.now()).toBe(2 * TIMEOUT_NS)
    expect(bulk.sentCount(0)).toBe(1251)
  })

  it('takes a queue that empties for a sign of life only where the far host makes it empty', async () => {
    for (const reliable of [true, false]) {
      const { path, clock, lost, pump, asked } = await watched({ reliable })
      path.isCut = true
      for (let at = 800 * MS; at <= LONG_NS; at += 800 * MS) {
        clock.advanceTo(at)
        pump.drainedCount++
      }
      expect(lost).toHaveLength(reliable ? 0 : 1)
      // Nor is a question asked again that waits its turn.
      expect(asked().frames).toBe(reliable ? 1 : 20)
    }
  })

  it('does not hold against the far side that this process stood still', async () => {
    const { path, clock, lost } = await watched()
    let isFirst = true
    path.up = () => {
      if (!isFirst) return 1
      isFirst = false
      clock.advanceTo(clock.now() + 10 * TIMEOUT_NS)
      return 0
    }
    clock.advanceTo(LONG_NS)
    expect(isFirst).toBe(false)
    expect(lost).toEqual([])
  })

  it('takes no short silence for an end, however short the timeout', async () => {
    const { path, clock, lost } = await watched({ timeoutNs: MS })
    path.isCut = true
    clock.advanceTo(LONG_NS)
    expect(lost.map(({ at }) => at)).toEqual([400 * MS])
  })

  it('does not disturb the questions of the session, which are answered as ever', async () => {
    const { path, clock, sessions, asked } = await watched()
    const [session] = sessions as [Session]
    path.isCut = true
    clock.advanceTo(1100 * MS)
    expect(asked().frames).toBe(3)
    path.isCut = false
    expect(await within(clock, session.stats({ sentCount: 7, final: true }))).toMatchObject({ lostCount: 7 })
    expect(asked().each).toEqual([2])
  })
})
