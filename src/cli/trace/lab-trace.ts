import { readFileSync } from 'node:fs'
import { hostFacts } from '../../compare/host-facts.ts'
import { asNetcmpError, type NetcmpError } from '../../core/errors.ts'
import { version } from '../../core/version.ts'
import { connectLink } from '../../lab/link-client.ts'
import type { LoggedPacket } from '../../packets/packet-log.ts'
import { renderTrace } from '../../report/trace/render.ts'
import type { Warning } from '../../result/schema.ts'
import type { TracedConversation } from '../../result/trace-schema.ts'
import { onInterrupt } from '../interrupt.ts'
import { CONTROL, linkAt } from '../lab/plan.ts'
import { emit } from '../output.ts'
import { PcapFile } from '../pcap-file.ts'
import { traceConversation } from './conversation.ts'
import { TRACE_FILE, type TracePlan } from './plan.ts'

/** `netcmp lab-trace`, begun on the client's host of a lab: has the conversations, and draws them. */
export async function labTraceCommand(): Promise<number> {
  const plan: TracePlan = JSON.parse(readFileSync(TRACE_FILE, 'utf8'))
  const startedAt = new Date().toISOString()
  const began = performance.now()
  const pcap = plan.pcap === undefined ? undefined : new PcapFile(plan.pcap)
  const { conversations, warnings, failure, isLinkGone } = await traceAll(plan, (packets) =>
    pcap?.add(packets),
  )
  const durationNs = Math.round((performance.now() - began) * 1e6)
  const document = {
    schema: 'netcmp.trace/1' as const,
    tool: { name: 'netcmp' as const, version, startedAt, durationNs, command: [...plan.command] },
    host: hostFacts(),
    config: { ...plan.config, link: linkAt(CONTROL) },
    conversations,
    warnings,
  }
  const { format, columns, color, output } = plan
  if (conversations.length > 0) await emit(renderTrace(document, { format, columns, color }), output)
  pcap?.close()
  // Whoever made the link tells how it ended.
  if (isLinkGone) return failure?.exitCode ?? 0
  if (failure) throw failure
  return 0
}

interface All {
  readonly conversations: TracedConversation[]
  readonly warnings: Warning[]
  /** The first. */
  readonly failure: NetcmpError | undefined
  readonly isLinkGone: boolean
}

/** One transport after the other. A failure is of its conversation alone; an interruption ends them all. */
async function traceAll(plan: TracePlan, seen: (packets: readonly LoggedPacket[]) => void): Promise<All> {
  const conversations: TracedConversation[] = []
  const warnings: Warning[] = []
  let first: NetcmpError | undefined
  const interrupt = onInterrupt('')
  const link = await connectLink(CONTROL)
  const signal = AbortSignal.any([interrupt.signal, link.gone])
  try {
    // What was on the link before is of no conversation.
    await link.cut()
    for (const transport of plan.transports) {
      if (signal.aborted) break
      const traced = await traceConversation(link, plan, transport, signal)
      conversations.push(traced.conversation)
      warnings.push(...traced.warnings)
      first ??= traced.failure
      seen(traced.packets)
    }
  } catch (error) {
    // With the link its log is gone: of this conversation there is nothing to draw, and of those before it there is.
    first = asNetcmpError(error)
  }
  await link.close()
  interrupt.release()
  return { conversations, warnings, failure: first, isLinkGone: link.gone.aborted }
}
