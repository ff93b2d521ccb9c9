import * as v from 'valibot'
import { link } from './link-schema.ts'
import {
  clock,
  config,
  finite,
  hostSchema as host,
  metrics,
  name,
  run,
  text,
  toolSchema as tool,
  verdict,
  warningSchema as warning,
  whole,
} from './schema.ts'

const value = v.union([finite, name])

/** What varies, in a cell. */
const parameters = v.record(name, value)

const parameter = v.object({
  id: name,
  values: v.pipe(v.array(value), v.minLength(1), v.maxLength(1000)),
})

const figure = v.object({ workload: name, metric: name })

/** What is known of a sweep before its first run, and stays as it is. */
const known = {
  schema: v.literal('netcmp.sweep/1'),
  tool: v.omit(tool, ['durationNs']),
  host,
  clock,
  config: v.pipe(config, v.description('As in the first cell: what varies stands in each.')),
  link: v.exactOptional(v.pipe(link, v.description('As in the first cell: what varies stands in each.'))),
  parameters: v.pipe(v.array(parameter), v.maxLength(16), v.description('What varies, and its values.')),
  warnings: v.array(warning),
  figures: v.pipe(v.array(figure), v.maxLength(64), v.description('What is drawn of each cell.')),
}

const summary = v.object({
  transport: name,
  workload: name,
  blocks: v.pipe(whole, v.description('Counted blocks behind these figures.')),
  metrics: v.pipe(metrics, v.description('Medians of the counted runs’ values.')),
})

const cell = v.object({
  parameters,
  runs: v.array(run),
  summary: v.array(summary),
  verdicts: v.array(verdict),
})

const MOST_CELLS = 10_000

/** The document that `netcmp sweep --format json` prints and `netcmp report` reads. */
export const sweepSchema = v.pipe(
  v.object({
    ...known,
    partial: v.pipe(v.boolean(), v.description('True where runs are missing.')),
    cells: v.pipe(v.array(cell), v.maxLength(MOST_CELLS)),
  }),
  v.title('netcmp.sweep/1'),
  v.description('What netcmp measured in every cell of a grid, and which differences are real.'),
)

/** The first line of a sweep’s file. */
export const sweepHeadSchema = v.object({
  type: v.literal('sweep'),
  ...known,
  cells: v.pipe(v.array(v.object({ parameters })), v.maxLength(MOST_CELLS)),
  engine: name,
  /** What was asked for, by the option’s name: enough to go on with it. */
  options: v.record(name, v.union([text, v.boolean(), v.array(text)])),
})

/** Any other line of it. */
export const sweepLineSchema = v.object({ type: v.literal('run'), cell: whole, ...run.entries })

export type SweepDocument = v.InferOutput<typeof sweepSchema>
export type SweepHead = v.InferOutput<typeof sweepHeadSchema>
export type SweepLine = v.InferOutput<typeof sweepLineSchema>
export type SweepCell = SweepDocument['cells'][number]
export type SweepSummary = SweepCell['summary'][number]
/** A value of what varies. */
export type ParameterValue = v.InferOutput<typeof value>
export type Parameters = v.InferOutput<typeof parameters>
