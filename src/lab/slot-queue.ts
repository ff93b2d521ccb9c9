/** Slots in the order in which they came, as many as there are. */
export class SlotQueue {
  readonly #slots: Int32Array
  #first = 0
  #length = 0

  constructor(capacity: number) {
    this.#slots = new Int32Array(capacity)
  }

  get length(): number {
    return this.#length
  }

  push(slot: number): void {
    this.#slots[(this.#first + this.#length++) % this.#slots.length] = slot
  }

  /** The n-th, from 0; only where there is one. */
  at(n: number): number {
    return this.#slots[(this.#first + n) % this.#slots.length] as number
  }

  /** Takes the first away; only where there is one. */
  shift(): number {
    const slot = this.at(0)
    this.#first = (this.#first + 1) % this.#slots.length
    this.#length--
    return slot
  }
}
