import { describe, expect, test } from 'vitest'
import { NS_PER_MS } from '../../src/core/units.ts'
import type { Link, LinkCut } from '../../src/lab/link.ts'
import { LinkTally } from '../../src/lab/link-counts.ts'
import { linkWitness } from '../../src/lab/link-witness.ts'
import { encodeLogHead, LOG_HEAD_BYTES, type LoggedPacket } from '../../src/packets/packet-log.ts'
import { logOf } from '../packets/log-of.ts'
import { framed, probe, Talk } from '../packets/talk.ts'

const counts = { up: new LinkTally().take(), down: new LinkTally().take() }

/** A link that was cut already as often as it can be asked. */
function linkWith(...cuts: readonly Partial<LinkCut>[]): Link & { readonly left: number } {
  const left = [...cuts]
  return {
    maker: 'relay',
    get left() {
      return left.length
    },
    impair: async () => {},
    close: async () => {},
    cut: async () => {
      const cut = left.shift()
      if (cut === undefined) throw new Error('cut too often')
      return { log: null, counts, unloggedCount: 0, unseenCount: 0, ...cut }
    },
  }
}

function dialled(): readonly LoggedPacket[] {
  const talk = new Talk()
  talk.handshake(0)
  talk.tcp('up', framed(probe(0)), { inNs: 10 * NS_PER_MS })
  return talk.log
}

const emptyLog = new Uint8Array(LOG_HEAD_BYTES)
encodeLogHead(new DataView(emptyLog.buffer), 0, 1500, 0)

describe('the link as a witness', () => {
  test('says what the log has of the run alone, and of connections where the run is about them', async () => {
    for (const [workload, connectPackets] of [
      ['connect', 3],
      ['echo', null],
    ] as const) {
      const link = linkWith({ log: logOf(dialled()) }, { log: logOf(dialled()) })
      const witness = linkWitness(link)
      await witness.begin()
      expect(link.left).toBe(1)
      const { recording, account } = await witness.end({ workload })
      expect(recording?.values()).toMatchObject({
        wirePacketsPerMessage: 1,
        retransmitCount: 0,
        connectPackets,
      })
      const [up, down] = [
        { ...counts.up, messageCount: 1, lostMessageCount: 0, underWayMessageCount: 0 },
        { ...counts.down, messageCount: 0, lostMessageCount: 0, underWayMessageCount: 0 },
      ]
      expect(account).toEqual({ up, down })
    }
  })

  test('a run without packets has none', async () => {
    const { recording } = await linkWitness(linkWith({ log: emptyLog })).end({ workload: 'echo' })
    expect(recording?.values()).toMatchObject({ wirePacketsPerMessage: null, holBlockedRatio: null })
  })

  test.each([
    ['packets without room in the log', { unloggedCount: 3 }],
    ['a log that could not be written', { unloggedCount: 3, log: null }],
  ])('%s: nothing is said of the wire, and how many they are', async (_, missing) => {
    const cut = { log: logOf(dialled()), ...missing }
    const { recording, account } = await linkWitness(linkWith(cut)).end({ workload: 'echo' })
    expect(recording?.values()).toMatchObject({ wirePacketsPerMessage: null, retransmitCount: null })
    const { log: _log, ...told } = { log: null, ...missing }
    const unknown = { messageCount: null, lostMessageCount: null, underWayMessageCount: null }
    const [up, down] = [
      { ...counts.up, ...unknown },
      { ...counts.down, ...unknown },
    ]
    expect(account).toEqual({ up, down, ...told })
  })

  test('packets that the link never saw: nothing is said of the wire, and all of what the link did', async () => {
    const talk = new Talk()
    for (const [seq, fate] of ['delivered', 'lost', 'queue-full', 'delivered'].entries()) {
      talk.udp('up', probe(seq), { inNs: seq * NS_PER_MS, fate: fate as LoggedPacket['fate'] })
    }
    talk.udp('down', probe(0, { reply: true }), { inNs: 5 * NS_PER_MS })
    const cut = { log: logOf(talk.log), unseenCount: 3 }
    const { recording, account } = await linkWitness(linkWith(cut)).end({ workload: 'echo' })
    expect(recording?.values()).toMatchObject({ wirePacketsPerMessage: null, holBlockedRatio: null })
    expect(account).toMatchObject({
      up: { messageCount: 4, lostMessageCount: 2 },
      down: { messageCount: 1, lostMessageCount: 0 },
      unseenCount: 3,
    })
  })

  test('a log that ends in the middle of a packet is not whole', async () => {
    const log = logOf(dialled())
    const { recording } = await linkWitness(linkWith({ log: log.subarray(0, -8) })).end({ workload: 'echo' })
    expect(recording?.values()).toMatchObject({ wirePacketsPerMessage: null })
  })

  test('a link that keeps no log and counts nothing says nothing', async () => {
    const told = await linkWitness(linkWith({ counts: null })).end({ workload: 'echo' })
    expect(told).toEqual({ recording: null, account: null })
  })
})
