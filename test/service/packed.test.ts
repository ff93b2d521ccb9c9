import fc from 'fast-check'
import { expect, it } from 'vitest'
import { Receiver } from '../../src/service/receiver.ts'
import { addFlag, Flag, FrameType, type Token, writeHeader } from '../../src/wire/frame.ts'
import { Payload } from '../../src/wire/payload.ts'

const TOKEN: Token = { hi: 0xf234_5678, lo: 0x9abc_def0 }
const AT_NS = 5e9

type Kind = 'probe' | 'stranger' | 'answer' | 'question' | 'noise'

function frame(kind: Kind, seq: number, bytes: number): Uint8Array {
  const message = new Uint8Array(bytes)
  if (kind === 'noise' || bytes < 32) return message.fill(7)
  const token = kind === 'stranger' ? { ...TOKEN, lo: 1 } : TOKEN
  writeHeader(message, kind === 'question' ? FrameType.STATS_REQUEST : FrameType.PROBE, 0, token, seq)
  if (kind === 'answer') addFlag(message, Flag.REPLY)
  return message
}

function counts(receiver: Receiver) {
  return receiver.stats({ sentCount: 0, final: false }, 0, false)
}

// Breaks when probes that came as one packet are counted otherwise than one by one, or what is no probe of ours is counted.
it('counts the probes of a packet up to the first that is none, exactly as one by one', () => {
  const kind = fc.oneof(
    { weight: 20, arbitrary: fc.constant<Kind>('probe') },
    fc.constantFrom<Kind>('stranger', 'answer', 'question', 'noise'),
  )
  const messages = fc.array(fc.tuple(kind, fc.nat(200)), { minLength: 1, maxLength: 128 })
  fc.assert(
    fc.property(messages, fc.integer({ min: 32, max: 300 }), fc.nat(299), (all, bytes, last) => {
      const frames = all.map(([kind, seq], n) => {
        const isLast = n === all.length - 1
        return frame(kind, seq, isLast ? Math.min(bytes, Math.max(1, last)) : bytes)
      })
      const packet = Uint8Array.from(frames.flatMap((each) => [...each]))
      const [packed, single] = [new Receiver(), new Receiver()]
      const odd = frames.findIndex((each, n) => all[n]?.[0] !== 'probe' || each.length < 32)
      const taken = frames.slice(0, odd < 0 ? frames.length : odd)
      for (const each of taken) single.record(each, each.length, AT_NS)
      const bytesTaken = packed.recordPacked(packet, bytes, AT_NS, TOKEN)
      expect(Math.min(bytesTaken, packet.length)).toBe(taken.reduce((sum, each) => sum + each.length, 0))
      expect(counts(packed)).toEqual(counts(single))
    }),
  )
})

it('takes none where every byte is checked, or after the last account', () => {
  const packet = frame('probe', 0, 64)
  expect(new Receiver(64, new Payload(64)).recordPacked(packet, 64, AT_NS, TOKEN)).toBe(0)
  const closed = new Receiver()
  closed.stats({ sentCount: 0, final: true }, 0, true)
  expect(closed.recordPacked(packet, 64, AT_NS, TOKEN)).toBe(0)
})
