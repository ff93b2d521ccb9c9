import { WireRecording } from '../measure/wire-recording.ts'
import { type LoggedPacket, readPacketLog } from '../packets/packet-log.ts'
import { recordWire, type WireRecord } from '../packets/record-wire.ts'
import type { MessageTally } from '../packets/wire-message.ts'
import type { Link, LinkCut } from './link.ts'
import type { LinkCounts } from './link-counts.ts'

/** What the link tells of one run. */
interface Testimony {
  readonly recording: WireRecording | null
  readonly account: Account | null
}

interface Account {
  readonly up: LinkCounts & Tally
  readonly down: LinkCounts & Tally
  readonly unloggedCount?: number
  readonly unseenCount?: number
}

/** Null where the log is not whole. */
type Tally = MessageTally | Readonly<Record<keyof MessageTally, null>>

const UNKNOWN: Tally = { messageCount: null, lostMessageCount: null, underWayMessageCount: null }

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
      const isWhole = cut.log !== null && cut.unloggedCount + unreadBytes === 0
      const { recording, messages } = isWhole ? recordWire(packets, workload === 'connect') : lacking(cut)
      // What the link did to messages it knows all the same.
      if (cut.unseenCount > 0) recording?.isIncomplete()
      return { recording, account: accountOf(cut, messages) }
    },
  }
}

/** Null where there is no log, and nothing that should be in it. */
function lacking({ log, unloggedCount }: LinkCut): { recording: WireRecording | null; messages: null } {
  if (log === null && unloggedCount === 0) return { recording: null, messages: null }
  const recording = new WireRecording()
  recording.isIncomplete()
  return { recording, messages: null }
}

function accountOf(
  { counts, unloggedCount, unseenCount }: LinkCut,
  messages: WireRecord['messages'],
): Account | null {
  if (counts === null) return null
  return {
    up: { ...counts.up, ...(messages?.up ?? UNKNOWN) },
    down: { ...counts.down, ...(messages?.down ?? UNKNOWN) },
    ...(unloggedCount > 0 ? { unloggedCount } : {}),
    ...(unseenCount > 0 ? { unseenCount } : {}),
  }
}
