import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { nanos } from '../../src/core/clock.ts'
import { Deframer, PREFIX_BYTES, RawPieces, type Splitter, writePrefix } from '../../src/wire/framing.ts'

const MAX_BYTES = 70_000

interface Seen {
  readonly bytes: number[]
  readonly messageBytes: number
}

function framed(messages: readonly Uint8Array[]): Uint8Array {
  const frames = messages.map((message) => {
    const frame = new Uint8Array(PREFIX_BYTES + message.length)
    writePrefix(frame, message.length)
    frame.set(message, PREFIX_BYTES)
    return frame
  })
  return new Uint8Array(Buffer.concat(frames))
}

/** Pushes a stream in chunks through one reused buffer, scribbled over after each, as a socket's would be. */
function pushAll(splitter: Splitter, stream: Uint8Array, cuts: readonly number[]): boolean[] {
  const memory = Buffer.alloc(stream.length + 1)
  const ends = [...new Set(cuts.map((cut) => cut % (stream.length + 1))), stream.length].sort((a, b) => a - b)
  let from = 0
  return ends.map((end) => {
    memory.set(stream.subarray(from, end))
    const whole = splitter.push(memory, nanos(end), end - from)
    memory.fill(0xdb)
    from = end
    return whole
  })
}

const messagesArbitrary = fc.array(
  fc.oneof(
    { weight: 4, arbitrary: fc.uint8Array({ maxLength: 20 }) },
    { weight: 1, arbitrary: fc.nat(MAX_BYTES).map((bytes) => new Uint8Array(bytes).fill(bytes % 251)) },
  ),
  { maxLength: 12 },
)
const cutsArbitrary = fc.array(fc.nat(200_000), { maxLength: 40 })

describe('Deframer', () => {
  test('gives back the messages, however the stream is cut and whenever the handler pauses', () => {
    fc.assert(
      fc.property(messagesArbitrary, cutsArbitrary, fc.array(fc.boolean()), (messages, cuts, pauses) => {
        const seen: Seen[] = []
        let calls = 0
        const deframer = new Deframer(MAX_BYTES, (bytes, _at, messageBytes) => {
          seen.push({ bytes: [...bytes], messageBytes })
          if (pauses[calls++]) deframer.pause()
        })
        expect(pushAll(deframer, framed(messages), cuts)).not.toContain(false)
        for (let left = 0; left <= messages.length; left++) deframer.resume()
        expect(seen).toEqual(messages.map((each) => ({ bytes: [...each], messageBytes: each.length })))
        expect(deframer.unfinished).toBe(false)
        expect(deframer.holding).toBe(false)
      }),
    )
  })

  test('keepFirst hands over the beginning and the full length, however the stream is cut', () => {
    fc.assert(
      fc.property(messagesArbitrary, cutsArbitrary, fc.nat(50), (messages, cuts, keep) => {
        const seen: Seen[] = []
        const deframer = new Deframer(MAX_BYTES, (bytes, _at, messageBytes) =>
          seen.push({ bytes: [...bytes], messageBytes }),
        )
        deframer.keepFirst(keep)
        pushAll(deframer, framed(messages), cuts)
        expect(seen).toEqual(
          messages.map((each) => ({ bytes: [...each.subarray(0, keep)], messageBytes: each.length })),
        )
      }),
    )
  })

  test('keepFirst in the middle of a message leaves that message whole', () => {
    const seen: number[] = []
    const deframer = new Deframer(MAX_BYTES, (bytes) => seen.push(bytes.length))
    const stream = framed([new Uint8Array(100), new Uint8Array(100)])
    deframer.push(stream.subarray(0, 50), nanos(0))
    deframer.keepFirst(10)
    deframer.push(stream.subarray(50), nanos(0))
    expect(seen).toEqual([100, 10])
  })

  test('a message is stamped with the arrival of the chunk that completed it', () => {
    const stamps: number[] = []
    const deframer = new Deframer(MAX_BYTES, (_bytes, at) => stamps.push(at))
    const stream = framed([Uint8Array.of(1), Uint8Array.of(2), Uint8Array.of(3)])
    deframer.push(stream.subarray(0, 9), nanos(10))
    deframer.pause()
    deframer.push(stream.subarray(9, 10), nanos(20))
    deframer.push(stream.subarray(10), nanos(30))
    deframer.resume()
    expect(stamps).toEqual([10, 20, 30])
  })

  test('a length over the limit breaks the framing, and nothing comes out afterwards', () => {
    const seen: number[] = []
    const deframer = new Deframer(10, (bytes) => seen.push(bytes.length))
    expect(deframer.push(framed([new Uint8Array(10)]), nanos(0))).toBe(true)
    expect(deframer.push(Uint8Array.of(0, 0, 0), nanos(0))).toBe(true)
    expect(deframer.push(Uint8Array.of(11, 1), nanos(0))).toBe(false)
    expect(deframer.push(framed([new Uint8Array(1)]), nanos(0))).toBe(false)
    expect(deframer.resume()).toBe(false)
    expect(seen).toEqual([10])
  })

  test('the highest length of all is a number, not a negative one', () => {
    const deframer = new Deframer(MAX_BYTES, () => undefined)
    expect(deframer.push(Uint8Array.of(0xff, 0xff, 0xff, 0xff), nanos(0))).toBe(false)
  })

  test('a length that is only announced allocates nothing like it', () => {
    const announced = new Uint8Array(PREFIX_BYTES + 1)
    writePrefix(announced, 1 << 30)
    const deframers = Array.from({ length: 64 }, () => new Deframer(1 << 30, () => undefined))
    const before = process.memoryUsage().arrayBuffers
    for (const deframer of deframers) deframer.push(announced, nanos(0))
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(64 * 64 * 1024)
    expect(deframers.every((each) => each.unfinished)).toBe(true)
  })

  test('a ping-pong through one buffer gets the same view object every time', () => {
    const views = new Set<Uint8Array>()
    const deframer = new Deframer(MAX_BYTES, (bytes) => views.add(bytes))
    const memory = new Uint8Array(1000)
    memory.set(framed([new Uint8Array(64)]))
    for (let round = 0; round < 3; round++) deframer.push(memory, nanos(round), PREFIX_BYTES + 64)
    expect(views.size).toBe(1)
  })

  test('a message that lies whole in a chunk is not copied', () => {
    const memory = framed([new Uint8Array(64)])
    let view: Uint8Array | undefined
    new Deframer(MAX_BYTES, (bytes) => {
      view = bytes
    }).push(memory, nanos(0))
    expect(view?.buffer).toBe(memory.buffer)
    expect(view?.byteOffset).toBe(PREFIX_BYTES)
  })

  test('a handler may pause and resume at once: the rest follows after it, not inside it', () => {
    const seen: number[] = []
    let depth = 0
    const deframer = new Deframer(MAX_BYTES, (bytes) => {
      expect(++depth).toBe(1)
      deframer.pause()
      deframer.resume()
      seen.push(bytes[0] as number)
      depth--
    })
    deframer.push(framed([Uint8Array.of(1), Uint8Array.of(2), Uint8Array.of(3)]), nanos(0))
    expect(seen).toEqual([1, 2, 3])
  })

  test('stop() in a handler drops the rest of the chunk', () => {
    const seen: number[] = []
    const deframer = new Deframer(MAX_BYTES, (bytes) => {
      seen.push(bytes[0] as number)
      deframer.stop()
    })
    expect(deframer.push(framed([Uint8Array.of(1), Uint8Array.of(2)]), nanos(0))).toBe(true)
    expect(deframer.push(framed([Uint8Array.of(3)]), nanos(0))).toBe(true)
    expect(seen).toEqual([1])
    expect(deframer.holding).toBe(false)
  })

  test('finish() knows whether the stream ended between messages', () => {
    const deframer = new Deframer(MAX_BYTES, () => undefined)
    expect(deframer.finish(nanos(0))).toBe(true)
    deframer.push(framed([new Uint8Array(5)]).subarray(0, 2), nanos(0))
    expect(deframer.finish(nanos(0))).toBe(false)
    deframer.push(framed([new Uint8Array(5)]).subarray(2, 6), nanos(0))
    expect(deframer.finish(nanos(0))).toBe(false)
    deframer.push(framed([new Uint8Array(5)]).subarray(6), nanos(0))
    expect(deframer.finish(nanos(0))).toBe(true)
  })
})

describe('RawPieces', () => {
  test('hands over each chunk, and after a pause each chunk that waited', () => {
    const seen: string[] = []
    const pieces = new RawPieces((bytes, _at, messageBytes) =>
      seen.push(`${Buffer.from(bytes).toString()}/${messageBytes}`),
    )
    pieces.push(Buffer.from('ab'), nanos(0))
    pieces.pause()
    pieces.push(Buffer.from('cde'), nanos(0))
    pieces.push(Buffer.from('f'), nanos(0))
    expect(seen).toEqual(['ab/2'])
    pieces.keepFirst(2)
    pieces.resume()
    expect(seen).toEqual(['ab/2', 'cd/3', 'f/1'])
  })
})
