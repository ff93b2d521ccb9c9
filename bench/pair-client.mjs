/**
 * Started by `pair.mjs` with the socket's options as JSON: a client of a server process that it starts itself. Runs the
 * jobs that it is sent, one after the other, and sends back the figures of each and what both processes spent on it.
 */
import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
// First, as the command does.
import '../dist/cli/heap.js'
import { chooseEngine } from '../dist/cli/engine.js'
import { findTransport } from '../dist/registry.js'
import { measured } from './netcmp.mjs'

const { engine = 'node', ...options } = JSON.parse(process.argv[2])
const transports = ['udp', 'tcp']

/** Of /proc/PID/stat (proc(5)): 100 ticks a second, on every Linux that Node runs on. */
const TICK_NS = 1e7

/** User and system time of a process. */
function cpuNsOf(pid) {
  const [utime, stime] = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1).split(' ').slice(11, 13)
  return (Number(utime) + Number(stime)) * TICK_NS
}

async function startServer() {
  const flags = Object.entries({ engine, ...options }).flatMap(([name, value]) =>
    value === true ? [`--${name}`] : [`--${name}`, value],
  )
  const program = fileURLToPath(new URL('../dist/bin.js', import.meta.url))
  const child = spawn(process.execPath, [program, 'serve', '--embedded', transports.join(), ...flags], {
    stdio: 'pipe',
  })
  let stderr = ''
  child.stderr.setEncoding('utf8').on('data', (text) => {
    stderr += text
  })
  const addresses = await new Promise((resolve, reject) => {
    createInterface({ input: child.stdout }).once('line', (line) => resolve(JSON.parse(line)))
    child.once('close', () => reject(new Error(stderr)))
  })
  return { pid: child.pid, target: { addresses } }
}

async function main() {
  const server = await startServer()
  const { socket, clock } = await chooseEngine(engine, transports.map(findTransport), options)
  process.on('message', async ({ proto, job }) => {
    try {
      const before = cpuNsOf(server.pid)
      const own = process.cpuUsage()
      const values = await measured(server, proto, job, { socket, clock })
      const { user, system } = process.cpuUsage(own)
      process.send({ values, cpuNs: (user + system) * 1e3 + cpuNsOf(server.pid) - before })
    } catch (error) {
      process.send({ error: error.message })
    }
  })
  process.send({ serverPid: server.pid })
}

process.on('disconnect', () => process.exit())
main().catch((error) => process.send({ error: error.message }, () => process.exit(1)))
