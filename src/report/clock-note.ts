import type { ResultDocument } from '../result/schema.ts'
import { formatValue } from './format-value.ts'
import { isOwnServer } from './header.ts'
import { figureOf } from './rows.ts'
import { joined } from './sentence.ts'
import { glued, transportLabel } from './text.ts'

/** How far the one-way delays shown can be trusted; undefined where none is shown. */
export function clockNote(document: ResultDocument): string | undefined {
  const { transports } = document.config
  const bounds = transports.flatMap((transport) => {
    const errorNs = figureOf(document, transport, 'echo', 'clockErrorNs')
    const isShown = ['forwardDelayP50Ns', 'reverseDelayP50Ns'].some(
      (metric) => figureOf(document, transport, 'echo', metric) !== null,
    )
    if (errorNs === null || !isShown) return []
    const bound = `±${glued(formatValue(roundedUp(errorNs), 'ns'))}`
    return transports.length > 1 ? `${bound} (${transportLabel(transport)})` : bound
  })
  if (bounds.length === 0) return undefined
  if (isOwnServer(document.config) || document.link) return 'one-way delays: both ends read one clock'
  return `one-way delays are known to ${joined(bounds)}`
}

/** A bound is never shown as less than it is. */
function roundedUp(ns: number): number {
  const step = 10 ** (Math.floor(Math.log10(ns)) - 2)
  const up = Math.ceil(ns / step) * step
  return Number.isFinite(up) ? up : ns
}
