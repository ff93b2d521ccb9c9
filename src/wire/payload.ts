import { HEADER_BYTES } from './frame.ts'

/**
 * Where in the noise a message's payload begins is told by its number. Two numbers begin at the same place only where
 * they are a multiple of this apart.
 */
const PLACES = 1 << 16
/** Odd, so that all numbers of a row of `PLACES` get places of their own; large, so that neighbours get distant ones. */
const STRIDE = 40_503

let noise = new Uint8Array(0)

/** Every byte after all before it (xorshift32, Marsaglia 2003), and the same in every process: no stretch repeats. */
function noiseOf(bytes: number): Uint8Array {
  if (bytes <= noise.length) return noise
  const words = new Uint32Array(Math.ceil(bytes / 4))
  let state = 0x9e37_79b9
  for (let n = 0; n < words.length; n++) {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    words[n] = state
  }
  noise = new Uint8Array(words.buffer)
  return noise
}

/**
 * What a message carries where every byte of it is to be checked: a stretch of noise that its number chooses. A byte that
 * is wrong, missing, out of place or another message's is not what has to be there. Filling in and comparing are one
 * copy and one comparison of memory.
 */
export class Payload {
  readonly #messageBytes: number
  readonly #from: number
  readonly #noise: Uint8Array

  /** @param from where it begins: what lies before is for others to write */
  constructor(messageBytes: number, from = HEADER_BYTES) {
    this.#messageBytes = messageBytes
    this.#from = from
    this.#noise = noiseOf(messageBytes + PLACES)
  }

  get isEmpty(): boolean {
    return this.#messageBytes <= this.#from
  }

  /** @param seq the message's number */
  write(message: Uint8Array, seq: number): void {
    if (!this.isEmpty) message.set(this.#stretch(seq), this.#from)
  }

  /** @param seq not trusted */
  isIntact(message: Uint8Array, seq: number): boolean {
    if (message.length !== this.#messageBytes) return false
    return this.isEmpty || Buffer.compare(message.subarray(this.#from), this.#stretch(seq)) === 0
  }

  #stretch(seq: number): Uint8Array {
    const place = Math.imul(seq % PLACES, STRIDE) & (PLACES - 1)
    return this.#noise.subarray(place, place + this.#messageBytes - this.#from)
  }
}
