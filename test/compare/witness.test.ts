import { describe, expect, test } from 'vitest'
import { finishedRun } from '../../src/compare/finished-run.ts'
import { linkWarnings, overtakingWarnings } from '../../src/compare/link-warnings.ts'
import { type Testimony, type Witness, witnessed } from '../../src/compare/witness.ts'
import { NetcmpError } from '../../src/core/errors.ts'
import type { RunOutcome } from '../../src/drive/run.ts'
import { linkConfigOf } from '../../src/lab/impairment-options.ts'
import { noCounts } from '../../src/lab/link-counts.ts'
import { EchoRecording } from '../../src/measure/echo-recording.ts'
import { WireRecording } from '../../src/measure/wire-recording.ts'
import type { LinkAccount } from '../../src/result/schema.ts'
import { tcp } from '../../src/tcp/index.ts'

const TURN = { transport: 'tcp', workload: 'echo' } as const

const account = (lostCount: number): LinkAccount => ({ up: { ...noCounts(), lostCount }, down: noCounts() })

/** An echo run of which the kernel told that it sent one segment again. */
function outcomeOf(error?: NetcmpError): RunOutcome {
  const recording = new EchoRecording(1, 1024, null)
  recording.connections.account(
    {
      congestion: 'cubic',
      retransmitCount: 1,
      srttNs: null,
      minRttNs: null,
      cwndSegments: null,
      cwndMaxSegments: null,
      mssBytes: null,
      deliveryRateBitsPerSec: null,
      pacingRateBitsPerSec: null,
    },
    undefined,
    'here',
  )
  recording.finish()
  return { recording, error, stopping: undefined, drops: { here: null, far: null, messagesPerPacket: 1 } }
}

function sawBlocked(count: number, retransmitCount: number): WireRecording {
  const recording = new WireRecording()
  for (let n = 0; n < 10; n++) recording.arrived(n < count ? 40e6 : 0)
  recording.carried(30, 2000, 10)
  recording.retransmitted(retransmitCount)
  return recording
}

function says(testimony: Partial<Testimony>): Witness & { readonly calls: string[] } {
  const calls: string[] = []
  return {
    calls,
    begin: async () => void calls.push('begin'),
    end: async ({ transport, workload }) => {
      calls.push(`end ${transport} ${workload}`)
      return { recording: null, account: null, ...testimony }
    },
  }
}

describe('a run before a witness', () => {
  test('is begun and ended before it, and what it saw joins the figures: of what both know, the link’s', async () => {
    const witness = says({ recording: sawBlocked(2, 7), account: account(7) })
    const outcome = await witnessed(witness, TURN, async () => {
      witness.calls.push('run')
      return outcomeOf()
    })
    expect(witness.calls).toEqual(['begin', 'run', 'end tcp echo'])
    const run = finishedRun({ ...TURN, block: 1, engine: 'node' }, outcome, tcp.traits, false)
    expect(run.metrics).toMatchObject({ holBlockedRatio: 0.2, retransmitCount: 7, wirePacketsPerMessage: 3 })
    expect(run.congestion).toBe('cubic')
    expect(run.link).toEqual(account(7))
  })

  test('several are added up, the link’s figures too', async () => {
    const make = async () => outcomeOf()
    const first = await witnessed(says({ recording: sawBlocked(2, 7) }), TURN, make)
    const second = await witnessed(says({ recording: sawBlocked(5, 1) }), TURN, make)
    first.recording.merge(second.recording)
    expect(first.recording.values()).toMatchObject({ holBlockedRatio: 0.35, retransmitCount: 8 })
  })

  test('what the link does not know is what the run itself knows', async () => {
    const blind = new WireRecording()
    blind.isIncomplete()
    const outcome = await witnessed(says({ recording: blind }), TURN, async () => outcomeOf())
    expect(outcome.recording.values()).toMatchObject({ retransmitCount: 1, holBlockedRatio: null })
    expect('link' in outcome).toBe(false)
  })

  test('without a log, and without a witness, there is nothing of the wire', async () => {
    const outcomes = [
      await witnessed(says({}), TURN, async () => outcomeOf()),
      await witnessed(undefined, TURN, async () => outcomeOf()),
    ]
    for (const { recording } of outcomes) expect(recording.values()).not.toHaveProperty('holBlockedRatio')
  })

  test('fails where the witness cannot say what it saw, but first for a reason of its own', async () => {
    const gone = new NetcmpError('CLOSED', 'link: its relay has ended')
    const mute: Witness = { ...says({}), end: () => Promise.reject(gone) }
    const blind: Witness = { ...says({}), begin: () => Promise.reject(gone) }
    for (const witness of [mute, blind]) {
      expect((await witnessed(witness, TURN, async () => outcomeOf())).error).toBe(gone)
    }
    const own = new NetcmpError('TIMEOUT', 'tcp: silent')
    expect((await witnessed(mute, TURN, async () => outcomeOf(own))).error).toBe(own)
  })
})

const run = (block: number, link: LinkAccount) => ({
  ...TURN,
  block,
  engine: 'node',
  metrics: {},
  error: null,
  link,
})

// Breaks when Ctrl-C on a slow link waits for what is under way there.
test('of a run that was ended at once the witness is not asked; of one that came to its end it is', async () => {
  const signal = AbortSignal.abort()
  const witness = says({ account: account(1) })
  const error = new NetcmpError('ABORTED', 'netcmp: interrupted')
  expect((await witnessed(witness, TURN, async () => outcomeOf(error), signal)).error).toBe(error)
  expect(witness.calls).toEqual(['begin'])
  expect((await witnessed(witness, TURN, async () => outcomeOf(), signal)).link).toEqual(account(1))
})

test('packets that the link did not see or keep are told, but not of the warm-up', () => {
  expect(linkWarnings([run(0, { ...account(0), unseenCount: 9 }), run(1, account(3))])).toEqual([])
  const seen = [run(1, { ...account(0), unseenCount: 1 }), run(2, { ...account(0), unloggedCount: 7 })]
  expect(linkWarnings(seen).map(({ text }) => text)).toEqual([
    'this computer dropped 1 packet before the link saw them: it is too slow for so many (try a lower --rate)',
    'the link’s log lacks 7 packets: figures of the wire are missing (try a shorter --duration)',
  ])
})

// Breaks when somebody who asked for reordering, and got none, is left alone with a table of zeros.
test('where packets were to overtake others and none did it is said why, each way', () => {
  const up = { ...linkConfigOf({ delay: '5ms', reorder: '1%' }).up, drop: [] }
  const asked = (reorderRatio: number) => ({
    maker: 'relay',
    mtuBytes: 1500,
    seed: 1,
    up: { ...up, reorderRatio },
  })
  const counted = (reorderedCount: number): LinkAccount => {
    const way = { ...account(0).up, packetCount: 60, reorderedCount }
    return { up: way, down: way }
  }
  const texts = (runs: Parameters<typeof overtakingWarnings>[0], reorderRatio: number) =>
    overtakingWarnings(runs, { ...asked(reorderRatio), down: up }).map(({ text }) => text)
  const none = [run(0, counted(3)), run(1, counted(0)), run(2, counted(0))]
  const found =
    'those that left ahead of the delay found none before them (try a higher --rate, or a longer --delay)'
  expect(texts(none, 1)).toEqual([
    'no packet overtook another on the link up: with --reorder 100% all leave ahead of the delay, which none waits for (ask for less)',
    `no packet overtook another on the link down: ${found}`,
  ])
  expect(texts([...none, run(3, counted(1))], 0.5)).toEqual([])
  expect(overtakingWarnings(none, undefined)).toEqual([])
})
