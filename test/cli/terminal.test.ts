import { mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { widthOf } from '../../src/report/text.ts'
import { inTerminal } from './in-terminal.ts'
import { BIN, linesOf, netcmp, Running } from './run-netcmp.ts'

const folder = mkdtempSync(join(tmpdir(), 'netcmp-terminal-'))
const QUICK = '--engine node --workload echo,connect --duration 20ms --blocks 3'
const isColoured = (text: string) => text.includes('\u001b[39m')

/** Progress shows not every block, but some. */
const MIDWAY = /block ([3-9]|\d\d): /

const NETCMP = `'${process.execPath}' '${BIN}'`

describe('in a terminal', () => {
  it.for([40, 60, 80, 200])(
    'of %d columns the table fits, and is never wider than 80',
    async (columns, context) => {
      const terminal = inTerminal(context, columns, `${NETCMP} ${QUICK} 2>${join(folder, 'stderr')}`)
      const { code, stdout } = await terminal.exit()
      expect(code).toBe(0)
      expect(isColoured(stdout)).toBe(true)
      const lines = linesOf(stdout.replaceAll('\r\n', '\n'))
      expect(lines.length).toBeGreaterThan(20)
      expect(lines.filter((line) => widthOf(line) > Math.min(80, columns))).toEqual([])
      expect(stdout).not.toMatch(/NaN|undefined/)
    },
  )

  it.for([40, 120])(
    'of %d columns progress is shown on one line of stderr, and cleared',
    async (columns, context) => {
      const result = join(folder, 'table')
      const terminal = inTerminal(context, columns, `${NETCMP} ${QUICK} >${result}`)
      const { code, stdout } = await terminal.exit()
      expect(code).toBe(0)
      expect(stdout).toMatch(/ \d+% block \d: (echo|connect) over (tcp|udp)/)
      expect(stdout).not.toContain('\n')
      expect(isColoured(readFileSync(result, 'utf8'))).toBe(false)
      expect(readFileSync(result, 'utf8')).not.toContain('%  block')
    },
  )

  it.for(['--no-progress', '--quiet'])('%s shows no progress', async (flag, context) => {
    const terminal = inTerminal(context, 80, `${NETCMP} ${QUICK} ${flag} >${join(folder, 'silent')}`)
    expect(await terminal.exit()).toMatchObject({ code: 0, stdout: '' })
  })

  it('Ctrl-C ends it in order: the server process, which hears it too, stays to the end', async (context) => {
    const table = join(folder, 'partial')
    const long = '--workload echo --duration 50ms --blocks 200'
    const terminal = inTerminal(context, 80, `${NETCMP} ${long} >${table}`)
    await terminal.prints(MIDWAY)
    terminal.say('\u0003')
    const { code, stdout } = await terminal.exit()
    expect(code).toBe(130)
    expect(stdout).toContain('netcmp: interrupted: finishing what is under way')
    expect(readFileSync(table, 'utf8')).toMatch(/^PARTIAL: .*\n[\s\S]* median /m)
  })

  it.for(['tcp', 'udp'])(
    'a server that is killed leaves one line after the progress, over %s',
    async (proto, context) => {
      const address = join(folder, `address-${proto}`)
      const server = new Running(process.execPath, [BIN, 'serve', '--host', '127.0.0.1', '--port', '0'])
      const [, port] = await server.prints(/measurement .*?:(\d+)/)
      const long = `127.0.0.1:${port} --proto ${proto} --workload echo --duration 50ms --blocks 200`
      const terminal = inTerminal(context, 80, `${NETCMP} ${long} >${address}`)
      await terminal.prints(MIDWAY)
      server.signal('SIGKILL')
      const { code, stdout } = await terminal.exit()
      expect(code).toBe(3)
      // The cursor is shown again when progress ends.
      const said = linesOf(stdout.slice(stdout.lastIndexOf('\u001b[?25h')).replaceAll('\r\n', '\n')).join(
        '\n',
      )
      expect(said).toMatch(new RegExp(`^${proto}: .*127\\.0\\.0\\.1:${port}.*$`))
      expect(readFileSync(address, 'utf8')).toContain('PARTIAL: ')
    },
  )
})

describe('colour', () => {
  const args = QUICK.split(' ')

  it.each([
    ['no terminal', {}, [], false],
    ['no terminal, FORCE_COLOR', { FORCE_COLOR: '1' }, [], true],
    ['no terminal, FORCE_COLOR=0', { FORCE_COLOR: '0' }, [], false],
    ['no terminal, NO_COLOR before FORCE_COLOR', { NO_COLOR: '1', FORCE_COLOR: '1' }, [], false],
    ['no terminal, FORCE_COLOR and --no-color', { FORCE_COLOR: '1' }, ['--no-color'], false],
  ] as const)('%s', async (_, env, flags, coloured) => {
    const { code, stdout } = await netcmp([...args, ...flags], '', env)
    expect(code).toBe(0)
    expect(isColoured(stdout)).toBe(coloured)
  })

  it('a terminal with NO_COLOR', async (context) => {
    const terminal = inTerminal(context, 80, `NO_COLOR=1 ${NETCMP} ${QUICK} --no-progress`)
    const { code, stdout } = await terminal.exit()
    expect(code).toBe(0)
    expect(isColoured(stdout)).toBe(false)
  })
})
