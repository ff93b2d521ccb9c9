import { noImpairments } from '../../../src/lab/impairments.ts'
import { deliveriesOf } from '../../../src/packets/deliveries.ts'
import { ladderOf } from '../../../src/packets/ladder.ts'
import type { LoggedPacket } from '../../../src/packets/packet-log.ts'
import type { TraceDocument, TracedCall, TracedConversation } from '../../../src/result/trace-schema.ts'

type Transport = TracedConversation['transport']

/** A conversation as it is read from a log, with messages of 64 B. */
export function tracedFrom(
  transport: Transport,
  log: readonly LoggedPacket[],
  calls: TracedCall[] | null = null,
): TracedConversation {
  const talk = { transport, serverPort: 7117, messageBytes: 64 }
  const ladder = ladderOf(log, talk, 0) ?? { client: null, server: null, packets: [] }
  return { transport, ...ladder, error: null, calls, deliveries: deliveriesOf(log, talk, 0) }
}

export function sampleTrace(
  conversations: TracedConversation[],
  view: TraceDocument['config']['view'] = 'ladder',
): TraceDocument {
  const both = { ...noImpairments, delayNs: 20e6, drop: [] }
  return {
    schema: 'netcmp.trace/1',
    tool: {
      name: 'netcmp',
      version: '0.1.0',
      startedAt: '2026-11-21T08:15:42.000Z',
      durationNs: 2_100_000_000,
      command: ['trace'],
    },
    host: { platform: 'linux', release: '6.18.0', arch: 'x64', cpu: 'Some CPU', cores: 2, node: '20.20.2' },
    config: {
      view,
      messages: 3,
      sizeBytes: 64,
      ratePerSec: null,
      timeoutNs: 1e9,
      halfOpenNs: 250e6,
      link: { maker: 'relay', mtuBytes: 1500, seed: 1, up: both, down: both },
    },
    conversations,
    warnings: [],
  }
}

/** What sockets were told at both ends of `tcpEcho`, as far as the first message. */
export const tcpCalls: TracedCall[] = [
  callAt('server', -150.2, 'socket', 'AF_INET, SOCK_STREAM | SOCK_NONBLOCK', '20'),
  callAt('server', -150.1, 'bind', '20, 10.9.0.2:7117', '0'),
  callAt('server', -150, 'listen', '20, 511', '0'),
  callAt('client', -0.4, 'socket', 'AF_INET, SOCK_STREAM | SOCK_NONBLOCK', '20'),
  callAt('client', -0.1, 'connect', '20, 10.9.0.2:7117', 'EINPROGRESS'),
  callAt('client', 40.3, 'getsockopt', '20, SO_ERROR', '0: no error'),
  callAt('client', 40.4, 'send', '20, 64 B', '64'),
  callAt('server', 60.4, 'accept4', '20', '21'),
]

function callAt(at: TracedCall['at'], ms: number, name: string, given: string, result: string): TracedCall {
  return { at, name, arguments: given, result, beginNs: ms * 1e6, endNs: ms * 1e6 + 4000 }
}
