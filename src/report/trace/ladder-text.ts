import type { TracedCall, TracedConversation } from '../../result/trace-schema.ts'
import { Canvas } from '../canvas.ts'
import { formatValue } from '../format-value.ts'
import { GLUE, type Paint, type Style, wrap } from '../text.ts'
import { callText, isRepeat, isUnderWay, labelsOf, lossWords } from './labels.ts'
import type { Path } from './ladder-paths.ts'
import {
  LABEL_COLUMNS,
  type LadderPlan,
  LEAST_CALL_COLUMNS,
  LOSS_COLUMNS,
  planLadder,
} from './ladder-plan.ts'
import { rowsOf, type TraceRow } from './rows.ts'
import { timeTexts } from './times.ts'

type End = 'client' | 'server'

const styles = { client: 'cyan', server: 'magenta' } as const satisfies Record<End, Style>

/** Of an arrow: where it turns down, where it turns to its end, and its head. */
const pieces = {
  client: { down: '╮', across: '╰', head: '▶' },
  server: { down: '╭', across: '╯', head: '◀' },
} as const
/** What a host takes and throws away. */
const SPOILT_HEAD = 'x'
/** Where an arrow ends midway: what is lost, and what is still under way. */
const LOST_END = 'x'
const OPEN_END = '…'

/**
 * A conversation as two life lines with an arrow for each packet, time running down: a line for every departure, arrival
 * and call. An arrow begins behind its label, goes down in a lane of its own and ends at the other life line. No line is
 * longer than `columns`.
 */
export function drawLadder(conversation: TracedConversation, columns: number, paint: Paint): string[] {
  const rows = rowsOf(conversation)
  if (rows.length === 0) return ['no packet came to the link']
  const times = timeTexts(rows.map(({ atNs }) => atNs))
  const timeColumns = times.reduce((most, text) => Math.max(most, text.length), 'ms'.length)
  const width = columns - timeColumns - 3
  const plan = planLadder(rows, width)
  const texts = rows.map((row, index) =>
    row.kind === 'call' ? callLines(row.call, callColumns(plan.roomAt(index, row.call.at), width)) : [''],
  )
  const lineOf: number[] = []
  let height = 0
  for (const { length } of texts) {
    lineOf.push(height)
    height += length
  }
  const canvas = new Canvas(width, height)
  for (const path of plan.paths) drawArrow(canvas, path, plan, lineOf, width)
  for (const path of plan.paths) writeLabel(canvas, path, plan, lineOf[path.fromRow] ?? 0, width)
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

/** Between two blanks, beside whatever is on its way. */
function callColumns(room: number, width: number): number {
  return Math.max(LEAST_CALL_COLUMNS, Math.min(width - 2, room)) - 2
}

/** In as many lines as it takes; what it returned stays together. */
function callLines(call: TracedCall, columns: number): string[] {
  return wrap(callText(call).replaceAll(' = ', ` =${GLUE}`), columns, '  ')
}

/** The life lines beside a line: where something leaves, a branch. */
function edgesOf(row: TraceRow, part: number): readonly [left: string, right: string] {
  if (row.kind === 'pause') return ['┊', '┊']
  const end = row.kind === 'leaves' ? row.packet.from : row.kind === 'call' ? row.call.at : undefined
  if (part > 0 || end === undefined) return ['│', '│']
  return end === 'client' ? ['├', '│'] : ['│', '┤']
}

function drawArrow(
  canvas: Canvas,
  path: Path,
  plan: LadderPlan,
  lineOf: readonly number[],
  width: number,
): void {
  const { packet, fromRow, toRow } = path
  const { from } = packet
  const style = styles[from]
  const { down, across, head } = pieces[from]
  const at = (distance: number) => (from === 'client' ? distance : width - 1 - distance)
  const strokes = (line: number, begin: number, end: number) => {
    for (let distance = begin; distance < end; distance++) canvas.line(line, at(distance), '─', style)
  }
  const first = lineOf[fromRow] ?? 0
  if (toRow === null) {
    strokes(first, 0, lossDistance(path, plan, width))
    return
  }
  const lane = at(plan.lanes.get(path) ?? 0)
  const last = lineOf[toRow] ?? first + 1
  strokes(first, 0, lane)
  canvas.line(first, at(lane), down, style)
  for (let line = first + 1; line < last; line++) canvas.line(line, at(lane), '│', style)
  canvas.line(last, at(lane), across, style)
  strokes(last, lane + 1, width - 1)
  canvas.write(last, at(width - 1), packet.isCorrupt ? SPOILT_HEAD : head, style)
}

/** Columns for a label and what stands behind it. */
function roomOf({ packet, fromRow }: Path, plan: LadderPlan, width: number): number {
  return Math.min(width, plan.roomAt(fromRow, packet.from))
}

/** The fullest that leaves room for its arrow, or for what ended it. */
function labelOf(path: Path, plan: LadderPlan, width: number): string {
  const { packet, toRow } = path
  const lost = toRow === null ? lossWords[packet.fate].length + LOSS_COLUMNS : 0
  const room = roomOf(path, plan, width) - LABEL_COLUMNS - lost
  const labels = labelsOf(packet)
  return labels.find((text) => text.length <= room) ?? (labels.at(-1) ?? '').slice(0, Math.max(0, room))
}

/** Midway, where that is behind what is written, and leaves room for what ended it. */
function lossDistance(path: Path, plan: LadderPlan, width: number): number {
  const behind = labelOf(path, plan, width).length + LABEL_COLUMNS
  const words = lossWords[path.packet.fate].length + LOSS_COLUMNS
  return Math.max(behind, Math.min(Math.floor(width / 2), roomOf(path, plan, width) - words))
}

function writeLabel(canvas: Canvas, path: Path, plan: LadderPlan, line: number, width: number): void {
  const { packet, toRow } = path
  const write = (distance: number, text: string, style?: Style) => {
    const column = packet.from === 'client' ? distance : width - distance - text.length
    canvas.write(line, column, text, style)
  }
  const isOpen = isUnderWay(packet)
  const isSpoilt = (toRow === null && !isOpen) || packet.isCorrupt
  const style = isSpoilt ? 'red' : isRepeat(packet.segment) ? 'yellow' : undefined
  write(1, ` ${labelOf(path, plan, width)} `, style)
  if (toRow === null) {
    const words = lossWords[packet.fate]
    const mark = isOpen ? OPEN_END : LOST_END
    const text = packet.from === 'client' ? ` ${mark} ${words} ` : ` ${words} ${mark} `
    write(lossDistance(path, plan, width), text, isOpen ? 'yellow' : 'red')
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
