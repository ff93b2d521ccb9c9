import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { writeResult } from '../../src/result/write.ts'
import { BIN, Running, type Served, startServe } from '../cli/run-netcmp.ts'
import { needs, needsLab, needsNative } from '../cli/tools.ts'
import { sampleResult } from '../report/sample-result.ts'
import { blocks, readPage } from './documents.ts'

const lines = blocks(readPage('README.md'), 'sh')
  .flatMap((block) => block.trimEnd().split('\n'))
  .map((line) => line.replace(/\s+#.*$/, '').replace('npx netcmp', 'netcmp'))

/** What sets up a machine is run on a fresh one, by .ci/run. */
const isSetUp = (line: string): boolean => /^npm (ci|install)/.test(line)
/** Node cannot set these of a socket. */
const isOfOwnSockets = (line: string): boolean => /--(dscp|ttl|buffer|mtu-probe|congestion)\b/.test(line)
const isServe = (line: string): boolean => line.startsWith('netcmp serve')

/** The command, but quick: commander takes the last of two equal options. */
const SHIM = `#!/bin/sh
case " $* " in
  *" -- "* | " lab shell "*) exec "${process.execPath}" "${BIN}" "$@" ;;
esac
case "$1" in
  list | report | diff | roster | echo | chat | doctor | trace) exec "${process.execPath}" "${BIN}" "$@" ;;
  *) exec "${process.execPath}" "${BIN}" "$@" --blocks 1 --duration 20ms ;;
esac
`

const folder = mkdtempSync(join(tmpdir(), 'netcmp-readme-'))
let served: Served
/** It wants the key of the class. */
let keyed: Served

beforeAll(async () => {
  writeFileSync(join(folder, 'netcmp'), SHIM, { mode: 0o755 })
  mkdirSync(join(folder, 'results'))
  for (const name of ['run', 'before', 'after', 'results/ada'])
    writeFileSync(join(folder, `${name}.json`), writeResult(sampleResult()))
  writeFileSync(join(folder, 'class.key'), 'a secret of the class')
  served = await startServe(['--collect', join(folder, 'results')])
  keyed = await startServe(['--key', join(folder, 'class.key')])
})
afterAll(() => {
  served.server.signal('SIGKILL')
  keyed.server.signal('SIGKILL')
  rmSync(folder, { recursive: true })
})

const portFor = (line: string) => (line.includes('--key') ? keyed : served).port

/** A line of the README with the addresses of the server that this test has started. */
function here(line: string): string {
  return line
    .replace('192.168.1.7', '127.0.0.1:7117')
    .replace(/\b71(17|18|19)\b/, (port) => String(portFor(line) + Number(port) - 7117))
}

/** Files that a server is given are those of this test. */
function inFolder(line: string): string {
  return line.replace(/(--key|--collect) (\S+)/, (_, flag, name) => `${flag} ${join(folder, name)}`)
}

describe.skipIf(process.platform === 'win32')(
  'the commands of the README (a shell script stands for netcmp)',
  () => {
    test.for(lines.filter((line) => !isSetUp(line) && !isServe(line)))('%s', async (line, context) => {
      for (const tool of ['nc', 'ping', 'iperf3']) if (line.split(' ').includes(tool)) needs(context, tool)
      if (/^netcmp (lab|trace|sweep .*--(loss|delay))\b/.test(line)) needsLab(context)
      if (isOfOwnSockets(line)) needsNative(context)
      const shell = new Running('sh', ['-c', `cd '${folder}' && ${here(line)}`], {
        PATH: `${folder}${delimiter}${process.env.PATH ?? ''}`,
      })
      shell.hangUp()
      const { code, stdout, stderr } = await shell.exit()
      expect({ code, stderr }).toMatchObject({ code: 0 })
      if (line.startsWith('echo hello')) expect(stdout).toContain('hello')
    })

    test.for(lines.filter(isServe))('%s', async (line) => {
      const { server } = await startServe([...inFolder(line).split(' ').slice(2), '--no-announce'])
      server.signal('SIGINT')
      expect(await server.exit()).toMatchObject({ code: 0, stderr: '' })
    })
  },
)
