import { expect, it } from 'vitest'
import { type ConnectionFigures, Connections, type Sending } from '../../src/measure/connections.ts'

const FIGURES: ConnectionFigures = {
  congestion: 'cubic',
  retransmitCount: 3,
  srttNs: 100,
  minRttNs: 50,
  cwndSegments: 10,
  cwndMaxSegments: 20,
  mssBytes: 1448,
  deliveryRateBitsPerSec: 1000,
  pacingRateBitsPerSec: 2000,
}

type Told = Partial<ConnectionFigures> | undefined
type Pair = readonly [here: Told, far?: Told]

/** One run over these connections. */
function ran(sending: Sending, ...pairs: readonly Pair[]): Connections {
  const connections = new Connections()
  const whole = (part?: Partial<ConnectionFigures>) => (part ? { ...FIGURES, ...part } : undefined)
  for (const [here, far] of pairs) connections.account(whole(here), whole(far), sending)
  connections.finish()
  return connections
}

it('are this host’s, with the name of its congestion control', () => {
  const one = ran('here', [{}, { congestion: 'bbr', srttNs: 7, retransmitCount: 9 }])
  expect(one.congestion).toBe('cubic')
  expect(one.values()).toEqual({
    retransmitCount: 3,
    tcpSrttNs: 100,
    tcpMinRttNs: 50,
    tcpCwndSegments: 10,
    tcpCwndMaxSegments: 20,
    tcpMssBytes: 1448,
    tcpDeliveryRateBitsPerSec: 1000,
    tcpPacingRateBitsPerSec: 2000,
  })
})

it('are the far side’s where only it sends', () => {
  const one = ran('far', [{}, { congestion: 'bbr', srttNs: 7, retransmitCount: 9 }])
  expect(one.congestion).toBe('bbr')
  expect(one.values()).toMatchObject({ retransmitCount: 9, tcpSrttNs: 7 })
})

it('count what both ends sent again where both send, and are this host’s else', () => {
  const one = ran('both', [{}, { congestion: 'bbr', srttNs: 7, retransmitCount: 9 }])
  expect(one.congestion).toBe('cubic')
  expect(one.values()).toMatchObject({ retransmitCount: 12, tcpSrttNs: 100 })
})

// Breaks when the half that is known is taken for the whole.
it.each<[Sending, Pair]>([
  ['both', [{}, undefined]],
  ['both', [undefined, {}]],
  ['here', [undefined, {}]],
  ['far', [{}, undefined]],
])('do not know how much was sent again where a sender does not tell: %s', (sending, pair) => {
  expect(ran(sending, pair).values().retransmitCount).toBeNull()
})

it('of several connections: sums, medians, extremes', () => {
  const four = ran(
    'here',
    [{ srttNs: 100, minRttNs: 5, cwndSegments: 4, cwndMaxSegments: 90, mssBytes: 1400 }],
    [{ srttNs: 900, minRttNs: 6, cwndSegments: 7, cwndMaxSegments: 80 }],
    [{ srttNs: 300, minRttNs: 7, cwndSegments: 1 }],
    [{ srttNs: 200, minRttNs: 8, cwndSegments: 9 }],
  )
  expect(four.values()).toEqual({
    retransmitCount: 12,
    tcpSrttNs: 250,
    tcpMinRttNs: 5,
    tcpCwndSegments: 5.5,
    tcpCwndMaxSegments: 90,
    tcpMssBytes: 1400,
    tcpDeliveryRateBitsPerSec: 4000,
    tcpPacingRateBitsPerSec: 8000,
  })
})

it('of several runs: the count is summed, a rate is not', () => {
  const all = ran('here', [{ deliveryRateBitsPerSec: 100 }, {}])
  all.merge(ran('here', [{ retransmitCount: 4, deliveryRateBitsPerSec: 700 }]))
  all.merge(ran('here', [{ retransmitCount: 5, deliveryRateBitsPerSec: 300 }]))
  expect(all.values()).toMatchObject({ retransmitCount: 12, tcpDeliveryRateBitsPerSec: 300 })
})

it('leave out a run whose rate the application limited, and a run of which one connection’s is not known', () => {
  const all = ran('here', [{ deliveryRateBitsPerSec: null }])
  expect(all.values().tcpDeliveryRateBitsPerSec).toBeNull()
  all.merge(ran('here', [{ deliveryRateBitsPerSec: 700 }]))
  all.merge(ran('here', [{ deliveryRateBitsPerSec: 9 }], [{ deliveryRateBitsPerSec: null }]))
  expect(all.values().tcpDeliveryRateBitsPerSec).toBe(700)
})

it('have no values where no kernel told anything', () => {
  const none = ran('both', [undefined, undefined])
  expect(none.values()).toEqual({})
  expect(none.congestion).toBeNull()
  none.merge(ran('here', [{}]))
  expect(none.congestion).toBe('cubic')
})
