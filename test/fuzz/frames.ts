import { createRandom, type Random } from '../../src/core/random.ts'
import {
  Flag,
  FrameType,
  frameType,
  NO_TOKEN,
  type Token,
  writeHeader,
  writeToken,
} from '../../src/wire/frame.ts'
import { CONTROL_BYTES, chunkEnd, encodeChunk, encodeControl } from '../../src/wire/session-messages.ts'

const NOISE_BYTES = 1 << 16
const LONGEST_BYTES = 9000

const workloads = ['echo', 'bulk', 'chat'] as const
/** Sessions last for a while: what ends them is rarer than what they are for. */
const validTypes = [
  ...Array.from({ length: 10 }, () => FrameType.PROBE),
  ...Array.from({ length: 4 }, () => FrameType.STATS_REQUEST),
  FrameType.UPLOAD,
  FrameType.CLOSE,
  FrameType.OPEN,
]
const directions = ['up', 'down', 'both'] as const

/** Of a few pieces, so that now and then one is whole. */
const MOST_DOCUMENT_BYTES = 3000

/** A request that a server accepts. What it sends of its own accord is bounded, since nobody here reads for long. */
export function openFrame(number: number, random: Random, cookie?: string): Uint8Array {
  return random.below(6) === 0 ? collectFrame(number, random, cookie) : measureFrame(number, random, cookie)
}

function collectFrame(number: number, random: Random, cookie?: string): Uint8Array {
  const sizeBytes = 1 + random.below(MOST_DOCUMENT_BYTES)
  const name = `../${random.below(2 ** 32)}`
  return encodeControl(
    FrameType.OPEN,
    NO_TOKEN,
    number,
    { workload: 'collect', name, sizeBytes, cookie },
    CONTROL_BYTES,
  )
}

function measureFrame(number: number, random: Random, cookie?: string): Uint8Array {
  return encodeControl(
    FrameType.OPEN,
    NO_TOKEN,
    number,
    {
      workload: workloads[random.below(8)] ?? 'echo',
      sizeBytes: 32 + random.below(200),
      durationNs: 50e6,
      ratePerSec: 1000,
      direction: directions[random.below(3)],
      cookie,
      room: `room ${random.below(random.below(2) === 0 ? 4 : 2 ** 32)}`,
    },
    CONTROL_BYTES,
  )
}

/** Frames of every kind of wrong, and some right ones between them, from a seed. */
export class Frames {
  /** Of those made so far, how many no server may do anything with but drop and count. */
  hopelessCount = 0
  readonly random: Random
  readonly #noise: Uint8Array
  readonly #memory = new Uint8Array(LONGEST_BYTES)
  readonly #kinds: (() => Uint8Array)[]
  #token: Token = NO_TOKEN

  constructor(seed: number) {
    const random = createRandom(seed)
    this.random = random
    this.#noise = new Uint8Array(NOISE_BYTES).map(() => random.below(256))
    this.#kinds = [
      () => this.#noisy(random.below(200)),
      () => this.#noisy(random.below(100) === 0 ? LONGEST_BYTES : random.below(40)),
      () => this.#flipped(this.#valid(), 1 + random.below(4)),
      () => this.#flipped(this.#valid(), 1 + random.below(64)),
      () => this.#cut(this.#valid()),
      () => this.#otherVersion(this.#valid()),
      () => this.#otherType(this.#valid()),
      () => this.#garbledBody(),
      () => this.#foreignToken(),
      () => this.#reply(),
      () => this.#valid(),
    ]
  }

  /** From now on the right frames carry this session's token. */
  speakFor(token: Token): void {
    this.#token = token
  }

  /** The next frame; its memory is reused for the one after. */
  next(): Uint8Array {
    return (this.#kinds[this.random.below(this.#kinds.length)] as () => Uint8Array)()
  }

  /** The next frame that does not end a stream. */
  nextOfStream(): Uint8Array {
    for (;;) {
      const before = this.hopelessCount
      const frame = this.next()
      if (frameType(frame) !== 0) return frame
      this.hopelessCount = before
    }
  }

  #hopeless(frame: Uint8Array): Uint8Array {
    this.hopelessCount++
    return frame
  }

  #noisy(bytes: number): Uint8Array {
    const from = this.random.below(NOISE_BYTES - bytes)
    const frame = this.#noise.subarray(from, from + bytes)
    return frameType(frame) === 0 ? this.#hopeless(frame) : frame
  }

  #valid(): Uint8Array {
    const { random } = this
    const type = validTypes[random.below(validTypes.length)] as number
    const number = random.below(1 << 20)
    if (type === FrameType.PROBE) {
      const probe = this.#memory.subarray(0, 32 + random.below(100))
      writeHeader(probe, type, random.below(4), random.below(2) === 0 ? NO_TOKEN : this.#token, number)
      return probe
    }
    if (type === FrameType.OPEN) return this.#copied(openFrame(number, random))
    if (type === FrameType.UPLOAD) return this.#copied(this.#piece(number))
    const body = type === FrameType.CLOSE ? {} : { sentCount: number, final: random.below(9) === 0 }
    return this.#copied(encodeControl(type, this.#token, number, body, CONTROL_BYTES))
  }

  /** A piece of noise, of the beginning more often: what comes together of them is no result. */
  #piece(number: number): Uint8Array {
    const { random } = this
    let offset = 0
    while (random.below(2) === 0 && offset < MOST_DOCUMENT_BYTES) offset = chunkEnd(offset, NOISE_BYTES)
    return encodeChunk(this.#token, number, this.#noise, offset)
  }

  #copied(frame: Uint8Array): Uint8Array {
    this.#memory.set(frame)
    return this.#memory.subarray(0, frame.length)
  }

  #flipped(frame: Uint8Array, bits: number): Uint8Array {
    for (let i = 0; i < bits; i++) {
      const at = this.random.below(frame.length)
      frame[at] = (frame[at] as number) ^ (1 << this.random.below(8))
    }
    return frame
  }

  #cut(frame: Uint8Array): Uint8Array {
    return frame.subarray(0, this.random.below(frame.length))
  }

  #otherVersion(frame: Uint8Array): Uint8Array {
    frame[2] = 2 + this.random.below(254)
    return this.#hopeless(frame)
  }

  /** A type that there is not, or that only a server sends. */
  #otherType(frame: Uint8Array): Uint8Array {
    const types = [
      0,
      10,
      11,
      12,
      13,
      14,
      15,
      FrameType.RETRY,
      FrameType.ACCEPT,
      FrameType.REFUSE,
      FrameType.STATS,
    ]
    frame[3] = types[this.random.below(types.length)] as number
    return this.#hopeless(frame)
  }

  #garbledBody(): Uint8Array {
    const { random } = this
    const frame = this.#memory.subarray(0, CONTROL_BYTES)
    const from = random.below(NOISE_BYTES - CONTROL_BYTES)
    frame.set(this.#noise.subarray(from, from + CONTROL_BYTES))
    const isOpen = random.below(2) === 0
    const type = isOpen ? FrameType.OPEN : FrameType.STATS_REQUEST
    writeHeader(frame, type, 0, isOpen ? NO_TOKEN : this.#token, random.below(1 << 20))
    // Sometimes it begins well.
    if (random.below(2) === 0) frame.set(new TextEncoder().encode('{"workload":"echo","sizeBytes":'), 32)
    return frame
  }

  #foreignToken(): Uint8Array {
    const frame = this.#valid()
    writeToken(frame, { hi: 1 + this.random.below(2 ** 32 - 1), lo: this.random.below(2 ** 32) })
    return frame
  }

  #reply(): Uint8Array {
    const frame = this.#valid()
    frame[3] = (frame[3] as number) | Flag.REPLY
    return this.#hopeless(frame)
  }
}
