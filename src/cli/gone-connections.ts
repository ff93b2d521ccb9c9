import { readFileSync } from 'node:fs'
import { NS_PER_MS } from '../core/units.ts'

const LOOK_MS = 10

/** net/tcp_states.h: those of a connection in which nothing more is sent by itself. */
const AT_REST: ReadonlySet<string> = new Set(['06', '07', '0A'])

/**
 * Waits until the kernel's part of every connection from or to a local port is done: its last ACK, its FINs sent again.
 * @param patienceNs at most; a kernel repeats a lost farewell after 200 ms, 600 ms, 1.4 s and 3 s, or later over a long delay
 */
export async function connectionsGone(port: number, patienceNs: number): Promise<void> {
  const patienceMs = patienceNs / NS_PER_MS
  for (let waitedMs = 0; waitedMs < patienceMs && isBusy(port); waitedMs += LOOK_MS) {
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS))
  }
}

function isBusy(port: number): boolean {
  const wanted = `:${port.toString(16).toUpperCase().padStart(4, '0')}`
  return ['tcp', 'tcp6'].some((name) =>
    tableOf(name).some((line) => {
      const [, local = '', , state = ''] = line.trim().split(/\s+/)
      return local.endsWith(wanted) && !AT_REST.has(state)
    }),
  )
}

function tableOf(name: string): string[] {
  try {
    return readFileSync(`/proc/self/net/${name}`, 'utf8').trimEnd().split('\n').slice(1)
  } catch {
    return []
  }
}
