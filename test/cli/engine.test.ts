import { describe, expect, it } from 'vitest'
import { parseResult } from '../../src/result/read.ts'
import { isNative } from '../native/is-native.ts'
import { EPOLL_PWAIT2, startForbidden } from './forbidding.ts'
import { netcmp, startNetcmp } from './run-netcmp.ts'
import { needs } from './tools.ts'

const SHORT = [
  '--proto',
  'udp',
  '--workload',
  'echo',
  '--blocks',
  '1',
  '--duration',
  '50ms',
  '--format',
  'json',
]

async function ran(args: readonly string[], env?: Readonly<Record<string, string>>) {
  const command = startNetcmp(args, env)
  const { code, stdout } = await command.exit()
  return { code, stdout, stderr: command.allStderr }
}

const enginesOf = (stdout: string) =>
  parseResult(stdout, 'stdout').runs.map(
    ({ transport, engine, farEngine }) => `${transport}: ${engine}, ${farEngine}`,
  )

describe('--engine', () => {
  it('node is node at both ends, whatever works here', async () => {
    const { code, stdout, stderr } = await ran(['--engine', 'node', ...SHORT])
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(enginesOf(stdout)).toEqual(['udp: node, node'])
  })

  it('takes its value from NETCMP_ENGINE, as every option does', async () => {
    const { stdout, stderr } = await ran(SHORT, { NETCMP_ENGINE: 'node' })
    expect(stderr).toBe('')
    expect(enginesOf(stdout)).toEqual(['udp: node, node'])
    expect(parseResult(stdout, 'stdout').tool.command).toEqual([...SHORT, '--engine', 'node'])
  })

  it('runs on node what only node drives, and says who is said to differ for that', async () => {
    const { code, stdout } = await ran(['--proto', 'unix', ...SHORT.slice(2)])
    expect(code).toBe(0)
    expect(enginesOf(stdout)).toEqual(['unix: node, node'])
    expect(parseResult(stdout, 'stdout').warnings).toEqual([])
  })

  it('native of what only node drives is wrong usage', async () => {
    const { code, stdout, stderr } = await ran(['--engine', 'native', '--proto', 'unix', ...SHORT.slice(2)])
    expect({ code, stdout, stderr }).toEqual({
      code: 2,
      stdout: '',
      stderr: 'unix: only node drives its sockets (leave out --engine native)\n',
    })
  })
})

describe.skipIf(!isNative)('--engine auto (Linux on x86-64 or ARM64, with koffi)', () => {
  it('is native at both ends, without a word, and each transport’s own where it is among others', async () => {
    const { code, stdout } = await ran(['--proto', 'tcp,unix,udp', ...SHORT.slice(2)])
    expect(code).toBe(0)
    expect(new Set(enginesOf(stdout))).toEqual(
      new Set(['tcp: native, native', 'unix: node, node', 'udp: native, native']),
    )
    expect(parseResult(stdout, 'stdout').warnings.filter(({ code }) => code === 'engines')).toHaveLength(1)
  })

  it('has nothing to say on stderr', async () => {
    const { stdout, stderr } = await ran(SHORT)
    expect(stderr.replace(/^warning: .*\n/gm, '')).toBe('')
    expect(enginesOf(stdout)).toEqual(['udp: native, native'])
  })
})

describe.skipIf(!isNative)(
  '--engine in a container that forbids a system call (Linux on x86-64 or ARM64, with koffi)',
  () => {
    const WHY =
      'the native engine cannot run here: the system call epoll_pwait2 fails with EPERM: needs Linux 5.11 or newer, and a container that allows it'

    it('auto is node, at both ends, and says once which call', async (context) => {
      needs(context, 'python3')
      const { code, stdout, stderr } = await startForbidden(EPOLL_PWAIT2, SHORT).exit()
      expect(code, stderr).toBe(0)
      const text = `node’s sockets were used, which cost more of every figure: ${WHY}`
      expect(stderr.replace(/^warning: .*\n/gm, '')).toBe(`netcmp: ${text}\n`)
      expect(enginesOf(stdout)).toEqual(['udp: node, node'])
      expect(parseResult(stdout, 'stdout').warnings[0]).toEqual({ code: 'engine', text })
    })

    it('native is that line alone, and exit code 2', async (context) => {
      needs(context, 'python3')
      const outcome = await startForbidden(EPOLL_PWAIT2, ['--engine', 'native', ...SHORT]).exit()
      expect(outcome).toEqual({ code: 2, stdout: '', stderr: `netcmp: ${WHY}\n` })
    })
  },
)

describe.skipIf(isNative)(
  '--engine where system calls cannot be made (without koffi, or not on Linux)',
  () => {
    const LINE =
      /^netcmp: node’s sockets were used, which cost more of every figure: the native engine [^\n]+ \(npm install koffi\)\n$/

    it('auto is node, and says why once, on stderr and in the result', async () => {
      const { code, stdout, stderr } = await ran(SHORT)
      expect(code).toBe(0)
      expect(enginesOf(stdout)).toEqual(['udp: node, node'])
      const said = stderr.replace(/^warning: .*\n/gm, '')
      const { warnings } = parseResult(stdout, 'stdout')
      if (process.platform !== 'linux') return expect({ said, warnings }).toEqual({ said: '', warnings: [] })
      expect(said).toMatch(LINE)
      expect(warnings.filter(({ code }) => code === 'engine').map(({ text }) => `netcmp: ${text}\n`)).toEqual(
        [said],
      )
    })

    it('auto says nothing there under --quiet, and keeps it in the result', async () => {
      const { stdout, stderr } = await ran(['--quiet', ...SHORT])
      expect(stderr).toBe('')
      const isTold = parseResult(stdout, 'stdout').warnings.some(({ code }) => code === 'engine')
      expect(isTold).toBe(process.platform === 'linux')
    })

    it.each([[[]], [['serve']]])('native is one line and exit code 2: netcmp %j', async (command) => {
      const { code, stdout, stderr } = await netcmp([...command, '--engine', 'native'])
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
      expect(stderr).toMatch(/^netcmp: the native engine [^\n]+\n$/)
    })
  },
)
