import type { TracedConversation } from '../../result/trace-schema.ts'
import { formatValue } from '../format-value.ts'
import { transportLabel } from '../text.ts'
import { unansweredOf, unansweredWords } from './answers.ts'
import { isUnderWay } from './labels.ts'
import { listed } from './listed.ts'

/** What a timeline shows, in one sentence. */
export function timelineSentence(conversation: TracedConversation): string {
  const { transport, packets, deliveries } = conversation
  const label = transportLabel(transport)
  if (deliveries.length === 0) return `${label}: no message came to the link.`
  const waits = deliveries.flatMap(({ arrivedNs, deliverableNs }) =>
    arrivedNs !== null && deliverableNs !== null && deliverableNs > arrivedNs
      ? [deliverableNs - arrivedNs]
      : [],
  )
  const longest = waits.reduce((a, b) => Math.max(a, b), 0)
  const missing = deliveries
    .filter(({ deliverableNs }) => deliverableNs === null)
    .map(({ message }) => message)
  const waited =
    waits.length === 0
      ? 'no message waited for an earlier one'
      : `${waits.length} of ${deliveries.length} messages waited for an earlier one, the longest ${formatValue(longest, 'ns')}`
  const onTheWay = new Set(
    packets.filter((each) => each.from === 'client' && isUnderWay(each)).flatMap(({ messages }) => messages),
  )
  const open = missing.filter((message) => onTheWay.has(message))
  const never = missing.filter((message) => !onTheWay.has(message))
  const { late } = unansweredOf(conversation)
  const parts = [
    waited,
    ...(missing.length === 0 ? ['every message came'] : []),
    ...(never.length > 0 ? [`${listed(never)} never came`] : []),
    ...(open.length > 0 ? [`${listed(open)} still under way at the end`] : []),
    ...unansweredWords({ never: [], late }),
  ]
  return `${label}: ${parts.join('; ')}.`
}

/** What both axes of a timeline span, so that the panels of all transports can be compared. */
export interface TimelineRange {
  readonly lastMessage: number
  readonly beginNs: number
  readonly endNs: number
}

export function timelineRange(conversations: readonly TracedConversation[]): TimelineRange {
  const all = conversations.flatMap(({ deliveries }) => deliveries)
  const times = all.flatMap(({ sentNs, arrivedNs, deliverableNs }) => [
    sentNs,
    ...(arrivedNs === null ? [] : [arrivedNs]),
    ...(deliverableNs === null ? [] : [deliverableNs]),
  ])
  const beginNs = times.reduce((a, b) => Math.min(a, b), times[0] ?? 0)
  const endNs = times.reduce((a, b) => Math.max(a, b), beginNs)
  return {
    lastMessage: all.reduce((most, { message }) => Math.max(most, message), 1),
    beginNs,
    endNs: endNs > beginNs ? endNs : beginNs + 1,
  }
}
