import type { Address } from '../core/address.ts'
import type { Config } from '../result/schema.ts'
import type { Transport } from '../transport/contract.ts'
import { hostAnswered } from './host-answers.ts'
import type { Settings } from './settings.ts'

/** What was run, as the document has it: enough to repeat it. */
export function configOf(
  { workloads, bulkSizeBytes, socket, verify, patienceNs: _, ...settings }: Settings,
  target: string,
  addresses: Readonly<Record<string, Address>>,
  transports: readonly Transport[],
): Config {
  const answered = hostAnswered(transports)
  const { engine: _engine, ...leaving } = socket ?? {}
  return {
    target,
    addresses: { ...addresses },
    transports: transports.map(({ name }) => name),
    workloads: [...workloads],
    bulkSizeBytes: { ...bulkSizeBytes },
    ...settings,
    ...(verify ? { verify } : {}),
    ...(Object.keys(leaving).length > 0 ? { socket: leaving } : {}),
    ...(answered.length > 0 ? { answeredByHost: answered } : {}),
  }
}
