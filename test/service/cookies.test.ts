import { describe, expect, it } from 'vitest'
import { Cookies } from '../../src/service/cookies.ts'
import { FakeClock } from '../sim/fake-clock.ts'

const ADDRESS = '10.0.0.1:4000'

describe('a cookie', () => {
  it('is believed from the address and port that it was baked for, and from no other', () => {
    const cookies = new Cookies(new FakeClock())
    const cookie = cookies.bake(ADDRESS)
    expect(cookies.accepts(cookie, ADDRESS)).toBe(true)
    for (const other of ['10.0.0.1:4001', '10.0.0.2:4000', '[::1]:4000']) {
      expect(cookies.accepts(cookie, other)).toBe(false)
    }
  })

  it.each(['', 'x', 'A'.repeat(22), '='.repeat(64)])('that nobody baked is not believed: "%s"', (forged) => {
    expect(new Cookies(new FakeClock()).accepts(forged, ADDRESS)).toBe(false)
  })

  it('of another server is not believed', () => {
    const clock = new FakeClock()
    expect(new Cookies(clock).accepts(new Cookies(clock).bake(ADDRESS), ADDRESS)).toBe(false)
  })

  it('outlives one change of the key, and not the next', () => {
    const clock = new FakeClock()
    const cookies = new Cookies(clock)
    const cookie = cookies.bake(ADDRESS)
    clock.advanceTo(59e9)
    expect(cookies.accepts(cookie, ADDRESS)).toBe(true)
    clock.advanceTo(61e9)
    expect(cookies.accepts(cookie, ADDRESS)).toBe(false)
  })

  it('dies in a long pause, too, in which the key was not used', () => {
    const clock = new FakeClock()
    const cookies = new Cookies(clock)
    const cookie = cookies.bake(ADDRESS)
    clock.advanceTo(3600e9)
    expect(cookies.accepts(cookie, ADDRESS)).toBe(false)
  })
})
