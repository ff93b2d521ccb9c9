import type { Run, Warning } from '../result/schema.ts'

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

const packets = (count: number): string => (count === 1 ? '1 packet' : `${count} packets`)
