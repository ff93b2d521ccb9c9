import { settle } from '../../compare/settings.ts'
import { NetcmpError } from '../../core/errors.ts'
import { NS_PER_MS } from '../../core/units.ts'
import { flagsIn, type LinkFlags, linkConfigOf } from '../../lab/impairment-options.ts'
import { isLossy, isUneven, type LinkConfig } from '../../lab/impairments.ts'
import type { Parameters, SweepHead } from '../../result/sweep-schema.ts'
import { expand } from '../../sweep/grid.ts'
import { type Axis, type Place, parameters, placesOf } from '../../sweep/parameters.ts'
import type { SweepShape } from '../../sweep/schedule.ts'
import type { CellSettings } from '../../sweep/sweep.ts'
import type { SocketOptions, Transport } from '../../transport/contract.ts'
import { type CompareFlags, settingsOf } from '../flags.ts'
import { checkRate } from '../lab/options.ts'
import { settingsOver, timeoutNs } from '../lab/times.ts'
import { figuresOf } from './figures.ts'
import type { GridFlags } from './flags.ts'

interface PlannedCell extends CellSettings {
  readonly parameters: Parameters
}

/** What is to be run, before anything is. */
export interface SweepPlan {
  readonly axes: readonly Axis[]
  readonly cells: readonly [PlannedCell, ...PlannedCell[]]
  readonly shape: SweepShape
  readonly figures: SweepHead['figures']
  /** Of the first cell; undefined where there is no link to impair. */
  readonly link: LinkConfig | undefined
}

const linkFlags = [
  'loss',
  'burstLoss',
  'duplicate',
  'corrupt',
  'reorder',
  'linkRate',
  'queue',
  'delay',
  'jitter',
  'drop',
  'up',
  'down',
  'mtu',
] as const satisfies readonly (keyof LinkFlags)[]

/** Every cell with its settings, all of them checked. Throws BAD_VALUE. */
export function planOf(flags: GridFlags, transports: readonly Transport[]): SweepPlan {
  checkRate(flags.rate)
  const lists = parameters.map((parameter): Axis => {
    const list = flags[keyOf(parameter.option)]
    const values = typeof list === 'string' ? expand(parameter.option, list, parameter.parse) : []
    return { parameter, values }
  })
  const axes = lists.filter(({ values }) => values.length > 1)
  if (axes.length === 0) {
    throw new NetcmpError(
      'BAD_VALUE',
      'netcmp: nothing varies (give an option several values, as --size 64,100..1000, or a --preset)',
    )
  }
  for (const { parameter } of axes) checkVaries(parameter.option, flags)
  // An option with one value has it in every cell.
  const places = placesOf(lists.filter(({ values }) => values.length > 0))
  const needsLab = flags.lab === true || linkFlags.some((name) => flags[name] !== undefined)
  const varying = new Set(axes.map(({ parameter }) => parameter))
  const [first, ...others] = places.map((place): PlannedCell => {
    const at = flagsAt(flags, place)
    const link = linkConfigOf(at)
    const times = needsLab
      ? { ...settingsOver(link), timeoutNs: timeoutNs(link) + (isLossy(link) ? AGAIN_NS : 0) }
      : {}
    const { workloads = ['echo'], ...given } = { ...times, ...settingsOf(at) }
    return {
      parameters: Object.fromEntries(
        place.flatMap(([each, { value }]) => (varying.has(each) ? [[each.id, value]] : [])),
      ),
      settings: settle(transports, { ...given, sealed: flags.key !== undefined, workloads }),
      ...(needsLab ? { link: { up: link.up, down: link.down } } : {}),
    }
  })
  if (first === undefined) throw new NetcmpError('INTERNAL', 'netcmp: a grid without a cell')
  const { workloads, blocks, seed } = first.settings
  return {
    axes,
    cells: [first, ...others],
    shape: { cells: places.length, transports, workloads, blocks, seed },
    figures: figuresOf(
      flags.metric,
      workloads,
      [first, ...others].some(({ link }) => link && isUneven(link)),
    ),
    link: needsLab ? linkConfigOf(flagsAt(flags, places[0] ?? [])) : undefined,
  }
}

/** What one direction has otherwise does not vary there. Throws BAD_VALUE. */
function checkVaries(option: string, flags: GridFlags): void {
  for (const way of ['up', 'down'] as const) {
    if (!flagsIn(flags[way]).some((flag) => flag === keyOf(option))) continue
    const why = `--${way} has its own, which would not vary`
    throw new NetcmpError('BAD_VALUE', `netcmp: --${option}: ${why} (take it out of --${way})`)
  }
}

/** The same plan, with what drives the sockets. */
export function withSocket(plan: SweepPlan, socket: SocketOptions): SweepPlan {
  const [first, ...others] = plan.cells
  const driven = (cell: PlannedCell) => ({ ...cell, settings: { ...cell.settings, socket } })
  return { ...plan, cells: [driven(first), ...others.map(driven)] }
}

/** A first packet that TCP sends again leaves a second after the one that was lost: it is to arrive, and be answered, too. */
const AGAIN_NS = 250 * NS_PER_MS

/** What a comparison always says, and here is only said where it varies. */
const always = { members: '4', streams: '1', direction: 'up' } as const

/** The same flags with the one value that each list has at a place. */
function flagsAt(flags: GridFlags, place: Place): CompareFlags & LinkFlags {
  const values = place.map(([{ option }, { text }]) => [keyOf(option), text])
  return { ...always, ...flags, ...Object.fromEntries(values) }
}

/** As commander calls an option: `link-rate` is linkRate. */
function keyOf(option: string): keyof GridFlags {
  return option.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase()) as keyof GridFlags
}
