import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { nanos } from '../../src/core/clock.ts'
import { LineSplitter, MAX_LINE_BYTES, withoutLineEnd } from '../../src/wire/lines.ts'

function collect(): { splitter: LineSplitter; lines: string[] } {
  const lines: string[] = []
  const splitter = new LineSplitter((bytes) => lines.push(Buffer.from(bytes).toString()))
  return { splitter, lines }
}

function push(splitter: LineSplitter, ...texts: string[]): void {
  for (const text of texts) splitter.push(Buffer.from(text), nanos(0))
}

describe('LineSplitter', () => {
  test('gives back the lines, however the stream is cut, however they end and whenever the handler pauses', () => {
    const line = fc.string({ unit: 'grapheme', maxLength: 30 }).filter((text) => !/[\r\n]/.test(text))
    const ended = fc.tuple(line, fc.constantFrom('\n', '\r\n'))
    fc.assert(
      fc.property(
        fc.array(ended, { maxLength: 20 }),
        fc.array(fc.nat(2000), { maxLength: 30 }),
        fc.array(fc.boolean()),
        (sent, cuts, pauses) => {
          const lines: string[] = []
          const splitter = new LineSplitter((bytes) => {
            lines.push(Buffer.from(bytes).toString())
            if (pauses[lines.length - 1]) splitter.pause()
          })
          const stream = Buffer.from(sent.map((each) => each.join('')).join(''))
          const ends = [...cuts.map((cut) => cut % (stream.length + 1)), stream.length].sort((a, b) => a - b)
          let from = 0
          for (const end of ends) {
            splitter.push(stream.subarray(from, end), nanos(0))
            from = end
          }
          for (let left = 0; left <= sent.length; left++) splitter.resume()
          expect(lines).toEqual(sent.map(([text]) => text))
        },
      ),
    )
  })

  test('a line of the most bytes is whole, one byte more makes two pieces', () => {
    const { splitter, lines } = collect()
    const most = 'x'.repeat(MAX_LINE_BYTES)
    push(splitter, `${most}\n`, `${most}\r\n`, `${most}y\n`, 'after\n')
    expect(lines).toEqual([most, most, most, 'y', 'after'])
  })

  test('a line that never ends comes in pieces, as it comes', () => {
    const { splitter, lines } = collect()
    for (let chunk = 0; chunk < 100; chunk++) push(splitter, 'z'.repeat(1000))
    expect(lines).toEqual(Array(24).fill('z'.repeat(MAX_LINE_BYTES)))
    push(splitter, '\n')
    expect(lines.join('').length).toBe(100_000)
  })

  test('pieces are cut between characters', () => {
    for (let shift = 0; shift < 4; shift++) {
      const { splitter, lines } = collect()
      const text = 'x'.repeat(shift) + '👋'.repeat(3000)
      push(splitter, `${text}\n`)
      expect(lines.join('')).toBe(text)
      expect(lines.length).toBe(3)
    }
  })

  test('bytes that are no UTF-8 are cut all the same', () => {
    const seen: number[] = []
    const splitter = new LineSplitter((bytes) => seen.push(bytes.length))
    splitter.push(new Uint8Array(10_000).fill(0x80), nanos(0))
    splitter.finish(nanos(0))
    expect(seen).toEqual([4096, 4096, 1808])
  })

  test('a text that was handed over for quiet is not followed by an empty line', () => {
    const { splitter, lines } = collect()
    push(splitter, 'who is the')
    expect(splitter.unfinished).toBe(true)
    splitter.flush(nanos(0))
    expect(splitter.unfinished).toBe(false)
    splitter.flush(nanos(0))
    push(splitter, '\r\n', 're\n', '\n')
    expect(lines).toEqual(['who is the', 're', ''])
  })

  test('nothing is flushed during a pause', () => {
    const { splitter, lines } = collect()
    push(splitter, 'a')
    splitter.pause()
    splitter.flush(nanos(0))
    expect(lines).toEqual([])
    splitter.resume()
    splitter.flush(nanos(0))
    expect(lines).toEqual(['a'])
  })

  test('the end of the stream ends the last line', () => {
    const { splitter, lines } = collect()
    push(splitter, 'one\ntwo')
    expect(splitter.finish(nanos(0))).toBe(true)
    expect(lines).toEqual(['one', 'two'])
  })
})

test.each([
  ['', ''],
  ['\n', ''],
  ['\r\n', ''],
  ['a', 'a'],
  ['a\r', 'a\r'],
  ['a\n', 'a'],
  ['a\r\n', 'a'],
  ['a\n\n', 'a\n'],
])('withoutLineEnd(%j) is %j', (line, text) => {
  expect(Buffer.from(withoutLineEnd(Buffer.from(line))).toString()).toBe(text)
})
