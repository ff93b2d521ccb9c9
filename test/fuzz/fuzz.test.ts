import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { compare } from '../../src/compare/compare.ts'
import { findTransport } from '../../src/registry.ts'
import { parseResult } from '../../src/result/read.ts'
import type { ResultDocument } from '../../src/result/schema.ts'
import { netcmp, type Running, startNetcmp, startServe } from '../cli/run-netcmp.ts'
import { type Attack, datagramAttack, streamAttack } from './attackers.ts'
import { Frames } from './frames.ts'
import { residentBytes } from './resident-bytes.ts'

const FRAMES = 1_000_000
const ATTACKERS = 4
const MORE_MEMORY_BYTES = 10 * 1024 * 1024

/** A heap with room is collected late: what is resident shows what is kept only where there is little of it. */
const LITTLE_ROOM = { NODE_OPTIONS: '--max-old-space-size=32' }

const folder = mkdtempSync(join(tmpdir(), 'netcmp-fuzz-'))
afterAll(() => rmSync(folder, { recursive: true }))

/** Every frame from four sides; breaks when memory grows after a warm-up of a third. Returns what had to be dropped. */
async function attack(server: Running, attackBy: () => Attack): Promise<number> {
  const sides = Array.from({ length: ATTACKERS }, (_, seed) => ({
    frames: new Frames(seed),
    attack: attackBy(),
  }))
  const wave = (count: number) =>
    Promise.all(sides.map(({ frames, attack }) => attack(frames, count / ATTACKERS)))
  // A heap breathes: what it once took in the warm-up it may take again, and no more than the bound on top.
  const warmUp: (number | undefined)[] = []
  for (let n = 0; n < 4; n++) {
    await wave(FRAMES * 0.085)
    warmUp.push(residentBytes(server.pid))
  }
  const before = Math.max(...warmUp.map((bytes) => bytes ?? 0))
  await wave(FRAMES * 0.66)
  const after = residentBytes(server.pid)
  if (after !== undefined) expect(after - before).toBeLessThan(MORE_MEMORY_BYTES)
  return sides.reduce((sum, { frames }) => sum + frames.hopelessCount, 0)
}

function expectEveryMessage({ partial, runs }: ResultDocument): void {
  expect(partial).toBe(false)
  expect(runs.map(({ metrics }) => [metrics.sentCount, metrics.receivedCount])).toEqual(
    runs.map(() => [50, 50]),
  )
}

describe(`after ${FRAMES.toLocaleString('en')} random and mutated frames a server still serves`, () => {
  it.each([
    ['tcp', (port: number) => streamAttack({ port, host: '127.0.0.1' })],
    ['udp', (port: number) => datagramAttack(port)],
  ] as const)('over %s, in the same memory, and tells how many it dropped', async (proto, attackAt) => {
    const { server, port } = await startServe(['--host', '127.0.0.1', '--collect', folder], LITTLE_ROOM)
    const hopeless = await attack(server, () => attackAt(port))
    const args = [
      `127.0.0.1:${port}`,
      '--proto',
      proto,
      '--workload',
      'echo',
      '--rate',
      '500',
      '--duration',
      '100ms',
    ]
    const { code, stdout, stderr } = await netcmp([
      ...args,
      '--blocks',
      '3',
      '--timeout',
      '10s',
      '--format',
      'json',
    ])
    expect({ code, stderr: stderr.replaceAll(/^warning: .*\n/gm, '') }).toEqual({ code: 0, stderr: '' })
    expectEveryMessage(parseResult(stdout, 'stdout'))
    server.signal('SIGINT')
    const end = await server.exit()
    expect({ code: end.code, stderr: end.stderr }).toEqual({ code: 0, stderr: '' })
    const [, dropped] = /dropped (\d+) frames that were not ours\n$/.exec(end.stdout) ?? []
    expect(Number(dropped)).toBeGreaterThanOrEqual(hopeless)
    expect(Number(dropped)).toBeLessThan(FRAMES)
    expect(hopeless).toBeGreaterThan(FRAMES / 10)
    expect(end.stdout).toContain('; kept 0 results;')
    expect(readdirSync(folder)).toEqual([])
  })

  it('over unix, in the same memory', async () => {
    const server = startNetcmp(['serve', '--embedded', 'unix'], LITTLE_ROOM)
    const [line] = await server.prints(/^\{.*\}\n/)
    const path: string = JSON.parse(line).unix
    await attack(server, () => streamAttack({ path }))
    const { document, error } = await compare({
      transports: [findTransport('unix')],
      target: { name: 'fuzzed server', addresses: { unix: path }, sameHost: true },
      workloads: ['echo'],
      ratePerSec: 500,
      durationNs: 100e6,
      blocks: 3,
      timeoutNs: 10e9,
    })
    expect(error).toBeUndefined()
    expectEveryMessage(document)
    server.hangUp()
    expect(await server.exit()).toMatchObject({ code: 0, stderr: '' })
  })
})
