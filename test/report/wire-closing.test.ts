import { describe, expect, it } from 'vitest'
import { verdictsOf } from '../../src/compare/verdicts.ts'
import { cellsOf } from '../../src/report/cells.ts'
import { closingOf } from '../../src/report/closing.ts'
import { rowsOf } from '../../src/report/rows.ts'
import type { Metrics, ResultDocument, Verdict } from '../../src/result/schema.ts'
import { labResult } from './lab-sample.ts'

const closing = (document: ResultDocument) => closingOf(document).replaceAll('\u00A0', ' ')

const WAITED =
  'TCP lost no echo message and kept their order, but 31.0 % of them waited for an earlier one, 1 % of all for 43.1 ms or longer; none of UDP’s did.'
const TAIL = '1 % of TCP’s answers took 104 ms or longer, 62.8 ms over the median (UDP: 500 us over its).'
const PACKETS =
  'On the wire an echo message took 2.93 packets and 341 B over TCP, 1.98 and 182 B over UDP, both ways.'

function changed(
  document: ResultDocument,
  transport: string,
  workload: string,
  metrics: Metrics,
): ResultDocument {
  const change = <Each extends { transport: string; workload: string; metrics: Metrics }>(
    each: Each,
  ): Each =>
    each.transport === transport && each.workload === workload
      ? { ...each, metrics: { ...each.metrics, ...metrics } }
      : each
  const [runs, summary] = [document.runs.map(change), document.summary.map(change)]
  return { ...document, runs, summary, verdicts: verdictsOf(document.config.transports, runs, summary) }
}

const judged = (document: ResultDocument, metric: string, change: Partial<Verdict>): ResultDocument => ({
  ...document,
  verdicts: document.verdicts.map((each) => (each.metric === metric ? { ...each, ...change } : each)),
})

/** The half of a document that one transport alone would have made. */
function oneTransport(transport: string): ResultDocument {
  const document = labResult(['echo'])
  return {
    ...document,
    config: { ...document.config, transports: [transport] },
    runs: document.runs.filter((each) => each.transport === transport),
    summary: document.summary.filter((each) => each.transport === transport),
    verdicts: [],
  }
}

describe('what a lab’s link shows, in words', () => {
  it('who lost nothing had messages that waited, whose answers came late; and what that took on the wire', () => {
    expect(closing(labResult())).toContain(`${WAITED} ${TAIL} ${PACKETS}`)
  })

  it('the same where TCP is the later one', () => {
    const document = labResult(['echo'])
    const transports = ['udp', 'tcp']
    const turned = {
      ...document,
      config: { ...document.config, transports },
      verdicts: verdictsOf(transports, document.runs, document.summary),
    }
    expect(closing(turned)).toContain(
      `${WAITED} ${TAIL} On the wire an echo message took 1.98 packets and 182 B over UDP, 2.93 and 341 B over TCP, both ways.`,
    )
  })

  // Breaks when what was counted is kept back, or compared, for want of an interval.
  it.each<Partial<Verdict>>([
    { outcome: 'none', ci95: [-0.1, 0.1] },
    { outcome: 'unknown', ci95: null },
  ])('how many waited is said of these runs where no interval sets them apart: $outcome', (unshown) => {
    const text = closing(judged(labResult(['echo']), 'holBlockedRatio', unshown))
    expect(text).toContain(
      'In these runs TCP lost no echo message and kept their order, but 31.0 % of them waited for an earlier one, 1 % of all for 43.1 ms or longer.',
    )
    expect(text).not.toContain('none of UDP’s')
    expect(text).toContain(TAIL)
    const lossy = changed(labResult(['echo']), 'tcp', 'echo', { lossRatio: 0.001 })
    expect(closing(judged(lossy, 'holBlockedRatio', unshown))).toContain(
      'In these runs 31.0 % of TCP’s echo messages waited for an earlier one, 1 % of all for 43.1 ms or longer.',
    )
  })

  it('so it is where there is nothing to compare with', () => {
    const document = oneTransport('tcp')
    expect(closing(document)).toMatch(/^In these runs TCP lost no echo message .* or longer\. To compare it/)
    expect(closing(oneTransport('udp'))).not.toContain('waited')
  })

  it('who lost no message, but dials, is praised for the messages alone', () => {
    const document = changed(labResult(['echo', 'connect']), 'tcp', 'connect', { lossRatio: 0.008 })
    expect(closing(document)).toContain(WAITED)
    expect(closing(document)).not.toContain('lost nothing')
  })

  it('nothing of what no interval bears out', () => {
    const document = labResult(['echo'])
    const none: Partial<Verdict> = { outcome: 'none', ci95: [-0.1, 0.1] }
    expect(closing(judged(document, 'rttP99Ns', none))).not.toContain('longer, 62.8 ms')
    expect(closing(judged(document, 'rttP99Ns', none))).toContain(WAITED)
    expect(closing(judged(document, 'wireBytesPerMessage', none))).not.toContain('On the wire')
  })

  it('who lost something or broke the order does not get the praise', () => {
    const lossy = changed(labResult(['echo']), 'tcp', 'echo', { lossRatio: 0.001 })
    expect(closing(lossy)).toContain(
      ' 31.0 % of TCP’s echo messages waited for an earlier one, 1 % of all for 43.1 ms or longer; none of UDP’s did.',
    )
    const reordered = changed(labResult(['echo']), 'tcp', 'echo', { reorderedRatio: 0.001 })
    expect(closing(reordered)).toContain(' 31.0 % of TCP’s echo messages waited')
  })

  it('of bulk only where its messages are of one size', () => {
    const document = labResult(['echo', 'bulk'])
    expect(closing(document)).not.toContain('97.0 % of its bulk')
    const alike = { ...document, config: { ...document.config, bulkSizeBytes: { tcp: 1472, udp: 1472 } } }
    expect(closing(alike)).toContain(
      'TCP lost no echo or bulk message and kept their order, but 31.0 % of its echo and 97.0 % of its bulk messages waited for an earlier one; none of UDP’s did.',
    )
    const lossy = changed(alike, 'tcp', 'bulk', { lossRatio: 0.001 })
    expect(closing(lossy)).toContain(
      ' 31.0 % of TCP’s echo and 97.0 % of its bulk messages waited for an earlier one; none of UDP’s did.',
    )
  })

  it('of a time only where there is one: nothing that was blocked for 0', () => {
    const document = changed(labResult(['echo']), 'tcp', 'echo', { holBlockedP99Ns: null })
    expect(closing(document)).toContain('waited for an earlier one; none of UDP’s did.')
  })
})

describe('rows of the wire', () => {
  it('a figure that the log was too small for says so', () => {
    const document = changed(labResult(['bulk']), 'tcp', 'bulk', {
      holBlockedRatio: null,
      holBlockedP99Ns: null,
    })
    const { notes } = cellsOf(document)
    expect(notes).toContain('- blocked, bulk (TCP): the link could not log enough of its packets')
  })

  // Breaks when a blank stands where a 0 of the other side makes it look like one.
  it('a 99 % of too few messages says so', () => {
    const few = { holBlockedP99Ns: null, receivedCount: 47 }
    const bulk = cellsOf(changed(labResult(['bulk']), 'tcp', 'bulk', few))
    expect(bulk.notes).toContain('- blocked, bulk, 99 % (TCP): needs 100 messages, got 47')
    const line = bulk.groups
      .find(({ title }) => title === 'BLOCKED (bulk)')
      ?.lines.find(({ label }) => label.includes('99 %'))
    expect(line?.values).toEqual(['-', '0 ns'])
    const echo = cellsOf(changed(labResult(['echo']), 'tcp', 'echo', few))
    expect(echo.notes).toContain('- blocked, echo, 99 % (TCP): needs 100 messages, either way')
  })

  it('what waited stands in the table of one protocol only where something did', () => {
    const waits = (transport: string) =>
      rowsOf(oneTransport(transport)).filter(({ group }) => group.startsWith('BLOCKED')).length
    expect([waits('tcp'), waits('udp')]).toEqual([3, 0])
    const document = changed(labResult(), 'tcp', 'echo', { holBlockedRatio: 0 })
    expect(rowsOf(document).filter(({ group }) => group === 'BLOCKED (echo)')).toHaveLength(3)
  })

  const labels = (document: ResultDocument) =>
    rowsOf(document).map(({ group, label }) => `${group}: ${label.trim()}`)

  it('what was sent again stands once, beside what else was on the wire', () => {
    const rows = labels(labResult())
    expect(rows).toContain('ON THE WIRE (echo): retransmitted')
    expect(rows.filter((row) => row.includes('retransmi'))).toEqual([
      'ON THE WIRE (echo): retransmitted',
      'ON THE WIRE (bulk): retransmitted',
    ])
    const { link: _, ...elsewhere } = labResult()
    expect(labels(elsewhere).filter((row) => row.includes('retransmi'))).toEqual([
      'TCP (echo): retransmissions',
      'TCP (bulk): retransmissions',
    ])
  })

  it('packets for each message of bulk only where those are of one size', () => {
    const document = labResult()
    expect(labels(document)).not.toContain('ON THE WIRE (bulk): packets/message')
    const alike = { ...document, config: { ...document.config, bulkSizeBytes: { tcp: 1472, udp: 1472 } } }
    expect(labels(alike)).toContain('ON THE WIRE (bulk): packets/message')
  })
})
