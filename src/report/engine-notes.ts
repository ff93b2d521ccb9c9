import type { ResultDocument } from '../result/schema.ts'
import { figureOf } from './rows.ts'
import { joined } from './sentence.ts'
import { glued, printable, transportLabel } from './text.ts'

/** What drove the sockets, for the header: `native`, `native, the server’s node`, or `node (UNIX), native (TCP, UDP)`. */
export function enginesOf({ runs, summary, config }: ResultDocument): string {
  const used = config.transports.flatMap((transport) => {
    const run = runs.find((each) => each.transport === transport)
    const engine = run?.engine ?? summary.find((each) => each.transport === transport)?.engine
    if (engine === undefined) return []
    const [here, far] = [printable(engine), printable(run?.farEngine ?? engine)]
    return { transport, engines: here === far ? here : `${here}, the server’s ${far}` }
  })
  const distinct = [...new Set(used.map(({ engines }) => engines))]
  if (distinct.length < 2) return distinct.join('')
  const those = (engines: string) => used.filter((each) => each.engines === engines)
  return distinct
    .map((each) =>
      glued(
        `${each} (${those(each)
          .map(({ transport }) => transportLabel(transport))
          .join(', ')})`,
      ),
    )
    .join(', ')
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
    ...unreadNote(unread),
  ]
}

/** Of transports whose receiver left bulk's payload unread. */
export function unreadNote(transports: readonly string[]): string[] {
  if (transports.length === 0) return []
  const names = joined(transports.map(transportLabel))
  return [
    `goodput (${names}): the receiver counts payload, and does not read it: MSG_TRUNC (--verify reads it)`,
  ]
}
