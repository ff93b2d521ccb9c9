import type { Connections } from '../measure/connections.ts'
import type { MetricValues } from '../measure/metrics.ts'
import type { Recording, ToolCost } from '../measure/recording.ts'
import type { WireRecording } from '../measure/wire-recording.ts'

/** What a workload wrote down, and what the link saw meanwhile. */
export class WitnessedRecording implements Recording<WitnessedRecording> {
  readonly #inner: Recording
  readonly #wire: WireRecording

  constructor(inner: Recording, wire: WireRecording) {
    this.#inner = inner
    this.#wire = wire
  }

  get cost(): ToolCost {
    return this.#inner.cost
  }

  get connections(): Connections | undefined {
    return this.#inner.connections
  }

  finish(): void {
    this.#inner.finish()
  }

  merge(other: WitnessedRecording): void {
    this.#inner.merge(other.#inner)
    this.#wire.merge(other.#wire)
  }

  /** What both know, the link knows better. */
  values(): MetricValues {
    const seen = Object.entries(this.#wire.values()).filter(([, value]) => value !== null)
    return { ...this.#wire.values(), ...this.#inner.values(), ...Object.fromEntries(seen) }
  }

  curve(): number[] | null {
    return this.#inner.curve()
  }

  members(): MetricValues[] | null {
    return this.#inner.members()
  }
}
