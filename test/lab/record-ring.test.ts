import fc from 'fast-check'
import { expect, it } from 'vitest'
import { RecordRing } from '../../src/lab/record-ring.ts'

// Breaks when records overlap, come out in another order, are cut, or when room is lost.
it('gives back what was put in, in order, and never lets it overlap', () => {
  const step = fc.oneof(
    fc.record({ put: fc.integer({ min: 1, max: 30 }) }),
    fc.record({ give: fc.integer({ min: 1, max: 50 }) }),
  )
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
      const [from, to] = [10, 110]
      const memory = new Uint8Array(120).fill(0xee)
      const ring = new RecordRing(from, to)
      const expected: number[] = []
      const written: number[] = []
      let mark = 0
      for (const each of steps) {
        if ('put' in each) {
          const at = ring.take(each.put)
          if (at < 0) {
            // It must be nearly full: a record fits wherever a third of the ring is free in one piece.
            expect(ring.waitingBytes).toBeGreaterThan(20)
            continue
          }
          expect(at).toBeGreaterThanOrEqual(from)
          expect(at + each.put).toBeLessThanOrEqual(to)
          mark = (mark + 1) % 200
          memory.fill(mark, at, at + each.put)
          for (let n = 0; n < each.put; n++) expected.push(mark)
        } else {
          const bytes = Math.min(each.give, ring.pieceBytes)
          written.push(...memory.subarray(ring.first, ring.first + bytes))
          ring.gave(bytes)
        }
      }
      expect(ring.waitingBytes).toBe(expected.length - written.length)
      for (let n = 0; n < 3 && ring.waitingBytes > 0; n++) {
        written.push(...memory.subarray(ring.first, ring.first + ring.pieceBytes))
        ring.gave(ring.pieceBytes)
      }
      expect(written).toEqual(expected)
      expect([...memory.subarray(0, from), ...memory.subarray(to)]).toEqual(new Array(20).fill(0xee))
    }),
  )
})
