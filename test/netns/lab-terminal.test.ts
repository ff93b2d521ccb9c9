import { describe, expect, it, type TestContext } from 'vitest'
import { widthOf } from '../../src/report/text.ts'
import { BIN, linesOf, Running } from '../cli/run-netcmp.ts'
import { needs, needsLab } from '../cli/tools.ts'

/** `netcmp lab` in a terminal of so many columns; what it prints there is its stdout. */
function inTerminal(
  context: TestContext,
  args: string,
  { columns = 80, end = 'echo "[status $?]"' } = {},
): Running {
  needsLab(context)
  needs(context, 'script')
  const command = `stty cols ${columns} rows 40; '${process.execPath}' '${BIN}' lab ${args}; ${end}`
  return new Running('script', ['-qec', command, '/dev/null'], { SHELL: '/bin/bash', PS1: '> ' })
}

const BASH = `-- bash --norc -i`

describe('netcmp lab in a terminal', () => {
  it('has a page no wider than 40 columns, with progress before it', async (context) => {
    const what = '--loss 2% --up "delay=5ms jitter=1ms" --workload echo --blocks 3 --duration 20ms'
    const { code, stdout } = await inTerminal(context, what, { columns: 40 }).exit()
    expect(code).toBe(0)
    expect(stdout).toMatch(/ \d+% block \d: echo over (tcp|udp)/)
    const page = linesOf(stdout.slice(stdout.indexOf('netcmp ')).replaceAll('\r\n', '\n'))
    expect(page.filter((line) => widthOf(line) > 40)).toEqual([])
    expect(page.join('\n')).toContain('\nup: loss 2 %, delay 5 ms ± 1 ms\ndown: loss 2 %\n')
  })

  it('Ctrl-C ends the comparison in order; the server and the link, which do not hear it, stay to the end', async (context) => {
    const terminal = inTerminal(context, '--workload echo --duration 50ms --blocks 200')
    await terminal.prints(/block [3-9]: /)
    terminal.say('\u0003')
    await terminal.prints(/PARTIAL: [\s\S]*\[status 130\]/)
    await terminal.exit()
  })

  it('Ctrl-C twice ends it at once', async (context) => {
    // Opening a session takes two round trips of a second: so long it waits for an orderly end.
    const slow = '--workload echo --proto udp --delay 500ms'
    const terminal = inTerminal(context, slow)
    await terminal.prints(/block 0: /)
    terminal.say('\u0003')
    await terminal.prints(/finishing what is under way/)
    const firstAt = performance.now()
    // Within 50 ms it would be taken for the same signal.
    while (performance.now() - firstAt < 60) await new Promise(setImmediate)
    terminal.say('\u0003')
    await terminal.prints(/\[status 130\]/)
    expect(terminal.stdout).not.toContain('PARTIAL')
    await terminal.exit()
  })

  it('a shell there has job control, and the terminal is given back', async (context) => {
    const terminal = inTerminal(context, BASH, { end: 'echo "[status $?]"; read line; echo "read $line"' })
    await terminal.prints(/\$ |# /)
    // It says itself that the terminal is its own: the shell shows what was typed before that is so.
    // From then on it starts nothing: who waits for a child to begin is not stopped before that has, and it may be stopped.
    terminal.say(`sh -c 'sleep 99 & trap "echo again" CONT; echo here; while :; do wait; done'\n`)
    await terminal.prints(/(?<!echo )here\r\n/)
    terminal.say('\u001a')
    await terminal.prints(/Stopped .*sh -c/)
    terminal.say('fg\n')
    await terminal.prints(/(?<!echo )again\r\n/)
    terminal.say('\u0003')
    await terminal.prints(/\^C[\s\S]*[$#] /)
    terminal.say('echo "ended $?"\n')
    await terminal.prints(/ended 130/)
    terminal.say('exit 3\n')
    await terminal.prints(/\[status 3\]/)
    terminal.say('it back\n')
    await terminal.prints(/read it back/)
    await terminal.exit()
  })
})
