import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Payload } from '../../src/wire/payload.ts'

const BYTES = 1472

function written(payload: Payload, seq: number, bytes = BYTES): Uint8Array {
  const message = new Uint8Array(bytes)
  payload.write(message, seq)
  return message
}

describe('a payload that is checked', () => {
  const payload = new Payload(BYTES)
  const seqs = fc.oneof(fc.nat({ max: 200_000 }), fc.maxSafeNat())

  it('is intact as it was written, whatever its number', () => {
    fc.assert(fc.property(seqs, (seq) => payload.isIntact(written(payload, seq), seq)))
  })

  it('leaves the header alone, and is the same in every process', () => {
    const message = written(payload, 0)
    expect([...message.subarray(0, 32)]).toEqual(Array(32).fill(0))
    // xorshift32 from 0x9e3779b9, by hand: the first two words, little-endian.
    let state = 0x9e3779b9
    const words = [0, 0].map(() => {
      state ^= state << 13
      state ^= state >>> 17
      state ^= state << 5
      return state >>> 0
    })
    expect([...new Uint32Array(message.slice(32, 40).buffer)]).toEqual(words)
  })

  it('is not intact with any one bit flipped', () => {
    const bit = fc.nat({ max: (BYTES - 32) * 8 - 1 })
    fc.assert(
      fc.property(seqs, bit, (seq, flipped) => {
        const message = written(payload, seq)
        const at = 32 + (flipped >> 3)
        message[at] = (message[at] as number) ^ (1 << (flipped & 7))
        return !payload.isIntact(message, seq)
      }),
    )
  })

  it('is not intact where any two of its unlike bytes, or halves, changed places', () => {
    const at = fc.nat({ max: BYTES - 33 })
    fc.assert(
      fc.property(seqs, at, at, (seq, a, b) => {
        const message = written(payload, seq)
        const [x, y] = [message[32 + a] as number, message[32 + b] as number]
        message[32 + a] = y
        message[32 + b] = x
        return payload.isIntact(message, seq) === (x === y)
      }),
    )
    const message = written(payload, 7)
    const half = message.slice(32, 32 + 720)
    message.copyWithin(32, 32 + 720)
    message.set(half, 32 + 720)
    expect(payload.isIntact(message, 7)).toBe(false)
  })

  it('is not intact shifted by any number of bytes', () => {
    for (let by = 1; by < BYTES - 40; by++) {
      const message = written(payload, 3)
      message.copyWithin(32 + by, 32, BYTES - by)
      expect(payload.isIntact(message, 3), `${by}`).toBe(false)
    }
  })

  it('is not intact under the number of another of the 65,535 messages around it', () => {
    const message = written(payload, 70_000)
    for (let seq = 70_000 - 32_768; seq < 70_000 + 32_768; seq++) {
      expect(payload.isIntact(message, seq)).toBe(seq === 70_000)
    }
  })

  it('is not intact where a byte is missing, or one too many', () => {
    const message = written(payload, 5)
    expect(payload.isIntact(message.subarray(0, BYTES - 1), 5)).toBe(false)
    expect(payload.isIntact(written(payload, 5, BYTES + 1), 5)).toBe(false)
  })

  it('has nothing to check where others write all of it, and takes any number', () => {
    const none = new Payload(56, 56)
    expect(none.isEmpty).toBe(true)
    for (const seq of [0, 2 ** 64, Number.NaN]) expect(none.isIntact(written(none, seq, 56), seq)).toBe(true)
    expect(payload.isIntact(written(payload, 1), 2 ** 64)).toBe(false)
  })
})
