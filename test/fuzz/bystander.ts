import { expect } from 'vitest'
import { parseResult } from '../../src/result/read.ts'
import { type Running, startNetcmp } from '../cli/run-netcmp.ts'

/** A measurement of others, which goes on during an attack. */
export function bystander(port: number, proto: string): Running {
  const args = [
    '--workload',
    'echo',
    '--rate',
    '100',
    '--duration',
    '8s',
    '--blocks',
    '1',
    '--timeout',
    '20s',
  ]
  return startNetcmp([`127.0.0.1:${port}`, '--proto', proto, ...args, '--format', 'json', '--quiet'])
}

export async function expectEveryMessage(client: Running): Promise<void> {
  const { code, stdout } = await client.exit()
  expect(code).toBe(0)
  const [run] = parseResult(stdout, 'stdout').runs
  expect([run?.metrics.sentCount, run?.metrics.receivedCount]).toEqual([800, 800])
}
