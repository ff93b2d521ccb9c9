import type { Endpoint } from '../transport/contract.ts'

/** Answers; a peer that does not read its answers is read no further until it does, and one that is gone is left. */
export function answer(endpoint: Endpoint, message: Uint8Array): void {
  try {
    if (endpoint.send(message)) return
  } catch {
    return
  }
  endpoint.pause()
  endpoint.drained().then(
    () => endpoint.resume(),
    () => {},
  )
}
