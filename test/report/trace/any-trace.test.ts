import fc from 'fast-check'
import { expect, it } from 'vitest'
import { printable, widthOf } from '../../../src/report/text.ts'
import { renderTrace, traceFormats } from '../../../src/report/trace/render.ts'
import { parseSaved } from '../../../src/result/read.ts'
import type { TraceDocument, TracedConversation, TracedPacket } from '../../../src/result/trace-schema.ts'
import { writeTrace } from '../../../src/result/write.ts'
import { sampleTrace } from './sample-trace.ts'

// Any trace that can be read can be shown: nothing overflows, throws, or breaks out of the markup.

const leak = /NaN|undefined|null|Infinity|\[object/
const clean = (text: string) => !leak.test(printable(text))
const text = fc.oneof(
  fc.constantFrom('</text><script>x</script>', '"\'&<>', '%%{init}%%', 'a;b#c', '日本語'),
  fc.string({ unit: 'binary', maxLength: 100 }).filter(clean),
)
const name = fc.string({ unit: 'binary', minLength: 1, maxLength: 64 }).filter(clean)
const moment = fc.oneof(fc.integer({ min: -1e6, max: 2e9 }), fc.constantFrom(0, 1e15, -1e15, 1e-300))
const end = fc.constantFrom('client' as const, 'server' as const)
const count = fc.oneof(fc.integer({ min: 0, max: 200 }), fc.maxSafeNat())

const unanswered: fc.Arbitrary<number[] | null> = fc.option(
  fc.array(fc.integer({ min: 1, max: 60 }), { maxLength: 12 }),
)

const packet: fc.Arbitrary<TracedPacket> = fc.record({
  from: end,
  number: fc.integer({ min: 1, max: 1000 }),
  inNs: moment,
  outNs: fc.option(moment),
  fate: fc.constantFrom('delivered', 'lost', 'burst-lost', 'dropped', 'queue-full', 'under-way'),
  isCopy: fc.boolean(),
  isCorrupt: fc.boolean(),
  isReordered: fc.boolean(),
  packetBytes: count,
  payloadBytes: count,
  segment: fc.option(
    fc.record({
      flags: fc.array(name, { maxLength: 4 }),
      seq: count,
      ack: fc.option(count),
      window: count,
      repeats: fc.option(count),
      isDuplicateAck: fc.boolean(),
    }),
  ),
  fragment: fc.option(fc.record({ offsetBytes: count, isLast: fc.boolean() })),
  messages: fc.array(fc.integer({ min: 1, max: 99 }), { maxLength: 3 }),
  frames: fc.array(name, { maxLength: 3 }),
  icmp: fc.option(text),
})

const conversation: fc.Arbitrary<TracedConversation> = fc.record({
  transport: fc.constantFrom('tcp', 'udp'),
  client: fc.option(text),
  server: fc.option(text),
  error: fc.option(text),
  packets: fc.array(packet, { maxLength: 12 }),
  calls: fc.option(
    fc.array(fc.record({ at: end, name, arguments: text, result: text, beginNs: moment, endNs: moment }), {
      maxLength: 8,
    }),
  ),
  deliveries: fc.array(
    fc.record({
      message: fc.oneof(fc.integer({ min: 1, max: 60 }), fc.constant(10_000_000)),
      sentNs: moment,
      arrivedNs: fc.option(moment),
      deliverableNs: fc.option(moment),
    }),
    { maxLength: 12 },
  ),
  unanswered,
})

const anyTrace: fc.Arbitrary<TraceDocument> = fc
  .tuple(
    fc.array(conversation, { minLength: 1, maxLength: 3 }),
    fc.constantFrom('ladder' as const, 'timeline' as const),
  )
  .map(([conversations, view]) => sampleTrace(conversations, view))

it('is shown within the width, in every format', () => {
  fc.assert(
    fc.property(
      anyTrace,
      fc.oneof(fc.integer({ min: 40, max: 100 }), fc.integer({ min: 158, max: 170 })),
      (document, columns) => {
        const read = parseSaved(writeTrace(document), 'any.json') as TraceDocument
        for (const format of traceFormats) {
          if (format === 'mermaid' && document.config.view === 'timeline') continue
          const shown = renderTrace(read, { format, columns, color: false })
          expect(shown.endsWith('\n')).toBe(true)
          if (format === 'json') continue
          expect(shown.replaceAll(/infinite/gi, '')).not.toMatch(leak)
          expect(shown.replaceAll('\n', '')).not.toMatch(/\p{Cc}/u)
          if (format === 'svg') expectWellFormed(shown)
          if (format === 'mermaid') {
            const line = /^( {2}(box|participant|end|Note|[CS]\d+(->>|-x|-\))[CS]\d+:).*|sequenceDiagram|)$/
            for (const each of shown.split('\n')) expect(each).toMatch(line)
            expect(shown.replaceAll('<br/>', '').replaceAll(/#\d+;/g, '')).not.toMatch(/[<#;"]/)
          }
          if (format !== 'table') continue
          for (const line of shown.split('\n'))
            expect(widthOf(line)).toBeLessThanOrEqual(columns < 160 ? Math.min(80, columns) : columns)
        }
      },
    ),
    { seed: 20_261_127, numRuns: 300 },
  )
}, 60_000)

/** Every element that opens is closed, in order; nothing but our own elements and attributes. */
function expectWellFormed(svg: string): void {
  const open: string[] = []
  const rest = svg
    .replace(/<style>[^<]*<\/style>/, '')
    .replace(
      /<(\/?)([a-z]+)((?: [a-zA-Z-0-9]+="[^"<]*")*)(\/?)>/g,
      (_, closes, tag, _attributes, isEmpty) => {
        expect(['svg', 'title', 'rect', 'g', 'line', 'text']).toContain(tag)
        if (closes) expect(open.pop()).toBe(tag)
        else if (!isEmpty) open.push(tag)
        return ''
      },
    )
  expect(open).toEqual([])
  expect(rest).not.toMatch(/[<>"']|&(?!amp;|lt;|gt;|quot;|#39;)/)
}
