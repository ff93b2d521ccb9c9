import type { TracedConversation } from '../../result/trace-schema.ts'
import { formatValue } from '../format-value.ts'
import { transportLabel } from '../text.ts'

/** What a timeline shows, in one sentence. */
export function timelineSentence({ transport, deliveries }: TracedConversation): string {
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
  const never = missing.length === 0 ? 'every message came' : `${listed(missing)} never came`
  return `${label}: ${waited}; ${never}.`
}

/** Names a few of them, and says how many more there are. */
export function listed(messages: readonly number[]): string {
  const named = messages.slice(0, 5).join(', ')
  const more = messages.length > 5 ? ` and ${messages.length - 5} more` : ''
  return `${messages.length === 1 ? 'message' : 'messages'} ${named}${more}`
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
