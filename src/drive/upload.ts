import { type Dialling, dialWithin } from './run.ts'
import { Session } from './session.ts'

export interface UploadOptions extends Dialling {
  /** What the server was given too: every message is sealed with it. */
  readonly key?: Uint8Array | undefined
}

/**
 * Sends a result to a server that collects them, and returns when it is kept there. Throws what dialling throws, TIMEOUT,
 * or REJECTED with the server's reason.
 */
export async function upload(name: string, document: Uint8Array, options: UploadOptions): Promise<void> {
  const { transport, job, clock, key, signal } = options
  const endpoint = await dialWithin(options)
  try {
    const request = { workload: 'collect' as const, name, sizeBytes: document.length }
    const { traits, name: who } = transport
    const session = await Session.open(endpoint, request, {
      clock,
      timeoutNs: job.timeoutNs,
      reliable: traits.reliable,
      who,
      key,
      signal,
    })
    await session.upload(document)
    await session.close()
  } finally {
    await endpoint.close()
  }
}
