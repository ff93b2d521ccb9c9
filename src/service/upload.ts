import type { Endpoint } from '../transport/contract.ts'
import { Flag, FrameType, HEADER_BYTES, type Token } from '../wire/frame.ts'
import {
  chunkEnd,
  chunkOffset,
  encodeControl,
  type Refusal,
  requestNumber,
} from '../wire/session-messages.ts'
import { answer } from './answer.ts'

interface UploadTerms {
  readonly endpoint: Endpoint
  readonly token: Token
  readonly sizeBytes: number
  keep(document: Uint8Array): Promise<Refusal | undefined>
  /** Called once, when nothing of the document is held any more. */
  onGone(): void
}

/** A document on its way in: a piece at a time, each answered with how much has come, the last with what became of it. */
export class Upload {
  readonly #terms: UploadTerms
  #document: Uint8Array | undefined
  #receivedBytes = 0
  #state: 'coming' | 'keeping' | 'gone' = 'coming'
  #refusal: Refusal | undefined

  constructor(terms: UploadTerms) {
    this.#terms = terms
  }

  /** A piece that came before, or comes too early, changes nothing. False: it is none of this document. */
  chunk(bytes: Uint8Array): boolean {
    const { sizeBytes } = this.#terms
    const offset = chunkOffset(bytes)
    const end = chunkEnd(offset, sizeBytes)
    if (offset > this.#receivedBytes || offset >= sizeBytes || bytes.length < HEADER_BYTES + end - offset)
      return false
    if (offset === this.#receivedBytes && this.#state === 'coming') {
      this.#document ??= new Uint8Array(sizeBytes)
      this.#document.set(bytes.subarray(HEADER_BYTES, HEADER_BYTES + end - offset), offset)
      this.#receivedBytes = end
      if (end === sizeBytes) {
        void this.#keep(this.#document, requestNumber(bytes))
        return true
      }
    }
    // Of the last piece nothing is known until it is kept; whoever asks again meanwhile is answered then.
    if (this.#state !== 'keeping') this.#answer(requestNumber(bytes), end)
    return true
  }

  end(): void {
    if (this.#state === 'coming') this.#go()
  }

  async #keep(document: Uint8Array, number: number): Promise<void> {
    this.#state = 'keeping'
    this.#refusal = await this.#terms.keep(document)
    this.#go()
    this.#answer(number, this.#receivedBytes)
  }

  #go(): void {
    this.#state = 'gone'
    this.#document = undefined
    this.#terms.onGone()
  }

  #answer(number: number, receivedBytes: number): void {
    const { endpoint, token } = this.#terms
    const refusal = this.#refusal
    const body = { receivedBytes, ...(refusal === undefined ? {} : { refusal }) }
    answer(endpoint, encodeControl(FrameType.UPLOAD | Flag.REPLY, token, number, body))
  }
}
