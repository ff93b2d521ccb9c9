import type { Witness } from '../../compare/witness.ts'
import type { Link as Relayed } from '../../lab/link.ts'
import { connectLink } from '../../lab/link-client.ts'
import { linkWitness } from '../../lab/link-witness.ts'
import { PcapFile } from '../pcap-file.ts'

/** The link of the lab in which this runs. */
export interface LabLink {
  /** Undefined where it sees no packets. */
  readonly witness: Witness | undefined
  /** Aborted, with why, when its maker has ended. */
  readonly gone: AbortSignal
  /** Changes what it does; undefined where it stays as it is. */
  readonly impair: Relayed['impair'] | undefined
  close(): Promise<void>
}

/**
 * @param control where it is controlled
 * @param pcapFile keeps what the link sees
 */
export async function labLinkAt(control: string, pcapFile: string | undefined): Promise<LabLink> {
  const link = await connectLink(control)
  const { gone } = link
  if (link.maker !== 'relay') {
    return { witness: undefined, gone, impair: undefined, close: () => link.close() }
  }
  const pcap = pcapFile === undefined ? undefined : new PcapFile(pcapFile)
  return {
    gone,
    impair: link.impair,
    witness: linkWitness(link, pcap && ((packets) => pcap.add(packets))),
    async close() {
      await link.close()
      pcap?.close()
    },
  }
}
