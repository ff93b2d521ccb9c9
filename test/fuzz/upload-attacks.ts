import { expect } from 'vitest'
import { createRandom, shuffled } from '../../src/core/random.ts'
import {
  FrameType,
  frameType,
  HEADER_BYTES,
  NO_TOKEN,
  type Token,
  writeHeader,
} from '../../src/wire/frame.ts'
import {
  CONTROL_BYTES,
  decodeControl,
  encodeChunk,
  encodeControl,
  requestNumber,
  retry,
} from '../../src/wire/session-messages.ts'
import { sampleResult } from '../report/sample-result.ts'
import type { Stranger } from './stranger.ts'
import { begin, begun, collectFrame, handOver, piecesOf, upload } from './uploads.ts'

/** The longest document that a server takes. */
const LONGEST_BYTES = 4 * 1024 * 1024

/** Begun and never finished. */
const UNFINISHED = 1500
const UNPROVED = 300
/** Never so much that a socket's buffer has no room for it: what it drops would be nobody's fault. */
const AT_ONCE = 50

/** As long as each other, so that it is known how many fill a folder. */
export const RESULT = Buffer.from(
  JSON.stringify(sampleResult({ workloads: ['connect'], blocks: 1 })).padEnd(5000),
)

const textBytes = (text: string) => new TextEncoder().encode(text)

/** Names that lead out of a folder, or into what is not theirs. */
export const namesFor = (parent: string) => [
  ...[
    '../../outside',
    '../canary',
    '../../../canary',
    '/etc/passwd',
    `${parent}/canary`,
    '/dev/null',
    'x/../../canary',
  ],
  ...['..\\..\\outside', '..\\x', 'C:\\outside', '\\\\host\\share', 'CON', 'nul', 'COM1:', 'aux.json'],
  ...['', '.', '..', '/', '.'.repeat(48), '~/.profile', '-rf', '$(touch outside)', '\0', 'canary\0.json'],
  ...['a\nb', '\u202egnp.nosj', '\ud800', 'x'.repeat(48), '漢'.repeat(48), '\ufb2c'.repeat(48)],
  ...['link', 'link.json', 'dangling', 'up/canary', '.netcmp-1-0000000000000000.tmp', '__proto__'],
]

const NO_NAMES = ['x'.repeat(49), '.'.repeat(64), 'x'.repeat(10_000), 7, null, ['x'], { x: 1 }, undefined]

const NO_SIZES = [0, -1, 1.5, 2 ** 53, '9', null, [9], undefined]

function nested(bytes: number): Uint8Array {
  return textBytes('['.repeat(bytes / 2) + ']'.repeat(bytes / 2))
}

export const NO_RESULTS: Readonly<Record<string, Uint8Array>> = {
  'no text': new Uint8Array(3000).fill(0xff),
  'half a result': RESULT.subarray(0, 1000),
  'a difference': textBytes('{"schema":"netcmp.diff/1"}'),
  'a result of nothing': textBytes('{"schema":"netcmp.result/1"}'),
  'a result by inheritance': textBytes(`{"__proto__":${RESULT}}`),
  'quotes and escapes': textBytes(`"${'\\"'.repeat(500)}`),
  'a deep one': nested(250 * 1024),
}

/** Each takes a second to read, or hundreds of MiB. */
export const COSTLY: Readonly<Record<string, Uint8Array>> = {
  deep: nested(LONGEST_BYTES),
  many: textBytes(`[${'{},'.repeat(LONGEST_BYTES / 3 - 1)}{}]`),
  names: textBytes(`{${Array.from({ length: 300_000 }, (_, n) => `"${n}a":1`)}}`),
}

export const isProbe = (frame: Uint8Array) => frameType(frame) === FrameType.PROBE

export function ping(): Uint8Array {
  const frame = new Uint8Array(HEADER_BYTES)
  writeHeader(frame, FrameType.PROBE, 0, NO_TOKEN, 0)
  return frame
}

/** What is dropped has no answer; that of the next frame tells that it was read. */
async function expectSilence(who: Stranger, ...frames: readonly Uint8Array[]): Promise<void> {
  const before = who.answers.length
  who.send(...frames)
  await who.ask(ping(), isProbe)
  expect(who.answers.slice(before).filter((each) => !isProbe(each))).toEqual([])
}

/** The attackers over one transport. */
export interface Side {
  /** Somebody of the n-th host of this side. */
  dial(n: number): Promise<Stranger>
}

export async function uploadAll(side: Side, names: readonly string[]): Promise<string[]> {
  const who = await side.dial(0)
  const outcomes: string[] = []
  for (const name of names) outcomes.push(await upload(who, name, RESULT))
  return outcomes
}

/** Pieces in any order, again and again, and those of a foreigner who knows the token. */
export async function uploadPatchwork(side: Side): Promise<void> {
  const [who, foreigner] = [await side.dial(0), await side.dial(1)]
  const token = await begun(who, RESULT.length)
  const forged = piecesOf(new Uint8Array(RESULT.length).fill(0x2a), token)
  foreigner.send(...forged)
  await foreigner.ask(ping(), isProbe)
  const refused = foreigner.answers.filter((each) => frameType(each) === FrameType.REFUSE)
  expect(refused.map((each) => each.length)).toEqual(forged.map(() => HEADER_BYTES))
  const pieces = piecesOf(RESULT, token)
  const random = createRandom(1)
  const last = pieces.at(-1) as Uint8Array
  while (!who.answers.some((each) => requestNumber(each) === requestNumber(last))) {
    who.send(...shuffled(pieces, random), encodeChunk(token, 0, new Uint8Array(2 ** 16), 65_536 - 1152))
    await who.ask(ping(), isProbe)
  }
}

export async function sendNoResults(
  side: Side,
  documents: Readonly<Record<string, Uint8Array>>,
): Promise<void> {
  const who = await side.dial(2)
  for (const [what, document] of Object.entries(documents)) {
    expect([what, await upload(who, what, document)]).toEqual([what, 'RESULT'])
  }
}

export async function lieAboutSize(side: Side): Promise<void> {
  const who = await side.dial(3)
  for (const name of NO_NAMES) await expectSilence(who, collectFrame({ name, sizeBytes: 9 }))
  for (const sizeBytes of NO_SIZES) await expectSilence(who, collectFrame({ name: 'x', sizeBytes }))
  for (const sizeBytes of [LONGEST_BYTES + 1, 2 ** 53 - 1]) {
    expect(await begin(who, 'x', sizeBytes)).toMatchObject({ code: 'SIZE' })
  }
  // More than was said: the rest is not looked at.
  const short = await begun(who, 10)
  const [piece] = piecesOf(RESULT, short) as [Uint8Array]
  expect(await handOver(who, [piece])).toMatchObject({ receivedBytes: 10, refusal: { code: 'RESULT' } })
  // All of it, in a frame that is shorter than its answer.
  const tiny = new Uint8Array(HEADER_BYTES + 1)
  writeHeader(tiny, FrameType.UPLOAD, 0, await begun(who, 1), 1)
  await expectSilence(who, tiny)
  // Less than was said: a piece that is too short, and pieces past the end.
  const long = await begun(who, 5000)
  const cut = piecesOf(RESULT, long).map((each) => each.subarray(0, CONTROL_BYTES))
  await expectSilence(who, ...cut.slice(0, -1))
  for (const offset of [5000, 5001, 2 ** 31, 2 ** 32 - 1]) {
    writeHeader(piece, FrameType.UPLOAD, offset, long, 1)
    await expectSilence(who, piece)
  }
}

export async function repeatPiece(side: Side): Promise<void> {
  const who = await side.dial(4)
  const [piece] = piecesOf(RESULT, await begun(who, RESULT.length)) as [Uint8Array]
  for (let n = 0; n < 1000; n += AT_ONCE) {
    who.send(...Array.from({ length: AT_ONCE - 1 }, () => piece))
    expect(await handOver(who, [piece])).toEqual({ receivedBytes: 1152 })
  }
}

/** Documents of one host may claim a quarter of what all may, and give it back. */
export async function claimTooMuch(side: Side): Promise<void> {
  const claimed: { who: Stranger; token: Token }[] = []
  for (let n = 0; n < 4; n++) {
    const who = await side.dial(5)
    const token = await begun(who, LONGEST_BYTES)
    await handOver(who, [encodeChunk(token, 1, new Uint8Array(LONGEST_BYTES), 0)])
    claimed.push({ who, token })
  }
  const fifth = await side.dial(5)
  expect(await begin(fifth, 'x', 1)).toMatchObject({ code: 'FULL' })
  const [{ who, token }] = claimed as [{ who: Stranger; token: Token }]
  const isClose = (frame: Uint8Array) => frameType(frame) === FrameType.CLOSE
  await who.ask(encodeControl(FrameType.CLOSE, token, 1, {}, CONTROL_BYTES), isClose)
  await begun(fifth, LONGEST_BYTES)
}

export async function leaveUnfinished(side: Side): Promise<void> {
  for (let n = 0; n < UNFINISHED; n += AT_ONCE) {
    await Promise.all(
      Array.from({ length: AT_ONCE }, async (_, each) => {
        const who = await side.dial(10 + (each % 3))
        const pieces = piecesOf(RESULT, await begun(who, RESULT.length))
        await handOver(who, pieces.slice(0, 1))
      }),
    )
  }
}

/** Datagrams of who never answers, some with a cookie or a token that they overheard. */
export async function sendUnproved(side: Side): Promise<void> {
  const victim = await side.dial(6)
  const token = await begun(victim, RESULT.length)
  const [first] = piecesOf(RESULT, token) as [Uint8Array]
  await handOver(victim, [first])
  const asked = collectFrame({ name: 'x', sizeBytes: 9 })
  const answer = await (await side.dial(6)).ask(asked, (each) => frameType(each) === FrameType.RETRY)
  const stolen = decodeControl(retry, answer)?.cookie
  expect(stolen).toBeDefined()
  for (let n = 0; n < UNPROVED; n += AT_ONCE) {
    const wave = await Promise.all(Array.from({ length: AT_ONCE }, (_, each) => side.dial(100 + n + each)))
    for (const who of wave) {
      for (const cookie of [undefined, stolen, 'A'.repeat(22)]) {
        who.send(collectFrame({ name: '../x', sizeBytes: RESULT.length, cookie }))
      }
      for (const each of [NO_TOKEN, { hi: n, lo: 1 }, token]) {
        const pieces = piecesOf(RESULT, each)
        who.send(
          ...pieces.slice(0, 2),
          ...pieces.slice(-1).map((piece) => piece.subarray(0, HEADER_BYTES + 1)),
        )
      }
      await who.ask(ping(), isProbe)
      expect(who.answers.map(frameType)).not.toContain(FrameType.ACCEPT)
      expect(who.receivedBytes).toBeLessThanOrEqual(who.sentBytes)
      who.leave()
    }
  }
}
