/** A signal to a whole group of processes may come twice: so soon after the first it is the same one. */
const SAME_SIGNAL_MS = 50

/** Ctrl-C: the first asks for an orderly end, the second ends at once with exit code 130. */
export interface Interrupt {
  readonly signal: AbortSignal
  /** Back to the default. */
  release(): void
}

export function onInterrupt(say: string): Interrupt {
  const controller = new AbortController()
  let interruptedAt = 0
  const handler = () => {
    if (controller.signal.aborted) {
      if (Date.now() - interruptedAt > SAME_SIGNAL_MS) process.exit(130)
      return
    }
    interruptedAt = Date.now()
    if (say !== '') process.stderr.write(`${say}\n`)
    controller.abort()
  }
  process.on('SIGINT', handler)
  process.on('SIGTERM', handler)
  return {
    signal: controller.signal,
    release: () => {
      process.off('SIGINT', handler)
      process.off('SIGTERM', handler)
    },
  }
}
