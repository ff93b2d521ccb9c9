import { type Metric, metrics } from '../measure/metrics.ts'
import { wrap } from './text.ts'

/** What a transport promises, as far as a list shows it. */
interface Listed {
  readonly name: string
  readonly traits: {
    readonly boundaries: string
    readonly connected: boolean
    readonly answeredBy: 'server' | 'host'
    readonly reliable: boolean
    readonly ordered: boolean
    readonly handshakeRtts: number
    readonly maxMessageBytes: number
  }
  unavailable(): string | undefined
}

const workloads = [
  ['echo', 'numbered messages to a server that returns them: round trips, loss, duplicates, reordering'],
  [
    'connect',
    'dial, ask, hear the answer, close, again and again: what a conversation costs to begin and to end',
  ],
  ['bulk', 'as much as the path takes, up, down or both: goodput by the receiver’s count'],
  [
    'chat',
    'members of one room, each speaking on schedule: delivery, loss, and whether all hear the same order',
  ],
] as const

/** The text of `netcmp list`, no wider than `columns`. */
export function catalogue(
  what: 'transports' | 'workloads' | 'metrics',
  transports: readonly Listed[],
  columns: number,
): string {
  const entries =
    what === 'workloads'
      ? workloads
      : what === 'transports'
        ? transports.map((each) => [each.name, promises(each)] as const)
        : (metrics as readonly Metric[]).map((each) => [each.id, explained(each)] as const)
  return listed(entries, columns)
}

/** Names with what they mean, no wider than `columns`. */
export function listed(entries: readonly (readonly [name: string, text: string])[], columns: number): string {
  const width = Math.min(80, columns)
  const indent = Math.min(23, Math.max(...entries.map(([name]) => name.length)) + 2)
  return `${entries.flatMap(([name, text]) => entry(name, text, indent, width)).join('\n')}\n`
}

function entry(name: string, text: string, indent: number, width: number): string[] {
  const narrow = width < 60
  const margin = ' '.repeat(narrow ? 2 : indent)
  const lines = wrap(text, width - margin.length).map((line) => margin + line)
  if (narrow || name.length >= indent) return [name, ...lines]
  return [name.padEnd(indent) + (lines[0] as string).slice(indent), ...lines.slice(1)]
}

function promises({ traits, unavailable }: Listed): string {
  const missing = unavailable()
  return [
    traits.connected ? 'a connection' : 'no connection',
    traits.reliable ? 'every message arrives' : 'messages may be lost',
    traits.ordered ? 'in order' : 'in any order',
    traits.boundaries === 'native'
      ? 'boundaries kept by the network'
      : 'boundaries kept by a length in front',
    `${traits.handshakeRtts} round trip${traits.handshakeRtts === 1 ? '' : 's'} before the first message`,
    `up to ${traits.maxMessageBytes} B`,
    ...(traits.answeredBy === 'host'
      ? ['returned by the far host itself: it needs no server, and runs echo alone']
      : []),
    ...(missing === undefined ? [] : [`not on this computer: ${missing}`]),
  ].join(', ')
}

function explained({ unit, better, source, definition }: Metric): string {
  const direction = better === 'neither' ? '' : `, ${better} is better`
  return `${definition} (${unit}${direction}; ${source})`
}
