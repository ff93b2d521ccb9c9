import type { Dialling } from './dialling.ts'
import { dialAndOpen } from './run.ts'

/**
 * Sends a result to a server that collects them, and returns when it is kept there. Throws what dialling throws, TIMEOUT,
 * or REJECTED with the server's reason.
 */
export async function upload(name: string, document: Uint8Array, options: Dialling): Promise<void> {
  const session = await dialAndOpen(options, { workload: 'collect', name, sizeBytes: document.length })
  try {
    await session.upload(document)
    await session.close()
  } finally {
    await session.endpoint.close()
  }
}
