import { expect, test } from 'vitest'
import { NS_PER_MS } from '../../src/core/units.ts'
import { framed, messagesOf, probe, Talk } from './talk.ts'

const MS = NS_PER_MS
const CAPTURED_BYTES = 40

/** In packets of 70 bytes, so that the heads of many lie behind what was captured; the last message in one of its own. */
function carriedOf(sizes: readonly number[]) {
  const stream = framed(...sizes.map((messageBytes, seq) => probe(seq, { messageBytes })))
  const talk = new Talk()
  talk.handshake(0)
  for (let at = 0; at < stream.length; at += 70) {
    talk.tcp('up', stream.subarray(at, at + 70), { inNs: at * MS, outNs: (at === 70 ? 500 : at + 1) * MS })
  }
  talk.tcp('up', framed(probe(99, { messageBytes: 36 })), { inNs: 2000 * MS })
  const headerBytes = 40
  return messagesOf(
    talk.log.map((each) => ({ ...each, bytes: each.bytes.subarray(0, headerBytes + CAPTURED_BYTES) })),
  )
}

test('lengths that were not captured are that of the one before, where later heads confirm it', () => {
  const { messages, isWhole } = carriedOf(Array(16).fill(50))
  expect(isWhole).toBe(true)
  expect(messages.map(({ messageBytes }) => messageBytes)).toEqual([...Array(16).fill(50), 36])
  expect(messages.filter(({ seq }) => Number.isNaN(seq)).length).toBeGreaterThan(10)
  // The second packet comes late: what ends in it, or behind it, could be read no sooner.
  const readable = messages.map(({ arrivedNs, blockedNs }) => (arrivedNs ?? 0) + (blockedNs ?? 0))
  const wanted = messages.map(({ arrivedNs }, n) => Math.max(arrivedNs ?? 0, n === 0 ? 0 : 500 * MS))
  expect(readable).toEqual(wanted)
})

test.each([
  ['one of another length', [50, 50, 50, 51, ...Array(12).fill(50)]],
  ['one that is too short for a header', [50, 3, ...Array(12).fill(50)]],
])('%s refutes it: then nothing is said of them', (_, sizes) => {
  const { messages, isWhole } = carriedOf(sizes)
  expect(isWhole).toBe(false)
  expect(messages.map(({ seq }) => seq)).toEqual([0])
})
