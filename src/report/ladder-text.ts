import type { TracedCall, TracedConversation } from '../result/trace-schema.ts'
import { Canvas } from './canvas.ts'
import { formatValue } from './format-value.ts'
import { type Path, pathsOf, stepsOf } from './ladder-paths.ts'
import { GLUE, type Paint, type Style, wrap } from './text.ts'
import { callText, isRepeat, labelsOf, lossWords } from './trace-labels.ts'
import { rowsOf, type TraceRow } from './trace-rows.ts'
import { timeTexts } from './trace-times.ts'

type End = 'client' | 'server'

const styles = { client: 'cyan', server: 'magenta' } as const satisfies Record<End, Style>

/** Of an arrow: what bends, and its head. */
const pieces = {
  client: { turn: '╮', again: '╰', head: '▶' },
  server: { turn: '╭', again: '╯', head: '◀' },
} as const
/** What a host takes and throws away. */
const SPOILT_HEAD = 'x'
const LEAST_ARROW = 4

/**
 * A conversation as two life lines with an arrow for each packet, time running down: a line for every departure, arrival
 * and call, so that arrows slope, and those of packets that overtake others cross. No line is longer than `columns`.
 */
export function drawLadder(conversation: TracedConversation, columns: number, paint: Paint): string[] {
  const rows = rowsOf(conversation)
  if (rows.length === 0) return ['no packet came to the link']
  const times = timeTexts(rows.map(({ atNs }) => atNs))
  const timeColumns = times.reduce((most, text) => Math.max(most, text.length), 'ms'.length)
  const width = columns - timeColumns - 3
  const texts = rows.map((row) => (row.kind === 'call' ? callLines(row.call, width) : ['']))
  const lineOf: number[] = []
  let height = 0
  for (const { length } of texts) {
    lineOf.push(height)
    height += length
  }
  const canvas = new Canvas(width, height)
  const paths = pathsOf(rows, lineOf)
  for (const path of paths) drawArrow(canvas, path, width)
  for (const path of paths) writeLabel(canvas, path, width)
  for (const [index, row] of rows.entries()) {
    if (row.kind === 'call') writeCall(canvas, lineOf[index] ?? 0, row.call.at, texts[index] ?? [], width)
    if (row.kind === 'pause') writePause(canvas, lineOf[index] ?? 0, row.lastsNs, width)
  }
  const edges = rows.flatMap((row, index) => (texts[index] ?? []).map((_, part) => edgesOf(row, part)))
  const stamps = rows.flatMap((row, index) => {
    const time = row.kind === 'pause' ? '' : (times[index] ?? '')
    return (texts[index] ?? []).map((_, part) => (part === 0 ? time : ''))
  })
  const names = `${'ms'.padStart(timeColumns)} ${'client'.padEnd(width + 2 - 'server'.length)}server`
  return [
    names,
    ...edges.map(([left, right], line) => {
      const stamp = (stamps[line] ?? '').padStart(timeColumns)
      return `${stamp} ${left}${canvas.row(line, paint)}${right}`
    }),
  ]
}

/** In as many lines as it takes; what it returned stays together. */
function callLines(call: TracedCall, width: number): string[] {
  return wrap(callText(call).replaceAll(' = ', ` =${GLUE}`), width - 4, '  ')
}

/** The life lines beside a line: where something leaves, a branch. */
function edgesOf(row: TraceRow, part: number): readonly [left: string, right: string] {
  if (row.kind === 'pause') return ['┊', '┊']
  const end = row.kind === 'leaves' ? row.packet.from : row.kind === 'call' ? row.call.at : undefined
  if (part > 0 || end === undefined) return ['│', '│']
  return end === 'client' ? ['├', '│'] : ['│', '┤']
}

function drawArrow(canvas: Canvas, path: Path, width: number): void {
  const { packet, fromLine, toLine } = path
  const { from } = packet
  const style = styles[from]
  const columnOf = (distance: number) => (from === 'client' ? distance : width - 1 - distance)
  if (toLine === null) {
    for (let at = 0; at < lossDistance(path, width); at++) canvas.line(fromLine, columnOf(at), '─', style)
    return
  }
  const lines = toLine - fromLine + 1
  const written = path.isAccompanied ? 0 : labelOf(path, width).length + LEAST_ARROW
  const steps = stepsOf(lines, width - 1, Math.min(written, width - LEAST_ARROW - lines))
  const { turn, again, head } = pieces[from]
  for (let line = 0; line < lines; line++) {
    const isLast = line === lines - 1
    const [begin = 0, next = 0] = [steps[line], steps[line + 1]]
    // Side by side the bends of two arrows would touch.
    const end = isLast || !path.isAccompanied ? next : Math.max(begin, next - 1)
    for (let at = begin; at <= end; at++) {
      const isBegin = line > 0 && at === begin
      const isEnd = !isLast && at === end
      const piece = isBegin && isEnd ? '│' : isBegin ? again : isEnd ? turn : '─'
      canvas.line(fromLine + line, columnOf(at), piece, style)
    }
  }
  canvas.write(toLine, columnOf(width - 1), packet.isCorrupt ? SPOILT_HEAD : head, style)
}

/** The fullest that leaves room for its arrow, or for what ended it. */
function labelOf({ packet, toLine }: Path, width: number): string {
  const room = width - 2 * LEAST_ARROW - (toLine === null ? lossWords[packet.fate].length + 2 : 0)
  const labels = labelsOf(packet)
  return labels.find((text) => text.length <= room) ?? (labels.at(-1) ?? '').slice(0, Math.max(0, room))
}

/** Midway, or behind what is written. */
function lossDistance(path: Path, width: number): number {
  const behind = labelOf(path, width).length + LEAST_ARROW
  return Math.max(behind, Math.floor(width / 2))
}

function writeLabel(canvas: Canvas, path: Path, width: number): void {
  const { packet, fromLine, toLine } = path
  const write = (distance: number, text: string, style?: Style) => {
    const column = packet.from === 'client' ? distance : width - distance - text.length
    canvas.write(fromLine, column, text, style)
  }
  const isRepeated = isRepeat(packet.segment)
  write(
    1,
    ` ${labelOf(path, width)} `,
    toLine === null || packet.isCorrupt ? 'red' : isRepeated ? 'yellow' : undefined,
  )
  if (toLine === null) {
    const words = lossWords[packet.fate]
    write(lossDistance(path, width), packet.from === 'client' ? ` x ${words}` : `${words} x `, 'red')
  }
}

function writeCall(canvas: Canvas, line: number, at: End, texts: readonly string[], width: number): void {
  for (const [part, text] of texts.entries()) {
    const shown = ` ${text} `
    canvas.write(line + part, at === 'client' ? 0 : width - shown.length, shown, 'dim')
  }
}

function writePause(canvas: Canvas, line: number, lastsNs: number, width: number): void {
  const text = ` ${formatValue(lastsNs, 'ns')} `
  canvas.write(line, Math.max(0, Math.floor((width - text.length) / 2)), text, 'dim')
}
