import { WireRecording } from '../measure/wire-recording.ts'
import { readPacketLog } from '../packets/packet-log.ts'
import { recordWire } from '../packets/record-wire.ts'
import type { Link, LinkCut } from './link.ts'
import type { LinkAccount } from './link-messages.ts'

/** What the link tells of one run. */
interface Testimony {
  readonly recording: WireRecording | null
  readonly account: (LinkAccount & { readonly unloggedCount?: number; readonly unseenCount?: number }) | null
}

/** A link as the witness of runs: it is cut before and after each. */
export function linkWitness(link: Link) {
  return {
    async begin(): Promise<void> {
      await link.cut()
    },
    async end({ workload }: { readonly workload: string }): Promise<Testimony> {
      const cut = await link.cut()
      return { recording: recordingOf(cut, workload === 'connect'), account: accountOf(cut) }
    },
  }
}

function recordingOf({ log, unloggedCount, unseenCount }: LinkCut, countsConnections: boolean) {
  if (log === null && unloggedCount === 0) return null
  const { packets, unreadBytes } = readPacketLog(log ?? new Uint8Array())
  if (log !== null && unloggedCount + unseenCount + unreadBytes === 0)
    return recordWire(packets, countsConnections)
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
