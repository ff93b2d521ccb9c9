import type { CompareOptions, Progress } from '../compare/compare.ts'
import { hostClock } from '../core/host-clock.ts'
import { liveLine } from '../report/live-line.ts'
import { wrap } from '../report/text.ts'
import type { Run } from '../result/schema.ts'
import { runLine } from '../result/stream.ts'

/** What is printed while a comparison runs, apart from the progress bar. */
export type Live = Required<Pick<CompareOptions, 'onProgress' | 'onRun'>>

/**
 * `--interval`: a line on stderr for each interval, written between two runs: in a run it would be measured too, and
 * nothing new is known before its end.
 */
export function intervalLines(intervalNs: number): Live {
  const began = hostClock.now()
  const runs: Run[] = []
  let totalCount = 0
  let dueAt = began + intervalNs
  return {
    onProgress: ({ total }: Progress) => {
      totalCount = total
    },
    onRun: (run) => {
      runs.push(run)
      const now = hostClock.now()
      if (now < dueAt) return
      // A long run skips the lines that would say the same.
      dueAt += Math.ceil((now - dueAt + 1) / intervalNs) * intervalNs
      const line = liveLine(runs, totalCount, now - began)
      // Where nobody's screen is too narrow, a line stays one.
      const { isTTY, columns } = process.stderr
      process.stderr.write(`${isTTY ? wrap(line, Math.max(20, columns), '  ').join('\n') : line}\n`)
    },
  }
}

/** `--json-stream`: a line on stdout for each run. */
export const streamedRuns: Live = {
  onProgress: () => {},
  onRun: (run) => process.stdout.write(runLine(run)),
}

/** A line on stderr when the first run begins: where none does, the reason is all that is to be said. */
export function saidOnce(line: string): Live {
  let said = false
  return {
    onProgress: () => {
      if (!said) process.stderr.write(`${line}\n`)
      said = true
    },
    onRun: () => {},
  }
}

/** All of them, in turn. */
export function together(parts: readonly Live[]): Live {
  return {
    onProgress: (progress) => {
      for (const part of parts) part.onProgress(progress)
    },
    onRun: (run) => {
      for (const part of parts) part.onRun(run)
    },
  }
}
