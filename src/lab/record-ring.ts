/** A part of memory that records go round in, each in one piece, until they have been written somewhere else. */
export class RecordRing {
  readonly #from: number
  readonly #to: number
  /** What waits is from one to the other; or up to `#wrap`, and then from the beginning on. */
  #first: number
  #end: number
  #wrap = -1

  constructor(from: number, to: number) {
    this.#from = from
    this.#to = to
    this.#first = from
    this.#end = from
  }

  get waitingBytes(): number {
    return this.#wrap < 0 ? this.#end - this.#first : this.#wrap - this.#first + this.#end - this.#from
  }

  /** Where so many bytes may be put; -1: nowhere. */
  take(bytes: number): number {
    if (this.#wrap < 0 && this.#end + bytes > this.#to) {
      if (this.#from + bytes >= this.#first) return -1
      this.#wrap = this.#end
      this.#end = this.#from
    }
    if (this.#wrap >= 0 && this.#end + bytes >= this.#first) return -1
    const at = this.#end
    this.#end += bytes
    return at
  }

  /** Where what waits begins. */
  get first(): number {
    return this.#first
  }

  /** How much of it lies there in one piece. */
  get pieceBytes(): number {
    return (this.#wrap < 0 ? this.#end : this.#wrap) - this.#first
  }

  /** So much of that piece need not wait any more. */
  gave(bytes: number): void {
    this.#first += bytes
    if (this.#first === this.#wrap) {
      this.#first = this.#from
      this.#wrap = -1
    }
    if (this.#wrap < 0 && this.#first === this.#end) this.clear()
  }

  clear(): void {
    this.#first = this.#from
    this.#end = this.#from
    this.#wrap = -1
  }
}
