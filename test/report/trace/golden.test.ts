import { expect, it } from 'vitest'
import { TcpFlag } from '../../../src/packets/tcp-segment.ts'
import { renderTrace, type TraceFormat } from '../../../src/report/trace/render.ts'
import type { TraceDocument } from '../../../src/result/trace-schema.ts'
import { Conversation, tcpEcho, udpEcho, udpOvertaken, udpUnderWay } from '../../packets/conversations.ts'
import { sampleTrace, tcpCalls, tracedFrom } from './sample-trace.ts'

// What people see, byte for byte. After a wanted change: npx vitest run test/report -u, and read the difference.

/** Ten messages, 1 ms apart, the third of which TCP has to send again: the fourth to the tenth wait for it. */
function blocked() {
  const { SYN, ACK } = TcpFlag
  const tcp = new Conversation().tcp('up', 0, SYN, 0, null)
  const udp = new Conversation()
  for (let message = 1; message <= 10; message++) {
    const happened = message === 3 ? { fate: 'dropped' as const } : {}
    tcp.tcp('up', 40 + message, ACK, 64 * (message - 1) + 1, 1, 64, happened)
    udp.udp('up', message, message, 64, happened)
  }
  tcp.tcp('up', 86, ACK, 129, 1, 64)
  return sampleTrace([tracedFrom('tcp', tcp.log), tracedFrom('udp', udp.log)], 'timeline')
}

const both = sampleTrace([tracedFrom('tcp', tcpEcho()), tracedFrom('udp', udpEcho())])
const calls = sampleTrace([tracedFrom('tcp', tcpEcho().slice(0, 5), tcpCalls)])
const overtaken = sampleTrace([tracedFrom('udp', udpOvertaken())])
const underWay = sampleTrace([{ ...tracedFrom('udp', udpUnderWay()), unanswered: [1, 2, 3] }])
const nothing = sampleTrace([
  { ...tracedFrom('tcp', []), error: 'tcp: no answer from 10.9.0.2:7118 within 15 s' },
])

const cases: [file: string, document: TraceDocument, format: TraceFormat, columns: number][] = [
  ['trace-80.txt', both, 'table', 80],
  ['trace-40.txt', both, 'table', 40],
  ['trace-160.txt', both, 'table', 160],
  ['trace-calls-80.txt', calls, 'table', 80],
  ['trace-calls-40.txt', calls, 'table', 40],
  ['trace-overtaken.txt', overtaken, 'table', 80],
  ['trace-under-way.txt', underWay, 'table', 80],
  ['trace-under-way.mermaid', underWay, 'mermaid', 80],
  ['trace-under-way.svg', underWay, 'svg', 80],
  ['trace-nothing.txt', nothing, 'table', 80],
  ['trace.mermaid', both, 'mermaid', 80],
  ['trace-calls.mermaid', calls, 'mermaid', 80],
  ['trace.svg', both, 'svg', 80],
  ['trace-calls.svg', calls, 'svg', 80],
  ['timeline-80.txt', blocked(), 'table', 80],
  ['timeline-40.txt', blocked(), 'table', 40],
  ['timeline.svg', blocked(), 'svg', 80],
]

it.each(cases)('%s', async (file, document, format, columns) => {
  const drawn = renderTrace(document, { format, columns, color: false })
  await expect(drawn).toMatchFileSnapshot(`../../golden/${file}`)
})

it('colour changes nothing but the colour', () => {
  const escapes = new RegExp(`${String.fromCharCode(27)}\\[\\d+m`, 'g')
  for (const document of [both, calls, overtaken, blocked()]) {
    const [plain, colored] = [false, true].map((color) =>
      renderTrace(document, { format: 'table', columns: 80, color }),
    )
    expect(colored).toMatch(escapes)
    expect(colored?.replace(escapes, '')).toBe(plain)
  }
})

it('a timeline has no Mermaid', () => {
  expect(() => renderTrace(blocked(), { format: 'mermaid', columns: 80, color: false })).toThrow(
    'a timeline is drawn as table or svg',
  )
})
