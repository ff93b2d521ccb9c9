import type { TracedConversation } from '../../result/trace-schema.ts'
import { listed } from './listed.ts'

/** Messages that had no answer when the client gave up on them. */
export interface Unanswered {
  /** No answer reached it whole later, either. */
  readonly never: readonly number[]
  readonly late: readonly number[]
}

/** By what the client tells; where it does not, by the answers that reached it. */
export function unansweredOf({ packets, deliveries, unanswered }: TracedConversation): Unanswered {
  const answers = packets.filter(
    ({ from, outNs, isCorrupt }) => from === 'server' && outNs !== null && !isCorrupt,
  )
  const answered = new Set(answers.flatMap(({ messages }) => messages))
  return {
    never: deliveries.map(({ message }) => message).filter((message) => !answered.has(message)),
    late: (unanswered ?? []).filter((message) => answered.has(message)),
  }
}

/** `no answer to message 3`, `no answer to messages 1, 2 in time`. */
export function unansweredWords({ never, late }: Unanswered): string[] {
  return [
    ...(never.length > 0 ? [`no answer to ${listed(never)}`] : []),
    ...(late.length > 0 ? [`no answer to ${listed(late)} in time`] : []),
  ]
}
