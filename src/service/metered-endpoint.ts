import { EndpointLayer } from '../drive/endpoint-layer.ts'
import type { Endpoint } from '../transport/contract.ts'

/** Tells how many bytes are sent through it. */
export class MeteredEndpoint extends EndpointLayer {
  readonly #onBytes: (bytes: number) => void

  constructor(below: Endpoint, onBytes: (bytes: number) => void) {
    super(below)
    this.#onBytes = onBytes
  }

  override send(message: Uint8Array): boolean {
    this.#onBytes(message.length)
    return super.send(message)
  }
}
