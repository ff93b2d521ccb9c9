import { WireRecording } from '../measure/wire-recording.ts'
import { type LoggedPacket, readPacketLog } from '../packets/packet-log.ts'
import { recordWire } from '../packets/record-wire.ts'
import type { Link, LinkCut } from './link.ts'
import type { LinkAccount } from './link-messages.ts'

/** What the link tells of one run. */
interface Testimony {
  readonly recording: WireRecording | null
  readonly account: (LinkAccount & { readonly unloggedCount?: number; readonly unseenCount?: number }) | null
}

/**
 * A link as the witness of runs: it is cut before and after each.
 * @param onPackets is shown all that passed, between the runs, too; undefined: that is thrown away unread
 */
export function linkWitness(link: Link, onPackets?: (packets: readonly LoggedPacket[]) => void) {
  return {
    async begin(): Promise<void> {
      const { log } = await link.cut()
      if (log !== null) onPackets?.(readPacketLog(log).packets)
    },
    async end({ workload }: { readonly workload: string }): Promise<Testimony> {
      const cut = await link.cut()
      const { packets, unreadBytes } = readPacketLog(cut.log ?? new Uint8Array())
      onPackets?.(packets)
      const isWhole = cut.log !== null && cut.unloggedCount + cut.unseenCount + unreadBytes === 0
      const recording = isWhole ? recordWire(packets, workload === 'connect') : lacking(cut)
      return { recording, account: accountOf(cut) }
    },
  }
}

/** Null where there is no log, and nothing that should be in it. */
function lacking({ log, unloggedCount }: LinkCut): WireRecording | null {
  if (log === null && unloggedCount === 0) return null
  const recording = new WireRecording()
  recording.isIncomplete()
  return recording
}

function accountOf({ counts, unloggedCount, unseenCount }: LinkCut): Testimony['account'] {
  if (counts === null) return null
  return {
    ...counts,
    ...(unloggedCount > 0 ? { unloggedCount } : {}),
    ...(unseenCount > 0 ? { unseenCount } : {}),
  }
}
