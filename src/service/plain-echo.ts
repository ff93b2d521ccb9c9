import type { Endpoint } from '../transport/contract.ts'
import { answer } from './answer.ts'

/** RFC 862: returns what it gets, byte for byte. */
export function plainEcho(endpoint: Endpoint): void {
  endpoint.onMessage((bytes) => answer(endpoint, bytes))
}
