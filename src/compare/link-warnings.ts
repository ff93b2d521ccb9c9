import type { Way } from '../result/link-account.ts'
import type { ResultDocument, Run, Warning } from '../result/schema.ts'

/** What the link of a lab did not see, or could not keep: it could explain a loss, or why a figure is missing. */
export function linkWarnings(runs: readonly Run[]): Warning[] {
  const counted = runs.filter(({ block }) => block > 0)
  const sum = (key: 'unseenCount' | 'unloggedCount') =>
    counted.reduce((total, { link }) => total + (link?.[key] ?? 0), 0)
  const [unseen, unlogged] = [sum('unseenCount'), sum('unloggedCount')]
  const warnings: Warning[] = []
  if (unseen > 0) {
    const text = `this computer dropped ${packets(unseen)} before the link saw them: it is too slow for so many (try a lower --rate)`
    warnings.push({ code: 'link-unseen', text })
  }
  if (unlogged > 0) {
    const text = `the link’s log lacks ${packets(unlogged)}: figures of the wire are missing (try a shorter --duration)`
    warnings.push({ code: 'link-unlogged', text })
  }
  return warnings
}

/** Why no packet overtook another, each way in which the link was to have some do it. */
export function overtakingWarnings(runs: readonly Run[], link: ResultDocument['link']): Warning[] {
  const counted = runs.filter(({ block }) => block > 0)
  return (['up', 'down'] as const).flatMap((way) => noneOvertaken(counted, link, way))
}

function noneOvertaken(counted: readonly Run[], link: ResultDocument['link'], way: Way): Warning[] {
  const { reorderRatio = 0 } = link?.[way] ?? {}
  const accounts = counted.flatMap((run) => run.link?.[way] ?? [])
  const isIdle = accounts.every(({ packetCount }) => packetCount === 0)
  if (reorderRatio === 0 || isIdle || accounts.some(({ reorderedCount }) => reorderedCount > 0)) return []
  const why =
    reorderRatio === 1
      ? 'with --reorder 100% all leave ahead of the delay, which none waits for (ask for less)'
      : 'those that left ahead of the delay found none before them (try a higher --rate, or a longer --delay)'
  return [{ code: 'none-overtaken', text: `no packet overtook another on the link ${way}: ${why}` }]
}

const packets = (count: number): string => (count === 1 ? '1 packet' : `${count} packets`)
