import { configOf } from '../../compare/config.ts'
import { engineWarnings } from '../../compare/engine.ts'
import { clockFacts, hostFacts } from '../../compare/host-facts.ts'
import type { Runner } from '../../compare/runner.ts'
import { version } from '../../core/version.ts'
import type { Link, Warning } from '../../result/schema.ts'
import type { SweepHead } from '../../result/sweep-schema.ts'
import type { ChosenEngine } from '../engine.ts'
import type { SweepPlan } from './plan.ts'

interface Beginning {
  readonly plan: SweepPlan
  readonly target: string
  /** The link of the lab, where this runs in one. */
  readonly link: Link | undefined
  /** Has found the far side. */
  readonly runner: Pick<Runner, 'addresses' | 'engines'>
  readonly engine: Pick<ChosenEngine, 'engine' | 'clock'>
  readonly warnings: readonly Warning[]
  readonly command: readonly string[]
  readonly options: SweepHead['options']
}

/** What is known of a sweep before its first run. */
export function headOf({ plan, target, link, runner, engine, ...given }: Beginning): SweepHead {
  const { shape, cells, axes, figures } = plan
  const { transports } = shape
  const [first] = cells
  return {
    type: 'sweep',
    schema: 'netcmp.sweep/1',
    tool: { name: 'netcmp', version, startedAt: new Date().toISOString(), command: [...given.command] },
    host: hostFacts(),
    clock: clockFacts(engine.clock),
    config: configOf(first.settings, target, runner.addresses, transports),
    ...(link === undefined ? {} : { link }),
    parameters: axes.map(({ parameter, values }) => ({
      id: parameter.id,
      values: values.map(({ value }) => value),
    })),
    warnings: [...given.warnings, ...engineWarnings(runner.engines, transports)],
    figures,
    cells: cells.map(({ parameters }) => ({ parameters })),
    engine: engine.engine,
    options: given.options,
  }
}
