import type { PathMtu } from '../drive/path-mtu.ts'
import { SEAL_BYTES } from '../drive/sealed-endpoint.ts'
import type { Config, Summary, Warning } from '../result/schema.ts'
import type { Transport } from '../transport/contract.ts'

/** Each message is a packet of a network, or several. */
export function sendsDatagrams({ traits, at }: Transport): boolean {
  return traits.boundaries === 'native' && at('127.0.0.1', 0) !== undefined
}

/** A warning for each workload whose datagrams do not pass whole; none where that was not asked for. */
export function fragmentWarnings(
  path: PathMtu | undefined,
  transports: readonly Transport[],
  summary: readonly Summary[],
  { sizeBytes, bulkSizeBytes, sealed }: Pick<Config, 'sizeBytes' | 'bulkSizeBytes' | 'sealed'>,
): Warning[] {
  if (path === undefined) return []
  const datagrams = transports.filter(sendsDatagrams).map(({ name }) => name)
  const most = path.datagramBytes - (sealed ? SEAL_BYTES : 0)
  return summary.flatMap(({ transport, workload }) => {
    const bytes = workload === 'bulk' ? (bulkSizeBytes[transport] ?? 0) : sizeBytes
    if (!datagrams.includes(transport) || bytes <= most) return []
    const text = `${transport} ${workload}: messages of ${bytes} B travel in pieces, and each is lost with any of its pieces: up to ${most} B pass whole (--size ${most})`
    return [{ code: 'fragments', text }]
  })
}
