import type { ResultDocument, Verdict } from '../result/schema.ts'
import { transportLabel } from './text.ts'

/** The verdicts on b against a that show a difference. */
export class ShownVerdicts {
  readonly a: string
  readonly b: string
  readonly #shown: readonly Verdict[]

  constructor({ verdicts }: ResultDocument, a: string, b: string) {
    this.a = transportLabel(a)
    this.b = transportLabel(b)
    this.#shown = verdicts.filter(
      ({ a: base, b: other, ci95, outcome }) =>
        base.transport === a && other.transport === b && ci95 !== null && /^[ab]$/.test(outcome),
    )
  }

  on(workload: string, metric: string): Verdict | undefined {
    return this.#shown.find((each) => each.workload === workload && each.metric === metric)
  }
}

export const isHigher = (verdict: Verdict): boolean =>
  (verdict.outcome === 'b') === (verdict.better === 'higher')
