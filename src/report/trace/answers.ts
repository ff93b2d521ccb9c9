import type { TracedConversation } from '../../result/trace-schema.ts'

/** Messages of which no answer reached the client whole: it gave up on them. */
export function unansweredOf({ packets, deliveries }: TracedConversation): number[] {
  const answers = packets.filter(
    ({ from, outNs, isCorrupt }) => from === 'server' && outNs !== null && !isCorrupt,
  )
  const answered = new Set(answers.flatMap(({ messages }) => messages))
  return deliveries.map(({ message }) => message).filter((message) => !answered.has(message))
}
