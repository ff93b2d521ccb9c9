import type { GivenSettings, Settings } from '../../compare/settings.ts'
import { NS_PER_SEC } from '../../core/units.ts'
import type { Link } from '../../result/schema.ts'
import { estimateNs, roughly } from '../../sweep/estimate.ts'
import { runCount } from '../../sweep/schedule.ts'
import type { Transport } from '../../transport/contract.ts'
import { type LabLink, labLinkAt } from './link-control.ts'
import { linkAt } from './plan.ts'
import { settingsOver } from './times.ts'

const LONG_NS = 120 * NS_PER_SEC

/** What a comparison has of the lab in which it runs. */
export interface LabSurroundings {
  /** The link, as it was when the lab began. */
  readonly facts: Link
  /** Otherwise than elsewhere, where nobody says. */
  readonly settings: Partial<GivenSettings>
  /** Where nobody would wait so long unwarned. */
  sayHowLong(transports: readonly Transport[], settings: Settings): void
  /** @param pcapFile keeps what the link sees */
  link(pcapFile: string | undefined): Promise<LabLink>
}

/** @param control where its link is controlled */
export function labAt(control: string): LabSurroundings {
  const facts = linkAt(control)
  return {
    facts,
    settings: settingsOver(facts),
    link: (pcapFile) => labLinkAt(control, pcapFile),
    sayHowLong(transports, settings) {
      const { workloads, blocks, seed } = settings
      const shape = { cells: 1, transports, workloads, blocks, seed }
      const ns = estimateNs(shape, [{ settings, link: { up: facts.up, down: facts.down } }], () => false)
      if (ns < LONG_NS) return
      const runs = `${runCount(shape)} runs, about ${roughly(ns)}`
      process.stderr.write(`netcmp: ${runs} (fewer: --blocks, --workload)\n`)
    },
  }
}
