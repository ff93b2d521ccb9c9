import { Worker } from 'node:worker_threads'
import { whyNoResult } from './why-no-result.ts'

/** Starting a thread takes longer than to read so much, whatever is in it. */
const AT_ONCE_BYTES = 256 * 1024

/** Of heap; no document of 4 MiB that was tried needs more. */
const THREAD_MIB = 128

/**
 * Reads documents that nobody vouches for. One of 4 MiB can be made to take a second and hundreds of MiB: a long one is
 * read on a thread of its own, so that nobody waits for it, and its memory is given back. One at a time.
 */
export class Reader {
  #last: Promise<unknown> = Promise.resolve()

  async whyNoResult(document: Uint8Array): Promise<string | undefined> {
    if (document.length <= AT_ONCE_BYTES) return whyNoResult(document)
    const turn = this.#last.then(() => readApart(document)).catch(() => 'it takes too much to read')
    this.#last = turn
    return turn
  }
}

function readApart(document: Uint8Array): Promise<string | undefined> {
  return new Promise((resolve, reject) => {
    const thread = new Worker(new URL(import.meta.url.replace(/reader(\.[jt]s)$/, 'reader-thread$1')), {
      workerData: document,
      resourceLimits: { maxOldGenerationSizeMb: THREAD_MIB },
    })
    // A server that ends does not wait for it: its client was told that nothing is kept any more.
    thread.unref()
    thread.once('message', resolve).once('error', reject).once('exit', reject)
  })
}
