import { createHmac, timingSafeEqual } from 'node:crypto'
import { NetcmpError } from '../core/errors.ts'
import type { Endpoint, MessageHandler } from '../transport/contract.ts'
import { EndpointLayer } from './endpoint-layer.ts'

/** What a seal adds to a message: the first half of HMAC-SHA-256 (RFC 2104, 5). */
export const SEAL_BYTES = 16

/** A key that could be guessed would protect nothing. */
const LEAST_KEY_BYTES = 16

/** A secret that both ends were given beforehand. Throws BAD_VALUE where it is too short. */
export function sharedKey(text: string, source: string): Uint8Array {
  const key = new TextEncoder().encode(text.trim())
  if (key.length >= LEAST_KEY_BYTES) return key
  throw new NetcmpError(
    'BAD_VALUE',
    `netcmp: the key in ${source} has ${key.length} bytes, it needs ${LEAST_KEY_BYTES} (openssl rand -hex 32 makes one)`,
  )
}

/**
 * Every message carries a seal at its end, by which the far side knows that it comes from a holder of the key and is
 * unchanged. What has no right seal goes to `onUnsealed` and nowhere else.
 */
export class SealedEndpoint extends EndpointLayer {
  readonly #key: Uint8Array
  readonly #onUnsealed: (bytes: Uint8Array, messageBytes: number) => void
  #memory = new Uint8Array(0)
  #spare = true

  constructor(
    below: Endpoint,
    key: Uint8Array,
    onUnsealed: (bytes: Uint8Array, messageBytes: number) => void,
  ) {
    super(below)
    this.#key = key
    this.#onUnsealed = onUnsealed
  }

  override onMessage(handler: MessageHandler): void {
    this.below.onMessage((bytes, at, messageBytes) => {
      const end = bytes.length - SEAL_BYTES
      if (end < 0 || !timingSafeEqual(bytes.subarray(end), this.#seal(bytes.subarray(0, end)))) {
        this.#onUnsealed(bytes, messageBytes)
      } else handler(bytes.subarray(0, end), at, end)
    })
  }

  override send(message: Uint8Array): boolean {
    const bytes = message.length + SEAL_BYTES
    // While the endpoint below has not let go of the last one, its memory is not ours.
    if (!this.#spare || this.#memory.length !== bytes) this.#memory = new Uint8Array(bytes)
    this.#memory.set(message)
    this.#memory.set(this.#seal(message), message.length)
    this.#spare = this.below.send(this.#memory)
    return this.#spare
  }

  /** A seal is over the whole message. */
  override keepFirst(): void {}

  #seal(message: Uint8Array): Uint8Array {
    return createHmac('sha256', this.#key).update(message).digest().subarray(0, SEAL_BYTES)
  }
}
