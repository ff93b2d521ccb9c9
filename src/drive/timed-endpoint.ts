import type { Endpoint, KernelTimes } from '../transport/contract.ts'
import { readSeq } from '../wire/frame.ts'
import { EndpointLayer } from './endpoint-layer.ts'

/** Messages under way whose names are remembered; a power of two. */
const SLOTS = 4096

/** An endpoint whose answers tell how long they were away, where its kernel tells. */
export function timedWhereTold(endpoint: Endpoint): Endpoint {
  return endpoint.kernelTimes ? new TimedEndpoint(endpoint) : endpoint
}

/** How long an answer that is handled now was away, ns; NaN where that is not known. */
export function awayNs(endpoint: Endpoint, answer: Uint8Array): number {
  return endpoint instanceof TimedEndpoint ? endpoint.wireRttNs(answer) : Number.NaN
}

/** Remembers how the kernel names each probe, so that an answer tells how long it was away from this host. */
export class TimedEndpoint extends EndpointLayer {
  readonly #seqs = new Float64Array(SLOTS).fill(Number.NaN)
  readonly #names = new Float64Array(SLOTS)

  override send(message: Uint8Array): boolean {
    const room = super.send(message)
    const seq = readSeq(message)
    const slot = seq & (SLOTS - 1)
    this.#seqs[slot] = seq
    this.#names[slot] = this.kernelTimes?.lastSent ?? Number.NaN
    return room
  }

  /** From when a probe left this host until its answer, which is handled now, reached it, ns; NaN where that is not known. */
  wireRttNs(answer: Uint8Array): number {
    const times: KernelTimes | undefined = this.kernelTimes
    const seq = readSeq(answer)
    const slot = seq & (SLOTS - 1)
    if (times === undefined || this.#seqs[slot] !== seq) return Number.NaN
    return times.receivedAt - times.sentAt(this.#names[slot] as number)
  }
}
