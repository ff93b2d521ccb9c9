import { describe, expect, it } from 'vitest'
import type { TakenRun, Turn } from '../../src/compare/runner.ts'
import { type Settings, settle } from '../../src/compare/settings.ts'
import { NetcmpError } from '../../src/core/errors.ts'
import { noImpairments } from '../../src/lab/impairments.ts'
import type { Run } from '../../src/result/schema.ts'
import { estimateNs, roughly } from '../../src/sweep/estimate.ts'
import { type SweepShape, sweepSchedule } from '../../src/sweep/schedule.ts'
import { type CellSettings, type SweepOptions, sweep } from '../../src/sweep/sweep.ts'
import { tcp } from '../../src/tcp/index.ts'
import { udp } from '../../src/udp/index.ts'

const shape: SweepShape = { cells: 3, transports: [tcp, udp], workloads: ['echo'], blocks: 2, seed: 1 }
const RUNS = 3 * 2 * 2

const cells: CellSettings[] = [1, 2, 3].map((each) => ({
  settings: settle([tcp, udp], { workloads: ['echo'], sizeBytes: each * 100 }),
  link: { up: { ...noImpairments, lossRatio: each / 100 }, down: noImpairments },
}))

/** A sweep whose runs are made by nobody, and of which everything that happens is written down. */
class Witnessed {
  readonly happened: string[] = []
  readonly runs: { cell: number; run: Run }[] = []
  readonly interrupt = new AbortController()

  async sweep(
    fate: (settings: Settings, turn: Turn, n: number) => Partial<TakenRun> = () => ({}),
    changed: Partial<SweepOptions> = {},
  ) {
    let n = 0
    return sweep({
      shape,
      cells,
      runner: {
        run: async (settings, turn) => {
          const { name } = turn.of
          this.happened.push(`${settings.sizeBytes} ${name}`)
          const taken = fate(settings, turn, n++)
          const { workload, block } = turn
          const error = taken.error?.message ?? null
          const run: Run = { transport: name, workload, block, engine: 'node', metrics: {}, error }
          return { run, stopping: undefined, error: undefined, recording: undefined as never, ...taken }
        },
      },
      impair: async ({ up }) => {
        this.happened.push(`loss ${up.lossRatio}`)
      },
      isMade: () => false,
      interrupt: this.interrupt.signal,
      onProgress: () => {},
      onRun: (cell, run) => this.runs.push({ cell, run }),
      ...changed,
    })
  }
}

const failed = (code: 'TIMEOUT' | 'LIMITED') => ({ error: new NetcmpError(code, `no: ${code}`) })

describe('a sweep', () => {
  it('makes every run in the order of the schedule, with the settings of its cell', async () => {
    const witnessed = new Witnessed()
    expect(await witnessed.sweep()).toEqual({ error: undefined, failedCount: 0, failure: undefined })
    const made = witnessed.runs.map(({ cell, run }) => `${cell} ${run.transport} ${run.block}`)
    const due = [...sweepSchedule(shape)].map(({ cell, of, block }) => `${cell} ${of.name} ${block}`)
    expect(made).toEqual(due)
  })

  it('sets the link before the runs of a cell, and not between them', async () => {
    const witnessed = new Witnessed()
    await witnessed.sweep()
    const links = witnessed.happened.filter((each) => each.startsWith('loss'))
    expect(links.every((link, index) => link !== links[index - 1])).toBe(true)
    let loss = ''
    for (const each of witnessed.happened) {
      const [word = '', value = ''] = each.split(' ')
      if (word === 'loss') loss = value
      else expect(loss).toBe(String(Number(word) / 10_000))
    }
  })

  it('leaves out what is made already, and no other', async () => {
    const witnessed = new Witnessed()
    const isMade = ({ cell, of, block }: { cell: number; of: { name: string }; block: number }) =>
      block === 0 || (cell === 1 && of.name === 'udp')
    await witnessed.sweep(undefined, { isMade })
    expect(witnessed.runs.map(({ cell, run }) => `${cell} ${run.transport}`).sort()).toEqual([
      '0 tcp',
      '0 udp',
      '1 tcp',
      '2 tcp',
      '2 udp',
    ])
  })

  it('goes on after a run that failed, and tells of it', async () => {
    const witnessed = new Witnessed()
    const end = await witnessed.sweep((_, __, n) => (n % 3 === 0 ? failed('TIMEOUT') : {}))
    expect(end).toMatchObject({ error: undefined, failedCount: 4, failure: { code: 'TIMEOUT' } })
    expect(witnessed.runs).toHaveLength(RUNS)
    expect(witnessed.runs.filter(({ run }) => run.error !== null)).toHaveLength(4)
  })

  it('ends where nobody is heard any more, six runs later', async () => {
    const witnessed = new Witnessed()
    const end = await witnessed.sweep((_, __, n) => (n >= 3 ? failed('TIMEOUT') : {}))
    expect(end).toMatchObject({ error: { code: 'TIMEOUT' }, failedCount: 6 })
    expect(witnessed.runs).toHaveLength(9)
  })

  it('but not for what the server does not allow: that is an answer', async () => {
    const witnessed = new Witnessed()
    const end = await witnessed.sweep(() => failed('LIMITED'))
    expect(end).toMatchObject({ error: undefined, failedCount: RUNS })
  })

  it('interrupted, keeps no run that was cut short', async () => {
    const witnessed = new Witnessed()
    const end = await witnessed.sweep((_, __, n) => {
      if (n === 4) witnessed.interrupt.abort()
      return {}
    })
    expect(end.error).toMatchObject({ code: 'ABORTED' })
    expect(witnessed.runs).toHaveLength(4)
  })

  it('ends with a server that stops, and does not keep the run that it cut short', async () => {
    const witnessed = new Witnessed()
    const stopping = new NetcmpError('REJECTED', 'the server is stopping')
    const end = await witnessed.sweep((_, __, n) => (n === 2 ? { stopping } : {}))
    expect(end.error).toBe(stopping)
    expect(witnessed.runs).toHaveLength(2)
  })
})

describe('how long it takes', () => {
  const all = () => false
  const of = (changed: Partial<CellSettings>) =>
    estimateNs(
      shape,
      cells.map(({ settings }) => ({ settings, ...changed })),
      all,
    ) / RUNS

  it('is what each run does, what is around it, and on a lossy link the wait for what was lost', () => {
    expect(of({})).toBe(250e6 + 60e6)
    const late = { ...noImpairments, delayNs: 20e6 }
    expect(of({ link: { up: late, down: late } })).toBe(250e6 + 60e6 + 6 * 40e6)
    const lossy = { ...noImpairments, lossRatio: 0.01 }
    expect(of({ link: { up: lossy, down: noImpairments } })).toBe(250e6 + 60e6 + 1e9)
  })

  it('counts only what is still to be made', () => {
    const half = estimateNs(shape, cells, ({ block }) => block === 0)
    expect(half).toBe(estimateNs(shape, cells, all) / 2)
  })

  it.each([
    [1e6, '1 s'],
    [59.4e9, '59 s'],
    [80e9, '1 min 20 s'],
    [120e9, '2 min'],
    [700e9, '11 min'],
    [3600e9 + 300e9, '1 h 5 min'],
  ])('%d ns is about %s', (ns, text) => {
    expect(roughly(ns)).toBe(text)
  })
})
