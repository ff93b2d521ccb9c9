import { describe, expect, it } from 'vitest'
import { Spinning } from '../../src/core/spinning.ts'

const MS = 1e6

/** Turns idly for `forMs`, each turn taking as long as given; returns when that was over. */
function idle(spinning: Spinning, fromMs: number, forMs: number, turnMs: number): number {
  let at = fromMs
  for (; at < fromMs + forMs; at += turnMs) spinning.idled(turnMs * MS, (at + turnMs) * MS)
  return at
}

/** For how long it does not pay after `fromMs`, ms. */
function restMs(spinning: Spinning, fromMs: number): number {
  let ms = 0
  while (!spinning.pays((fromMs + ms) * MS)) ms++
  return ms
}

describe('spinning', () => {
  it('pays while the turns are short', () => {
    const spinning = new Spinning()
    expect(spinning.pays(0)).toBe(true)
    expect(restMs(spinning, idle(spinning, 0, 1000, 0.005))).toBe(0)
  })

  it('pays where one turn was kept waiting, however long, among many that were not', () => {
    const spinning = new Spinning()
    const at = idle(spinning, 0, 19, 0.005)
    expect(restMs(spinning, idle(spinning, at, 9, 9))).toBe(0)
  })

  it('does not pay for longer every time that most of it was waiting for the processor, up to 8 s', () => {
    const spinning = new Spinning()
    const rests: number[] = []
    for (let at = 0; rests.length < 8; ) {
      at = idle(spinning, at, 20, 10)
      const rest = restMs(spinning, at)
      rests.push(rest)
      at += rest
    }
    expect(rests).toEqual([250, 500, 1000, 2000, 4000, 8000, 8000, 8000])
  })

  it('begins with a short rest again once it has paid', () => {
    const spinning = new Spinning()
    for (let at = 0; at < 10_000; ) {
      at = idle(spinning, at, 20, 10)
      at += restMs(spinning, at)
    }
    const quiet = idle(spinning, 60_000, 40, 0.005)
    expect(restMs(spinning, quiet)).toBe(0)
    expect(restMs(spinning, idle(spinning, quiet, 20, 10))).toBe(250)
  })
})
