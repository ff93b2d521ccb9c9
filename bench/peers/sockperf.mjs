import { spawn } from 'node:child_process'
import { freePort, HOST, ran } from './programs.mjs'

/** How long its server may take to listen: it does not say when. */
const START_MS = 200

/** Median of whole round trips of 64 B, ns. */
export async function sockperf(seconds, ...flags) {
  const where = ['-i', HOST, '-p', await freePort()]
  const server = spawn('sockperf', ['server', ...where, ...flags], { stdio: 'ignore' })
  try {
    await new Promise((resolve) => setTimeout(resolve, START_MS))
    const how = ['-t', String(seconds), '-m', '64', '--full-rtt']
    const { stdout } = await ran('sockperf', ['ping-pong', ...where, ...how, ...flags])
    return Number(/percentile 50.000 = +([\d.]+)/.exec(stdout)[1]) * 1e3
  } finally {
    server.kill()
  }
}
