import type { Nanos } from '../core/clock.ts'

/** A message's length goes before it, 4 bytes, big-endian. */
export const PREFIX_BYTES = 4

/** The largest message of a stream transport: a receiver may have to hold one of them for each connection. */
export const MAX_STREAM_MESSAGE_BYTES = 1024 * 1024

// A hostile length must not make us allocate ahead: a gathering starts at this and doubles as bytes really come.
const FIRST_GATHER_BYTES = 16 * 1024

const BROKEN = -1

const EMPTY: Uint8Array = new Uint8Array(0)

/** @param bytes valid only during the call @param messageBytes the full length, where only the first bytes were asked for */
export type SplitHandler = (bytes: Uint8Array, receivedAt: Nanos, messageBytes: number) => void

export function writePrefix(into: Uint8Array, messageBytes: number): void {
  into[0] = messageBytes >>> 24
  into[1] = messageBytes >>> 16
  into[2] = messageBytes >>> 8
  into[3] = messageBytes
}

/** Not `slice`: of a Buffer that is no copy. */
function copyOf(memory: Uint8Array, from: number, to: number): Uint8Array {
  return new Uint8Array(memory.subarray(from, to))
}

interface Held {
  readonly memory: Uint8Array
  readonly receivedAt: Nanos
  from: number
}

/** Cuts a stream of bytes into messages, however the bytes were chunked, and waits in mid-chunk when told to. */
export abstract class Splitter {
  onMessage: SplitHandler
  protected keepBytes = Number.POSITIVE_INFINITY
  readonly #held: Held[] = []
  #paused = false
  #stopped = false
  #broken = false
  #splitting = false
  #viewOf: Uint8Array | undefined
  #viewFrom = 0
  #view = EMPTY

  constructor(onMessage: SplitHandler) {
    this.onMessage = onMessage
  }

  /** True while a message has begun and not ended. */
  abstract readonly unfinished: boolean

  /** Takes what belongs to at most one message; returns how far it came, or -1 where the framing is broken. */
  protected abstract take(memory: Uint8Array, from: number, to: number, receivedAt: Nanos): number

  /** So many bytes from here on are only counted: `push` may be told of them without their memory. */
  get skippableBytes(): number {
    return 0
  }

  /** True while messages wait here: paused in mid-chunk, or inside a handler. */
  get holding(): boolean {
    return this.#splitting || this.#held.length > 0
  }

  /** False while what comes has to wait. */
  protected get idle(): boolean {
    return !this.#paused && !this.#stopped && !this.holding
  }

  /**
   * Takes the first `bytes` of `memory`, which the caller may reuse afterwards.
   * False: the peer broke the framing, and nothing more will come out.
   */
  push(memory: Uint8Array, receivedAt: Nanos, bytes = memory.length): boolean {
    if (this.#stopped) return !this.#broken
    if (this.#paused || this.holding) {
      this.#held.push({ memory: copyOf(memory, 0, bytes), receivedAt, from: 0 })
      return true
    }
    const reached = this.#split(memory, 0, bytes, receivedAt)
    if (reached < bytes && !this.#stopped) {
      this.#held.push({ memory: copyOf(memory, reached, bytes), receivedAt, from: 0 })
    }
    return !this.#broken
  }

  /** Hands over nothing until `resume`; a handler may call it in the middle of a chunk. */
  pause(): void {
    this.#paused = true
  }

  /** Hands over what waited, before anything newer. False as of `push`. */
  resume(): boolean {
    this.#paused = false
    while (!this.#splitting && !this.#paused) {
      const next = this.#held[0]
      if (next === undefined) break
      next.from = this.#split(next.memory, next.from, next.memory.length, next.receivedAt)
      if (next.from === next.memory.length) this.#held.shift()
    }
    return !this.#broken
  }

  /** Hands over nothing more, ever. */
  stop(): void {
    this.#stopped = true
    this.#held.length = 0
  }

  /** Hands over only the first bytes of every message that begins from now on. */
  keepFirst(bytes: number): void {
    this.keepBytes = bytes
  }

  /** The stream has ended. False: in the middle of a message. */
  finish(_receivedAt: Nanos): boolean {
    return !this.unfinished
  }

  /** The same view object as before where it shows the same memory: a ping-pong allocates nothing. */
  protected view(memory: Uint8Array, from: number, bytes: number): Uint8Array {
    if (memory !== this.#viewOf || from !== this.#viewFrom || bytes !== this.#view.length) {
      this.#viewOf = memory
      this.#viewFrom = from
      this.#view = new Uint8Array(memory.buffer, memory.byteOffset + from, bytes)
    }
    return this.#view
  }

  #split(memory: Uint8Array, from: number, to: number, receivedAt: Nanos): number {
    let at = from
    this.#splitting = true
    try {
      while (at < to && !this.#paused && !this.#stopped) {
        at = this.take(memory, at, to, receivedAt)
        if (at === BROKEN) {
          this.#broken = true
          this.stop()
        }
      }
    } finally {
      this.#splitting = false
    }
    return this.#stopped ? to : at
  }
}

/** Messages behind their lengths. One that lies whole in a chunk is handed over where it lies. */
export class Deframer extends Splitter {
  readonly #maxMessageBytes: number
  #prefixBytes = 0
  #messageBytes = 0
  #missingBytes = 0
  #keep = 0
  #gathered = EMPTY
  #gatheredBytes = 0

  constructor(maxMessageBytes: number, onMessage: SplitHandler) {
    super(onMessage)
    this.#maxMessageBytes = maxMessageBytes
  }

  get unfinished(): boolean {
    return this.#prefixBytes > 0
  }

  override get skippableBytes(): number {
    const hasAll = this.#prefixBytes === PREFIX_BYTES && this.#gatheredBytes === this.#keep
    return hasAll && this.idle ? this.#missingBytes : 0
  }

  protected take(memory: Uint8Array, from: number, to: number, receivedAt: Nanos): number {
    let at = from
    if (this.#prefixBytes < PREFIX_BYTES) {
      if (this.#prefixBytes === 0) this.#messageBytes = 0
      while (at < to && this.#prefixBytes < PREFIX_BYTES) {
        this.#messageBytes = this.#messageBytes * 256 + (memory[at++] as number)
        this.#prefixBytes++
      }
      if (this.#prefixBytes < PREFIX_BYTES) return at
      const messageBytes = this.#messageBytes
      if (messageBytes > this.#maxMessageBytes) return BROKEN
      const keep = Math.min(messageBytes, this.keepBytes)
      if (to - at >= messageBytes) {
        this.#prefixBytes = 0
        this.onMessage(this.view(memory, at, keep), receivedAt, messageBytes)
        return at + messageBytes
      }
      this.#missingBytes = messageBytes
      this.#keep = keep
      this.#gatheredBytes = 0
    }
    const bytes = Math.min(to - at, this.#missingBytes)
    const wanted = Math.min(bytes, this.#keep - this.#gatheredBytes)
    if (wanted > 0) this.#gather(memory, at, wanted)
    this.#missingBytes -= bytes
    if (this.#missingBytes === 0) {
      this.#prefixBytes = 0
      this.onMessage(this.view(this.#gathered, 0, this.#keep), receivedAt, this.#messageBytes)
    }
    return at + bytes
  }

  #gather(memory: Uint8Array, from: number, bytes: number): void {
    const needed = this.#gatheredBytes + bytes
    if (needed > this.#gathered.length) {
      const doubled = Math.max(needed, this.#gathered.length * 2, FIRST_GATHER_BYTES)
      const grown = new Uint8Array(Math.min(doubled, Math.max(this.#keep, FIRST_GATHER_BYTES)))
      grown.set(this.#gathered.subarray(0, this.#gatheredBytes))
      this.#gathered = grown
    }
    this.#gathered.set(memory.subarray(from, from + bytes), this.#gatheredBytes)
    this.#gatheredBytes = needed
  }
}

/** Whatever came in one piece is a message: the stream has no boundaries, and nobody pretends that it has. */
export class RawPieces extends Splitter {
  readonly unfinished = false

  protected take(memory: Uint8Array, from: number, to: number, receivedAt: Nanos): number {
    this.onMessage(this.view(memory, from, Math.min(to - from, this.keepBytes)), receivedAt, to - from)
    return to
  }
}
