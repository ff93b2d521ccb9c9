import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { type Running, startNetcmp } from './run-netcmp.ts'
import { needsLinux } from './tools.ts'

const LONG = ['--workload', 'bulk', '--duration', '2s', '--blocks', '20']
const PATIENCE = { timeout: 20_000, interval: 20 }

/** Process ids of a process' children. */
function childrenOf(pid: number): number[] {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number)
}

/** CPU time a process has used, in hundredths of a second. */
function cpuTicks(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /, '')
    .split(' ')
  return Number(fields[11]) + Number(fields[12])
}

/** The server process of a comparison, hard at work. */
async function ownServerOf(command: Running): Promise<number> {
  const pid = await vi.waitFor(() => {
    const [child] = childrenOf(command.pid)
    if (child === undefined) throw new Error('no server process yet')
    return child
  }, PATIENCE)
  onTestFinished(() => {
    if (!isGone(pid)) process.kill(pid, 'SIGKILL')
  })
  const starting = 50
  await vi.waitFor(() => expect(cpuTicks(pid)).toBeGreaterThan(starting), PATIENCE)
  expect(readFileSync(`/proc/${pid}/cmdline`, 'utf8')).toContain('--embedded')
  return pid
}

/** A process that ended and was not yet waited for is no longer there either. */
function isGone(pid: number): boolean {
  if (!existsSync(`/proc/${pid}`)) return true
  return / [ZX] /.test(readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/^.*\)/, ''))
}

describe('the server process of a comparison', () => {
  it.for(['SIGKILL', 'SIGTERM', 'SIGINT', 'SIGHUP'] as const)(
    'is gone after %s to its parent',
    async (signal, context) => {
      needsLinux(context)
      const command = startNetcmp(LONG)
      const pid = await ownServerOf(command)
      command.signal(signal)
      await command.exit()
      await vi.waitFor(() => expect(isGone(pid)).toBe(true), PATIENCE)
    },
  )

  it('stays when a signal goes to the whole group, so that its parent can report', async (context) => {
    needsLinux(context)
    const command = startNetcmp(LONG)
    process.kill(await ownServerOf(command), 'SIGTERM')
    command.signal('SIGTERM')
    expect(await command.exit()).toMatchObject({
      code: 130,
      stderr: 'netcmp: interrupted: finishing what is under way (again: stop at once)\n',
    })
  })

  it('when killed, ends the comparison in one line', async (context) => {
    needsLinux(context)
    const command = startNetcmp([...LONG, '--proto', 'tcp'])
    process.kill(await ownServerOf(command), 'SIGKILL')
    expect(await command.exit()).toMatchObject({
      code: 3,
      stderr: 'netcmp: its own server process ended midway (SIGKILL)\n',
    })
  })
})
