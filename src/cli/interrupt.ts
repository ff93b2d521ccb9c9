/** Ctrl-C: the first asks for an orderly end, the second ends at once with exit code 130. */
export interface Interrupt {
  readonly signal: AbortSignal
  /** Back to the default. */
  release(): void
}

export function onInterrupt(say: string): Interrupt {
  const controller = new AbortController()
  const handler = () => {
    if (controller.signal.aborted) process.exit(130)
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
