import { spawn } from 'node:child_process'
import { accessSync, constants } from 'node:fs'
import { createServer } from 'node:net'
import { delimiter, join } from 'node:path'

export const HOST = '127.0.0.1'

/** Whether a program can be started by its name. */
export function isThere(program) {
  return (process.env.PATH ?? '').split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK)
      return true
    } catch {
      return false
    }
  })
}

/** Runs a program to its end; rejects where that is no success. `onOutput` is called at the first output. */
export function ran(program, args, onOutput = () => {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] })
    const output = { stdout: '', stderr: '' }
    for (const stream of ['stdout', 'stderr']) {
      child[stream].setEncoding('utf8').on('data', (text) => {
        output[stream] += text
        if (stream === 'stdout') onOutput()
      })
    }
    child.once('error', reject)
    child.once('close', (code) => {
      if (code === 0) resolve(output)
      else
        reject(new Error(`${program} ${args.join(' ')}: exit code ${code}\n${output.stdout}${output.stderr}`))
    })
  })
}

/** As `ran`, and what it cost: user and system time of the process, ns, as its parent is told when it ends. */
export async function ranCosted(program, args, onOutput) {
  const { stdout, stderr } = await ran(
    'sh',
    ['-c', '"$@"; status=$?; times >&2; exit $status', 'sh', program, ...args],
    onOutput,
  )
  // The last line is of the shell's children: 0m0.120000s 0m0.340000s.
  const times = stderr
    .trimEnd()
    .split('\n')
    .at(-1)
    .matchAll(/(\d+)m([\d.]+)s/g)
  const seconds = [...times].reduce((sum, [, minutes, rest]) => sum + Number(minutes) * 60 + Number(rest), 0)
  return { stdout, cpuNs: seconds * 1e9 }
}

export async function freePort() {
  const server = createServer().listen(0, HOST)
  await new Promise((resolve) => server.once('listening', resolve))
  const { port } = server.address()
  await new Promise((resolve) => server.close(resolve))
  return String(port)
}
