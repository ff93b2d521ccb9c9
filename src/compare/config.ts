import type { Address } from '../core/address.ts'
import type { Config } from '../result/schema.ts'
import type { Settings } from './settings.ts'

/** What was run, as the document has it: enough to repeat it. */
export function configOf(
  { workloads, bulkSizeBytes, socket, verify, ...settings }: Settings,
  target: string,
  addresses: Readonly<Record<string, Address>>,
  transports: string[],
): Config {
  const { engine: _, ...leaving } = socket ?? {}
  return {
    target,
    addresses: { ...addresses },
    transports,
    workloads: [...workloads],
    bulkSizeBytes: { ...bulkSizeBytes },
    ...settings,
    ...(verify ? { verify } : {}),
    ...(Object.keys(leaving).length > 0 ? { socket: leaving } : {}),
  }
}
