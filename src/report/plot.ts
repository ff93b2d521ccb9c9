import asciichart from 'asciichart'
import { flow, type Paint, type Style } from './text.ts'
import type { VerticalScale } from './vertical-scale.ts'

/** How one of several series is drawn. */
export interface Stroke {
  /** In asciichart's order, so that each series shows without colour too. */
  readonly symbols: readonly string[]
  readonly sample: string
  readonly style: Style
}

export const strokes: readonly Stroke[] = [
  { symbols: [...'┼┤╶╴─╰╭╮╯│'], sample: '──', style: 'cyan' },
  { symbols: [...'╪┤╶╴═╚╔╗╝║'], sample: '══', style: 'magenta' },
  { symbols: [...'┿┤╺╸━┗┏┓┛┃'], sample: '━━', style: 'green' },
  { symbols: [...'┼┤········'], sample: '··', style: 'blue' },
  { symbols: [...'┼┤╌╌╌╌╌╌╌┆'], sample: '╌╌', style: 'yellow' },
]

interface Drawn {
  readonly values: readonly number[]
  readonly stroke: Stroke
  /** Columns of the plot in which it is not to be seen; default: none. */
  isHidden?(column: number): boolean
}

/**
 * The series on one scale, its labels before it; each is drawn with lines of its own, the later above. A column lies between
 * two values of a series. Values are finite, and of every series as many.
 */
export function plotted(series: readonly Drawn[], scale: VerticalScale, paint: Paint): string[] {
  const labels = labelColumns(scale)
  const height = scale.labels.length - 1
  const plots = series.map(({ values, stroke, isHidden }) => {
    const rows = asciichart
      .plot(values.map(scale.levelOf), {
        offset: 2,
        min: 0,
        max: height,
        height,
        symbols: stroke.symbols,
        format: (level) => `${(scale.labels[Math.round(level)] ?? '').padStart(labels)} `,
      })
      .split('\n')
      // Its mark of the zero line stands at the top of any scale: none is wanted.
      .map((row, at) => (at === 0 && !beginsAtTop(values, scale) ? markless(row, labels + 1) : row))
    if (isHidden === undefined) return rows
    const from = labels + 1
    return rows.map((row) =>
      [...row]
        .map((each, at) => {
          if (at < from || !isHidden(Math.max(0, at - from - 1))) return each
          return at === from ? '┤' : ' '
        })
        .join(''),
    )
  })
  return overlaid(plots, labels + 1, series, paint)
}

const beginsAtTop = (values: readonly number[], { levelOf, labels }: VerticalScale): boolean =>
  Math.round(levelOf(values[0] ?? 0)) === labels.length - 1

const markless = (row: string, axis: number): string => `${row.slice(0, axis)}┤${row.slice(axis + 1)}`

/** A title, and beside or beneath it which series is which. */
export function plotHeading(
  title: string,
  series: readonly { readonly label: string; readonly stroke: Stroke }[],
  columns: number,
  paint: Paint,
): string[] {
  const legend = series.map(({ label, stroke }) => `${stroke.sample} ${label}`)
  return flow([title, ...legend], columns).map((text) => {
    const isTitle = text.startsWith(title)
    const samples = isTitle ? text.slice(title.length) : text
    const colored = series.reduce(
      (done, { stroke }) => done.replace(stroke.sample, paint(stroke.style, stroke.sample)),
      samples,
    )
    return isTitle ? paint('bold', title) + colored : colored
  })
}

/** Columns of a plot's labels; one blank and its axis follow. */
export function labelColumns({ labels }: VerticalScale): number {
  return Math.max(...labels.map((label) => label.length))
}

/** Lays the plots over one another, the later above; each is drawn with lines of its own. */
function overlaid(
  plots: readonly (readonly string[])[],
  from: number,
  series: readonly Drawn[],
  paint: Paint,
): string[] {
  const grids = plots.map((plot) => plot.map((row) => [...row]))
  return (grids[0] ?? []).map((first, row) => {
    const parts: { owner: number; text: string }[] = []
    for (const [column, character] of first.entries()) {
      const owner = grids.findLastIndex(
        (grid) => column >= from && !' ┤'.includes(grid[row]?.[column] ?? ' '),
      )
      const drawn = grids[owner]?.[row]?.[column] ?? character
      const last = parts.at(-1)
      if (last?.owner === owner) last.text += drawn
      else parts.push({ owner, text: drawn })
    }
    return parts
      .map(({ owner, text }, index) => {
        const shown = index === parts.length - 1 ? text.trimEnd() : text
        const style = series[owner]?.stroke.style
        return style === undefined || shown === '' ? shown : paint(style, shown)
      })
      .join('')
  })
}
