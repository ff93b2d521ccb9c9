import { formatHostPort } from '../../core/address.ts'
import { NetcmpError } from '../../core/errors.ts'
import type { ConnectedLink } from '../../lab/link-client.ts'
import { deliveriesOf } from '../../packets/deliveries.ts'
import { ladderOf } from '../../packets/ladder.ts'
import { type LoggedPacket, readPacketLog } from '../../packets/packet-log.ts'
import { unansweredOf } from '../../report/trace/answers.ts'
import { isUnderWay } from '../../report/trace/labels.ts'
import type { Warning } from '../../result/schema.ts'
import type { TracedCall, TracedConversation } from '../../result/trace-schema.ts'
import { type Conversed, converse } from './ends.ts'
import type { TracedTransport, TracePlan } from './plan.ts'

/** Where the echo is: port 7 (RFC 862) is only for who may bind it. */
const ECHO_PORT = 7118

/** A conversation as the link saw it. */
export interface Traced {
  readonly conversation: TracedConversation
  readonly packets: readonly LoggedPacket[]
  readonly warnings: Warning[]
  /** Why it ended early. */
  readonly failure: NetcmpError | undefined
}

/** Has the two hosts talk, and reads what the link logged meanwhile. The link has just been cut. */
export async function traceConversation(
  link: ConnectedLink,
  { host, config, tcpPatienceNs, recordsCalls }: TracePlan,
  transport: TracedTransport,
  signal: AbortSignal,
): Promise<Traced> {
  const patienceNs = transport === 'tcp' ? tcpPatienceNs : config.timeoutNs
  const task = { transport, address: formatHostPort(host, ECHO_PORT), config, patienceNs, recordsCalls }
  const conversed = await converse(task, signal, link.gone)
  const { log, unloggedCount, unseenCount } = await link.cut()
  if (log === null) throw new NetcmpError('INTERNAL', 'trace: the link could not keep its log')
  const { packets } = readPacketLog(log)
  const zeroNs = beginOf(conversed, packets)
  const talk = { transport, serverPort: ECHO_PORT, messageBytes: config.sizeBytes }
  const ladder = ladderOf(packets, talk, zeroNs) ?? { client: null, server: null, packets: [] }
  const missing = unloggedCount + unseenCount
  const text = `${transport}: ${missing} packets are missing from the picture: there were more than the link could log`
  const conversation = {
    transport,
    ...ladder,
    error: conversed.failure?.message ?? null,
    calls: recordsCalls ? callsOf(conversed, zeroNs) : null,
    deliveries: deliveriesOf(packets, talk, zeroNs),
    unanswered: conversed.client.unanswered?.slice() ?? null,
  }
  return {
    conversation,
    packets,
    warnings: missing === 0 ? [] : [{ code: 'unlogged', text }],
    failure: conversed.failure ?? noAnswer(conversation),
  }
}

/** A conversation that ran to its end, and in which nobody answered, has failed all the same. */
function noAnswer(conversation: TracedConversation): NetcmpError | undefined {
  const { transport, packets, deliveries } = conversation
  const { never, late } = unansweredOf(conversation)
  if (deliveries.length === 0 || never.length + late.length < deliveries.length) return undefined
  const which = deliveries.length === 1 ? 'the message was not' : `none of ${deliveries.length} messages was`
  const isLate = late.length > 0 || packets.some(isUnderWay)
  return new NetcmpError(
    'TIMEOUT',
    `${transport}: ${which} answered${isLate ? ' in time (raise --timeout)' : ''}`,
  )
}

/** When the client did the first thing: what the server did before that is before 0. */
function beginOf({ client, server }: Conversed, packets: readonly LoggedPacket[]): number {
  const first = packets.find(({ direction, number }) => direction === 'up' && number > 0)?.inNs
  const call = client.calls[0]?.beginNs
  const moments = [first, call].flatMap((ns) => (ns === undefined ? [] : [ns]))
  return moments.length > 0 ? Math.min(...moments) : (server.calls[0]?.beginNs ?? 0)
}

function callsOf(conversed: Conversed, zeroNs: number): TracedCall[] {
  const at = (end: 'client' | 'server') =>
    conversed[end].calls.map(({ name, arguments: given, result, beginNs, endNs }) => {
      return { at: end, name, arguments: given, result, beginNs: beginNs - zeroNs, endNs: endNs - zeroNs }
    })
  return [...at('client'), ...at('server')].sort((a, b) => a.beginNs - b.beginNs)
}
