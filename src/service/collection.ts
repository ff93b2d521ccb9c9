import type { Refusal } from '../wire/session-messages.ts'

/** What documents under way may take together; one host may have a quarter of it. */
const MOST_UNDER_WAY_BYTES = 64 * 1024 * 1024

/** Keeps the results that clients send. */
export interface Collector {
  /** Longest document that is taken. */
  readonly mostBytes: number
  /** Keeps a document, or says why not. Nothing of it is trusted; `host` is who sent it, empty where it has no host. */
  keep(name: string, document: Uint8Array, host: string): Promise<Refusal | undefined>
}

/** Bounds the memory of all documents that are on their way to the collector. */
export class Collection {
  readonly #collector: Collector | undefined
  readonly #bytesOfHost = new Map<string, number>()
  #bytes = 0

  constructor(collector: Collector | undefined) {
    this.#collector = collector
  }

  /** Why a document of that length cannot come now; undefined where it can. */
  noRoom(host: string, sizeBytes: number): Refusal | undefined {
    if (this.#collector === undefined) {
      return { code: 'COLLECT', reason: 'it collects no results (netcmp serve --collect DIR does)' }
    }
    const { mostBytes } = this.#collector
    if (sizeBytes > mostBytes) {
      return {
        code: 'SIZE',
        reason: `a result of ${sizeBytes} B is over its ${mostBytes} B (try fewer --blocks)`,
      }
    }
    const ofHost = this.#bytesOfHost.get(host) ?? 0
    if (
      this.#bytes + sizeBytes > MOST_UNDER_WAY_BYTES ||
      (host !== '' && ofHost + sizeBytes > MOST_UNDER_WAY_BYTES / 4)
    ) {
      return { code: 'FULL', reason: 'too many results are coming at once, try later' }
    }
    return undefined
  }

  /** Holds room for a document. Returns what gives it back. */
  hold(host: string, sizeBytes: number): () => void {
    this.#count(host, sizeBytes)
    return () => this.#count(host, -sizeBytes)
  }

  async keep(name: string, document: Uint8Array, host: string): Promise<Refusal | undefined> {
    return this.#collector?.keep(name, document, host)
  }

  #count(host: string, bytes: number): void {
    this.#bytes += bytes
    const ofHost = (this.#bytesOfHost.get(host) ?? 0) + bytes
    if (ofHost > 0) this.#bytesOfHost.set(host, ofHost)
    else this.#bytesOfHost.delete(host)
  }
}
