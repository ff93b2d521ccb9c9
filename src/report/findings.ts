import { createPaint, type Paint, pageColumns, type Style, wrap } from './text.ts'

/** One thing about a computer that bends the figures measured on it, or does not. */
export interface Finding {
  /** What was looked at, in at most 16 characters. */
  readonly check: string
  /** `ok`: bends nothing. `note`: to know when reading figures. `warn`: worth changing before measuring. */
  readonly level: 'ok' | 'note' | 'warn'
  /** What was found, and why it matters. */
  readonly text: string
  /** A command that changes it, or shows more. */
  readonly remedy: string | null
}

const styles: Readonly<Record<Finding['level'], Style>> = { ok: 'green', note: 'cyan', warn: 'yellow' }

const LEVEL_COLUMNS = 6
const CHECK_COLUMNS = 18
const NARROW_COLUMNS = 60

/** The text of `netcmp doctor`, no wider than `columns`, nor than 80; 40 at least. */
export function drawFindings(findings: readonly Finding[], columns: number, color: boolean): string {
  const width = pageColumns(columns)
  const paint = createPaint(color)
  const lines = findings.flatMap((finding) => drawFinding(finding, width, paint))
  return `${[...lines, '', ...wrap(summaryOf(findings), width)].join('\n')}\n`
}

function drawFinding({ check, level, text, remedy }: Finding, width: number, paint: Paint): string[] {
  const narrow = width < NARROW_COLUMNS
  const margin = ' '.repeat(narrow ? 2 : LEVEL_COLUMNS + CHECK_COLUMNS)
  const said = wrap(text, width - margin.length)
  const head = paint(styles[level], level) + ' '.repeat(LEVEL_COLUMNS - level.length)
  // A command is to be copied: it gets as long a line as there is.
  const step = narrow ? '  ' : ' '.repeat(LEVEL_COLUMNS)
  const cure =
    remedy === null ? [] : wrap(`try: ${remedy}`, width - step.length, '  ').map((line) => step + line)
  if (narrow) return [head + check, ...said.map((line) => margin + line), ...cure]
  const [first = '', ...rest] = said
  return [head + check.padEnd(CHECK_COLUMNS) + first, ...rest.map((line) => margin + line), ...cure]
}

function summaryOf(findings: readonly Finding[]): string {
  const count = (level: Finding['level']) => findings.filter((each) => each.level === level).length
  const warnings = count('warn')
  if (warnings === 0) return `Nothing to change; ${count('note')} to know when reading figures.`
  return `${warnings} worth changing before measuring, ${count('note')} to know when reading figures.`
}
