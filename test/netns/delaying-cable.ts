import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { onTestFinished, type TestContext } from 'vitest'
import { Running } from '../cli/run-netcmp.ts'
import type { TwoHosts } from './two-hosts.ts'

const CABLE = fileURLToPath(new URL('delaying-cable.mjs', import.meta.url))

const ADDRESSES = { near: '10.79.0.1', far: '10.79.0.2' } as const

/** Says why there can be no such cable here, and skips the test. */
export function needsDelayingCable({ skip }: TestContext): void {
  skip(!existsSync('/dev/net/tun'), 'needs /dev/net/tun')
}

/** A second cable, on which no packet takes less than `delayMs`. Resolves with the address of the far host's end. */
export async function delayingCable({ near, far }: TwoHosts, delayMs: number): Promise<string> {
  const cable = new Running(process.execPath, [CABLE, String(near.pid), String(far.pid), String(delayMs)])
  onTestFinished(() => cable.signal('SIGKILL'))
  await cable.prints(/carrying/)
  for (const [name, host] of [
    ['near', near],
    ['far', far],
  ] as const) {
    host.ask('ip', ['addr', 'add', `${ADDRESSES[name]}/24`, 'dev', 'delaying'])
    host.ask('ip', ['link', 'set', 'delaying', 'up'])
  }
  return ADDRESSES.far
}
