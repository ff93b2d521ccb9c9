/** A signal to a whole group of processes may come twice: so soon after the first it is the same one. */
const SAME_SIGNAL_MS = 50

/** So long an orderly end may take: past the wait for what is lost, where the network is no slower than most. */
const ORDERLY_MS = 1_500

/** Ctrl-C: the first asks for an orderly end, which is bounded; the second ends at once with exit code 130. */
export interface Interrupt {
  readonly signal: AbortSignal
  /** Aborted where the orderly end takes too long: what is under way is given up. */
  readonly overdue: AbortSignal
  /** Back to the default. */
  release(): void
}

/** Aborted when nothing more can come, since what it comes by is gone, or when it is waited for no longer. */
export function givenUp({ overdue }: Interrupt, gone: AbortSignal | undefined): AbortSignal {
  return gone ? AbortSignal.any([gone, overdue]) : overdue
}

export function onInterrupt(say: string): Interrupt {
  const controller = new AbortController()
  const overdue = new AbortController()
  let timer: NodeJS.Timeout | undefined
  let interruptedAt = 0
  const handler = () => {
    if (controller.signal.aborted) {
      if (Date.now() - interruptedAt > SAME_SIGNAL_MS) process.exit(130)
      return
    }
    interruptedAt = Date.now()
    if (say !== '') process.stderr.write(`${say}\n`)
    controller.abort()
    timer = setTimeout(() => overdue.abort(), ORDERLY_MS).unref()
  }
  process.on('SIGINT', handler)
  process.on('SIGTERM', handler)
  return {
    signal: controller.signal,
    overdue: overdue.signal,
    release: () => {
      clearTimeout(timer)
      process.off('SIGINT', handler)
      process.off('SIGTERM', handler)
    },
  }
}
