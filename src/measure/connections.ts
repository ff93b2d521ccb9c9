import type { MetricValues } from './metrics.ts'

/** What one end's kernel told of one connection in the course of a run. Null: it did not. */
export interface ConnectionFigures {
  /** The name of its congestion control. */
  readonly congestion: string | null
  readonly retransmitCount: number | null
  readonly srttNs: number | null
  readonly minRttNs: number | null
  readonly cwndSegments: number | null
  /** The largest that was seen. */
  readonly cwndMaxSegments: number | null
  readonly mssBytes: number | null
  readonly deliveryRateBitsPerSec: number | null
  readonly pacingRateBitsPerSec: number | null
}

/** Which end sends messages. */
export type Sending = 'here' | 'far' | 'both'

type Figures = Omit<ConnectionFigures, 'congestion'>

/**
 * The connections of runs, as the kernel of whoever sends over them sees them; of two that send, this host's, but
 * retransmissions are those of both. The connections of a run: counts and rates are summed, of the round trip and the
 * window the median is taken, of a minimum the minimum. Of several runs the rates are the median, all else as before.
 */
export class Connections {
  congestion: string | null = null
  #isTold = false
  #parallel: Figures[] = []
  #runs: Figures[] = []

  /** One connection of a run, by the kernels of both ends as far as they tell. */
  account(here: ConnectionFigures | undefined, far: ConnectionFigures | undefined, sending: Sending): void {
    if (here ?? far) this.#isTold = true
    const sender = sending === 'far' ? far : here
    const counts = [...(sending === 'far' ? [] : [here]), ...(sending === 'here' ? [] : [far])]
    this.congestion ??= sender?.congestion ?? null
    const retransmitCount = of(
      counts.map((each) => each?.retransmitCount ?? null),
      sum,
    )
    this.#parallel.push({ ...NOTHING, ...sender, retransmitCount })
  }

  finish(): void {
    if (this.#isTold) this.#runs.push(taken(this.#parallel, sum))
    this.#parallel = []
    this.#isTold = false
  }

  merge(other: Connections): void {
    this.congestion ??= other.congestion
    this.#runs.push(...other.#runs)
  }

  /** Empty where no kernel told anything. */
  values(): MetricValues {
    if (this.#runs.length === 0) return {}
    const all = taken(this.#runs, median)
    return {
      retransmitCount: all.retransmitCount,
      tcpSrttNs: all.srttNs,
      tcpMinRttNs: all.minRttNs,
      tcpCwndSegments: all.cwndSegments,
      tcpCwndMaxSegments: all.cwndMaxSegments,
      tcpMssBytes: all.mssBytes,
      tcpDeliveryRateBitsPerSec: all.deliveryRateBitsPerSec,
      tcpPacingRateBitsPerSec: all.pacingRateBitsPerSec,
    }
  }
}

const NOTHING: Figures = {
  retransmitCount: null,
  srttNs: null,
  minRttNs: null,
  cwndSegments: null,
  cwndMaxSegments: null,
  mssBytes: null,
  deliveryRateBitsPerSec: null,
  pacingRateBitsPerSec: null,
}

type Fold = (values: readonly number[]) => number

const sum: Fold = (values) => values.reduce((a, b) => a + b)
const least: Fold = (values) => values.reduce((a, b) => Math.min(a, b))
const most: Fold = (values) => values.reduce((a, b) => Math.max(a, b))

const median: Fold = (values) => {
  const sorted = [...values].sort((a, b) => a - b)
  const [low, high] = [Math.floor((sorted.length - 1) / 2), Math.ceil((sorted.length - 1) / 2)]
  return ((sorted[low] as number) + (sorted[high] as number)) / 2
}

function taken(all: readonly Figures[], rates: Fold): Figures {
  const each = (key: keyof Figures, fold: Fold) =>
    of(
      all.map((figures) => figures[key]),
      fold,
    )
  return {
    retransmitCount: each('retransmitCount', sum),
    srttNs: each('srttNs', median),
    minRttNs: each('minRttNs', least),
    cwndSegments: each('cwndSegments', median),
    cwndMaxSegments: each('cwndMaxSegments', most),
    mssBytes: each('mssBytes', least),
    deliveryRateBitsPerSec: each('deliveryRateBitsPerSec', rates),
    pacingRateBitsPerSec: each('pacingRateBitsPerSec', rates),
  }
}

/** Of those that are known; a sum needs all of them: a part would be taken for the whole. */
function of(values: readonly (number | null)[], fold: Fold): number | null {
  const known = values.filter((value) => value !== null)
  if (known.length === 0 || (fold === sum && known.length < values.length)) return null
  return fold(known)
}
