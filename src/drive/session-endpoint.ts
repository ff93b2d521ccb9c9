import type { Endpoint } from '../transport/contract.ts'
import { SealedEndpoint } from './sealed-endpoint.ts'
import { shortWhereNeeded } from './short-endpoint.ts'

/** What a session talks over: with a key every message is sealed, and probes too short for a header go without. */
export function sessionEndpoint(
  below: Endpoint,
  probeBytes: number,
  key: Uint8Array | undefined,
  onUnsealed: (bytes: Uint8Array) => void,
): Endpoint {
  const sealed = key ? new SealedEndpoint(below, key, onUnsealed) : below
  return shortWhereNeeded(sealed, probeBytes)
}
