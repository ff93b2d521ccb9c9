import { existsSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { BIN, netcmp, Running, startServe } from './run-netcmp.ts'

const FULL = '/dev/full'
const LINE = 'netcmp: cannot write standard output: the disk is full\n'

/** Runs netcmp with its standard output on a full disk. */
async function onFullDisk(
  args: readonly string[],
  input = '',
): Promise<{ code: number | null; stderr: string }> {
  const command = new Running('/bin/sh', ['-c', `exec "$0" "$@" >${FULL}`, process.execPath, BIN, ...args])
  command.say(input)
  command.hangUp()
  const { code, stderr } = await command.exit()
  return { code, stderr }
}

describe.skipIf(!existsSync(FULL))(`output that is lost (skipped where there is no ${FULL})`, () => {
  it.each([
    [['--version']],
    [['--help']],
    [['list', 'metrics']],
    [['serve', '--port', '0']],
    [['--workload', 'echo', '--blocks', '1', '--duration', '20ms']],
  ])('%o ends with one line and exit code 1', async (args) => {
    expect(await onFullDisk(args)).toEqual({ code: 1, stderr: LINE })
  })

  it('a chat, too', async () => {
    const { port } = await startServe(['--host', '127.0.0.1'])
    expect(await onFullDisk(['chat', `127.0.0.1:${port + 2}`], 'hello\n')).toEqual({ code: 1, stderr: LINE })
  })
})

it('a line too long for a datagram is shown in short, and said not to be sent', async () => {
  const { port } = await startServe(['--host', '127.0.0.1'])
  const lines = `hello\n${'x'.repeat(70_000)}\n`
  const { code, stdout, stderr } = await netcmp(['echo', `127.0.0.1:${port + 1}`, '--proto', 'udp'], lines)
  expect(code).toBe(2)
  expect(stdout.split('\n').slice(1)).toEqual([`-  not sent: ${'x'.repeat(60)}…`, ''])
  expect(stderr).toMatch(
    /^1 sent, 1 answered; .*\nudp: a message of 70000 bytes is over the limit of 65507\n$/,
  )
})
