import type { ResultDocument } from '../result/schema.ts'
import { figureOf } from './rows.ts'
import { joined } from './sentence.ts'
import { printable, transportLabel } from './text.ts'

/** What drove the sockets, in a word for the header: `native`, or `native, the server’s node`. */
export function enginesOf({ runs, summary }: ResultDocument): string {
  const names = (all: readonly (string | undefined)[]) =>
    [...new Set(all.flatMap((each) => each ?? []).map(printable))].join(', ')
  const here = names([...summary, ...runs].map(({ engine }) => engine))
  const far = names(runs.map(({ farEngine }) => farEngine))
  return far === '' || far === here ? here : `${here}, the server’s ${far}`
}

/** What the engines had to do without, and what they left out: both change what the figures mean. */
export function engineNotes(document: ResultDocument): string[] {
  const { runs, config } = document
  const missing = config.transports.flatMap((transport) => {
    const { capabilities = {} } = runs.find((run) => run.transport === transport) ?? {}
    const names = Object.keys(capabilities).filter((name) => capabilities[name] === false)
    return names.length === 0 ? [] : [`${transportLabel(transport)} without ${joined(names.map(printable))}`]
  })
  const unread = config.transports.filter(
    (each) => (figureOf(document, each, 'bulk', 'unreadRatio') ?? 0) > 0,
  )
  return [
    ...(missing.length === 0 ? [] : [`${missing.join('; ')} (netcmp doctor says what that costs)`]),
    ...(unread.length === 0
      ? []
      : [
          `goodput (${joined(unread.map(transportLabel))}): the receiver counts payload, and does not read it: MSG_TRUNC (--verify reads it)`,
        ]),
  ]
}
