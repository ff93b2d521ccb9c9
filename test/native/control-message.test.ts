import { expect, it } from 'vitest'
import { controlData } from '../../src/native/control-message.ts'

/** Control messages as the kernel lays them out: each begins at a multiple of 8 bytes. */
function laidOut(...messages: { length: number; level: number; type: number }[]): DataView {
  const view = new DataView(new ArrayBuffer(128))
  let at = 0
  for (const { length, level, type } of messages) {
    view.setUint32(at, length, true)
    view.setInt32(at + 8, level, true)
    view.setInt32(at + 12, type, true)
    at += Math.ceil(length / 8) * 8
  }
  return view
}

it('finds the data of a control message behind another one of an odd length', () => {
  const view = laidOut({ length: 20, level: 17, type: 104 }, { length: 64, level: 1, type: 37 })
  expect(controlData(view, 0, 88, 17, 104)).toBe(16)
  expect(controlData(view, 0, 88, 1, 37)).toBe(24 + 16)
})

it('finds none that is not there, is cut off, or has no length', () => {
  const view = laidOut({ length: 20, level: 17, type: 104 }, { length: 64, level: 1, type: 37 })
  expect(controlData(view, 0, 88, 0, 11)).toBe(-1)
  expect(controlData(view, 0, 24, 1, 37)).toBe(-1)
  expect(controlData(view, 0, 0, 17, 104)).toBe(-1)
  expect(controlData(new DataView(new ArrayBuffer(64)), 0, 64, 0, 1)).toBe(-1)
})
