import { Presets, SingleBar } from 'cli-progress'
import type { Progress } from '../compare/compare.ts'

export interface ProgressBar {
  show(done: number, total: number, what: string): void
  end(): void
}

/** A line on stderr, where that is a terminal wide enough; else nothing. */
export function progressBar(wanted: boolean): ProgressBar {
  const { isTTY, columns } = process.stderr
  if (!wanted || !isTTY || columns < 20) return { show: () => {}, end: () => {} }
  const barSize = Math.max(5, Math.min(30, columns - 45))
  const bar = new SingleBar(
    {
      stream: process.stderr,
      format: '{bar} {percentage}% {what}',
      barsize: barSize,
      hideCursor: true,
      clearOnComplete: true,
      linewrap: false,
    },
    Presets.shades_classic,
  )
  let started = false
  return {
    show: (done, total, what) => {
      if (started) bar.update(done, { what })
      else bar.start(total, done, { what })
      started = true
    },
    end: () => {
      if (started) bar.stop()
    },
  }
}

export interface ProgressLine {
  show(progress: Progress): void
  end(): void
}

/** The same of a comparison. */
export function progressLine(wanted: boolean): ProgressLine {
  const bar = progressBar(wanted)
  return {
    show: ({ done, total, transport, workload, block }) => {
      bar.show(done, total, `block ${block}: ${workload} over ${transport}`)
    },
    end: bar.end,
  }
}
