import { describe, expect, it, onTestFinished } from 'vitest'
import { chooseEngine, type EngineName } from '../../src/cli/engine.ts'
import { drivenBy } from '../../src/compare/engine.ts'
import { run } from '../../src/drive/run.ts'
import { findTransport } from '../../src/registry.ts'
import { SessionServer } from '../../src/service/session-server.ts'
import type { Engine, Transport } from '../../src/transport/contract.ts'
import { FrameType, frameType, readSeq } from '../../src/wire/frame.ts'
import { anyRequest, CONTROL_BYTES, decodeControl, encodeControl } from '../../src/wire/session-messages.ts'
import type { Job } from '../../src/workload/job.ts'
import { isNative } from '../native/is-native.ts'
import { job, MS } from '../sim/jobs.ts'
import { type Touch, touchingRelay } from './touching-relay.ts'

/** Flips one bit of every seventh message: of its first byte that is checked, its last, one in between, or its number. */
class Flipper {
  flippedCount = 0
  readonly #from: number
  #n = 0

  constructor(from: number) {
    this.#from = from
  }

  readonly touch: Touch = (message) => {
    if (frameType(message) !== FrameType.PROBE || this.#n++ % 7 !== 3) return message
    const last = message.length - 1
    const at = [this.#from, last, (this.#from + last) >> 1, 22][this.flippedCount % 4] as number
    message[at] = (message[at] as number) ^ (1 << (this.flippedCount % 8))
    this.flippedCount++
    return message
  }
}

const untouched: Touch = (message) => message

async function served(transport: Transport, asked: EngineName): Promise<string> {
  const chosen = await chooseEngine(asked, [transport], undefined)
  const { clock, socket } = drivenBy(transport, chosen.socket, chosen.clock)
  const server = new SessionServer(clock, 'netcmp test')
  const listener = await transport.listen(
    transport.ephemeral(),
    { clock, socket },
    server.serve(transport.traits),
  )
  onTestFinished(async () => {
    server.close()
    await listener.close()
  })
  return listener.address
}

async function ran(transport: Transport, target: string, asked: EngineName, changed: Partial<Job>) {
  const { clock, socket } = await chooseEngine(asked, [transport], undefined)
  const wanted = job(changed.workload ?? 'bulk', {
    durationNs: 100 * MS,
    timeoutNs: 1000 * MS,
    originNs: clock.originNs,
    verify: true,
    ...changed,
  })
  return run({ transport, target, job: wanted, clock, socket, family: 0, nagle: false })
}

const engines: readonly Engine[] = isNative ? ['node', 'native'] : ['node']
const ways = ['tcp', 'udp', 'unix'].flatMap((name) => {
  const transport = findTransport(name)
  const able = engines.filter((each) => each === 'node' || transport.engines?.includes(each))
  return able.map((engine) => ({ name, transport, engine }))
})

describe.each(ways)('--verify over $name on $engine', ({ transport, engine }) => {
  // Past what one read takes, a stream's payload is else not even looked at.
  const sizeBytes = transport.traits.boundaries === 'framed' ? 400_000 : 1472

  it.each(['up', 'down', 'both'] as const)(
    'bulk %s: every corrupt message is counted, and no other',
    async (direction) => {
      const [up, down] = [new Flipper(32), new Flipper(32)]
      const server = await served(transport, engine)
      const target = await touchingRelay(
        transport,
        server,
        direction === 'down' ? untouched : up.touch,
        direction === 'up' ? untouched : down.touch,
      )
      const changed = { direction, sizeBytes, ratePerSec: 300 }
      const { recording, error } = await ran(transport, target, engine, changed)
      expect(error).toBeUndefined()
      const corruptCount = up.flippedCount + down.flippedCount
      // A busy computer sends fewer than are due.
      const sentCount = recording.values().sentCount as number
      expect(corruptCount).toBeGreaterThan(0)
      expect(recording.values()).toMatchObject({
        receivedCount: sentCount - corruptCount,
        corruptCount,
        corruptRatio: corruptCount / sentCount,
        lossRatio: corruptCount / sentCount,
        duplicateRatio: 0,
        reorderedRatio: 0,
      })
    },
  )

  it.each(['there', 'back'])('echo: every answer that was changed on the way %s is counted', async (way) => {
    const flipper = new Flipper(56)
    const [up, down] = way === 'there' ? [flipper.touch, untouched] : [untouched, flipper.touch]
    const target = await touchingRelay(transport, await served(transport, engine), up, down)
    const changed = { workload: 'echo', sizeBytes: 200, ratePerSec: 300, timeoutNs: 500 * MS } as const
    const { recording, error } = await ran(transport, target, engine, changed)
    expect(error).toBeUndefined()
    const { flippedCount } = flipper
    expect(flippedCount).toBe(4)
    expect(recording.values()).toMatchObject({
      sentCount: 30,
      receivedCount: 30 - flippedCount,
      corruptCount: flippedCount,
      corruptRatio: flippedCount / 30,
    })
  })

  it('counts nothing over a way that changes nothing, and reads every byte', async () => {
    const target = await served(transport, engine)
    const { recording, error } = await ran(transport, target, engine, {
      direction: 'both',
      sizeBytes,
      ratePerSec: 300,
    })
    expect(error).toBeUndefined()
    const unreadRatio = transport.traits.boundaries === 'framed' ? 0 : null
    expect(recording.values()).toMatchObject({ lossRatio: 0, corruptCount: 0, corruptRatio: 0, unreadRatio })
  })

  it('is not there where it is not asked for: a flipped bit goes unnoticed, and nothing is said', async () => {
    const up = new Flipper(32)
    const target = await touchingRelay(transport, await served(transport, engine), up.touch, untouched)
    const changed = { direction: 'up', sizeBytes, ratePerSec: 300, verify: false } as const
    const { recording } = await ran(transport, target, engine, changed)
    expect(up.flippedCount).toBeGreaterThan(0)
    expect(recording.values()).toMatchObject({ corruptCount: null, corruptRatio: null })
  })
})

it.skipIf(!isNative)(
  'without --verify the native engine says how much of TCP’s payload nobody read',
  async () => {
    const tcp = findTransport('tcp')
    const target = await served(tcp, 'native')
    for (const direction of ['up', 'down'] as const) {
      const changed = { direction, sizeBytes: 1_000_000, ratePerSec: 300, verify: false } as const
      const { recording } = await ran(tcp, target, 'native', changed)
      const { unreadRatio } = recording.values()
      // A message of 1 MB but for what came with its head, 256 KiB at most for each read.
      expect(unreadRatio).toBeGreaterThan(0)
      expect(unreadRatio).toBeLessThan(1)
    }
  },
)

it('a server that does not know --verify is named, before anything is measured', async () => {
  const tcp = findTransport('tcp')
  const server = await served(tcp, 'node')
  // What an older server does: it reads what it knows of the OPEN.
  const forgets: Touch = (message) => {
    const request = frameType(message) === FrameType.OPEN ? decodeControl(anyRequest, message) : undefined
    if (request === undefined || !('verify' in request)) return message
    const { verify: _, ...known } = request
    return encodeControl(FrameType.OPEN, { hi: 0, lo: 0 }, readSeq(message), known, CONTROL_BYTES)
  }
  const target = await touchingRelay(tcp, server, forgets, untouched)
  const { error } = await ran(tcp, target, 'node', { workload: 'bulk' })
  expect(error?.code).toBe('REJECTED')
  expect(error?.message).toBe(
    `tcp: ${target} does not know --verify: its netcmp is older than that (update it, or leave out --verify)`,
  )
})
