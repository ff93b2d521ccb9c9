import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ArrivalLog, orderAgreement } from '../../src/measure/order-agreement.ts'

function logOf(ids: readonly number[], capacity = ids.length): ArrivalLog {
  const log = new ArrivalLog(capacity)
  for (const id of ids) log.record(id)
  return log
}

const agreementOf = (heard: readonly (readonly number[])[], workLimit?: number) =>
  orderAgreement(
    heard.map((ids) => logOf(ids)),
    workLimit,
  )

/** The definition: every pair of messages that all heard, looked up at every member. */
function naiveAgreement(heard: readonly (readonly number[])[], onlyFirst = Number.POSITIVE_INFINITY) {
  const common = [...new Set(heard[0])]
    .filter((id) => heard.every((ids) => ids.includes(id)))
    .slice(0, onlyFirst)
  let agreed = 0
  let pairs = 0
  for (const [index, a] of common.entries()) {
    for (const b of common.slice(index + 1)) {
      pairs++
      if (heard.every((ids) => ids.indexOf(a) < ids.indexOf(b))) agreed++
    }
  }
  return pairs > 0 ? { agreed, pairs } : null
}

const upTo = (count: number) => Array.from({ length: count }, (_, index) => index)

describe('orderAgreement', () => {
  it('is full where all heard the same', () => {
    expect(agreementOf([upTo(100), upTo(100), upTo(100)])).toEqual({ agreed: 4950, pairs: 4950 })
  })

  it('is nothing where two heard the reverse of each other', () => {
    expect(agreementOf([upTo(100), upTo(100).reverse()])).toEqual({ agreed: 0, pairs: 4950 })
  })

  it('misses one pair of six for one swap of four', () => {
    expect(agreementOf([upTo(4), [0, 2, 1, 3]])).toEqual({ agreed: 5, pairs: 6 })
  })

  it('counts a pair once, however many heard it the other way round, and sides with nobody', () => {
    expect(agreementOf([upTo(4), [0, 2, 1, 3], [0, 2, 1, 3]])).toEqual({ agreed: 5, pairs: 6 })
    expect(agreementOf([[0, 2, 1, 3], upTo(4), upTo(4)])).toEqual({ agreed: 5, pairs: 6 })
    expect(agreementOf([upTo(4), [0, 2, 1, 3], [0, 1, 3, 2]])).toEqual({ agreed: 4, pairs: 6 })
  })

  it('judges only what all heard, and the first copy of it: a loss is no disagreement', () => {
    expect(
      agreementOf([
        [1, 2, 3, 4, 5],
        [5, 1, 9, 3],
        [1, 3, 1, 5, 1],
      ]),
    ).toEqual({ agreed: 1, pairs: 3 })
  })

  it.each([
    ['no member', []],
    ['one member', [[1, 2, 3]]],
    [
      'one message in common',
      [
        [1, 2, 3],
        [3, 4],
      ],
    ],
    ['nothing heard', [[], []]],
  ])('is null with %s: there is no pair to agree on', (_, heard) => {
    expect(agreementOf(heard)).toBeNull()
  })

  const heard = fc
    .tuple(fc.integer({ min: 2, max: 5 }), fc.integer({ min: 0, max: 25 }))
    .chain(([members, largest]) =>
      fc.array(fc.array(fc.nat(largest), { maxLength: 40 }), { minLength: members, maxLength: members }),
    )

  it('agrees with looking up every pair, with losses and copies among them', () => {
    fc.assert(
      fc.property(heard, (logs) => {
        expect(agreementOf(logs)).toEqual(naiveAgreement(logs))
      }),
    )
  })

  it('past its limit of work is exact about the first messages, as many as are sure to stay within it', () => {
    const reversed = upTo(50).reverse()
    // Three orders of 8 messages have at most 3 * 28 pairs out of order.
    expect(agreementOf([upTo(50), reversed, reversed, reversed], 100)).toEqual({ agreed: 0, pairs: 28 })
    const mixed = [upTo(50), reversed, [...upTo(50).slice(25), ...upTo(25)], upTo(50)]
    expect(agreementOf(mixed, 100)).toEqual(naiveAgreement(mixed, 8))
  })

  it('is bounded where everybody heard everything the other way round: all its pairs would take minutes', () => {
    const agreement = agreementOf([upTo(1 << 16), upTo(1 << 16).reverse()])
    expect(agreement?.agreed).toBe(0)
    expect(agreement?.pairs).toBeGreaterThan(1e6)
  })
})

describe('ArrivalLog', () => {
  it('keeps ids in the order of arrival, up to 2^32 - 1', () => {
    const log = logOf([7, 2 ** 32 - 1, 7], 4)
    expect([...log.ids.subarray(0, log.count)]).toEqual([7, 2 ** 32 - 1, 7])
    expect(log.truncated).toBe(false)
  })

  it('stops when it is full, and says so: an overwritten order would be a false one', () => {
    const log = logOf([1, 2, 3, 4], 2)
    expect([...log.ids]).toEqual([1, 2])
    expect(log).toMatchObject({ count: 2, truncated: true })
    expect(logOf([1, 2], 2).truncated).toBe(false)
  })

  it('that was truncated leaves what it missed out of the comparison', () => {
    expect(orderAgreement([logOf(upTo(10)), logOf(upTo(10), 3)])).toEqual({ agreed: 3, pairs: 3 })
  })
})
