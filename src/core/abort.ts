import { setMaxListeners } from 'node:events'
import { NetcmpError } from './errors.ts'

/** The error for a signal that was aborted: its own reason where that is ours, else ABORTED. */
export function aborted(signal: AbortSignal | undefined): NetcmpError {
  const reason: unknown = signal?.reason
  return reason instanceof NetcmpError ? reason : new NetcmpError('ABORTED', 'netcmp: interrupted')
}

export function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw aborted(signal)
}

/** The same, for as many listeners as there are flows: node takes more than ten for a leak, and says so. */
export function forMany(signal: AbortSignal): AbortSignal {
  const many = AbortSignal.any([signal])
  setMaxListeners(0, many)
  return many
}

/** Runs `start` once with the two ends of a promise, and rejects it when the signal aborts; `undo` cleans up then. */
export function abortable<T>(
  signal: AbortSignal | undefined,
  start: (resolve: (value: T) => void, reject: (error: Error) => void) => void,
  undo: () => void,
): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    if (signal?.aborted) return reject(aborted(signal))
    const onAbort = () => {
      undo()
      reject(aborted(signal))
    }
    signal?.addEventListener('abort', onAbort, { once: true })
    const settled = () => signal?.removeEventListener('abort', onAbort)
    start(
      (value) => {
        settled()
        resolve(value)
      },
      (error) => {
        settled()
        reject(error)
      },
    )
  })
}
