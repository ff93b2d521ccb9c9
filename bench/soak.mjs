/**
 * `npm run soak [-- --minutes 10] [-- --engine native|node]`: bulk and echo over UDP and TCP at full rate, and connections,
 * in turn, between two processes. Fails when a run fails, or when a process keeps what it takes: of the samples, one every
 * ten seconds, the first fifth warms up; of the second fifth and of the last the medians are compared.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { median } from './median.mjs'
import { Pair } from './pair.mjs'

const { values } = parseArgs({
  options: { minutes: { type: 'string', default: '10' }, engine: { type: 'string', default: 'native' } },
})
const MINUTE_MS = 60_000
const SAMPLE_EVERY_MS = 10_000
const FIFTHS = 5

/** What a process may hold more in the end: memory that is free is given back late, a connection may still be closing. */
const MOST_GROWTH = { rssBytes: 32 << 20, descriptors: 4 }

const RUN_NS = 1e9
const jobs = [
  { proto: 'udp', job: { workload: 'bulk', sizeBytes: 1472, durationNs: RUN_NS } },
  { proto: 'tcp', job: { workload: 'bulk', sizeBytes: 1 << 20, durationNs: RUN_NS } },
  { proto: 'udp', job: { workload: 'echo', durationNs: RUN_NS } },
  { proto: 'tcp', job: { workload: 'echo', durationNs: RUN_NS } },
  { proto: 'tcp', job: { workload: 'connect', durationNs: RUN_NS } },
]

/** Between runs, when no session is open. */
function sample(pids) {
  const of = (pid) => ({
    rssBytes: Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]) * 1024,
    descriptors: readdirSync(`/proc/${pid}/fd`).length,
  })
  return { client: of(pids.client), server: of(pids.server) }
}

const mib = ({ rssBytes, descriptors }) =>
  `${(rssBytes / 2 ** 20).toFixed(1)} MiB, ${descriptors} descriptors`

/** Medians of the second fifth and of the last, and whether the last is too much. */
function growth(samples, who, what) {
  const fifth = Math.floor(samples.length / FIFTHS)
  const figures = samples.map((each) => each[who][what])
  const first = median(figures.slice(fifth, 2 * fifth))
  const last = median(figures.slice(-fifth))
  return { who, what, first, last, isTooMuch: last > first + MOST_GROWTH[what] }
}

async function soak(pair, untilMs) {
  const samples = []
  let dueMs = performance.now() + SAMPLE_EVERY_MS
  for (let n = 0; performance.now() < untilMs; n++) {
    const { proto, job } = jobs[n % jobs.length]
    await pair.run(proto, job)
    if (performance.now() < dueMs) continue
    dueMs += SAMPLE_EVERY_MS
    const now = sample(pair.pids)
    samples.push(now)
    console.log(`after ${n + 1} runs: client ${mib(now.client)}; server ${mib(now.server)}`)
  }
  return samples
}

const pair = await Pair.start(values.engine === 'native' ? { engine: 'native' } : {})
try {
  const samples = await soak(pair, performance.now() + Number(values.minutes) * MINUTE_MS)
  if (samples.length < FIFTHS) throw new Error('too short to tell (--minutes 1 is the least)')
  const all = ['client', 'server'].flatMap((who) =>
    ['rssBytes', 'descriptors'].map((what) => growth(samples, who, what)),
  )
  for (const { who, what, first, last, isTooMuch } of all) {
    console.log(`${isTooMuch ? 'GROWS ' : 'steady'}  ${who}, ${what}: ${first} at first, ${last} in the end`)
  }
  if (all.some(({ isTooMuch }) => isTooMuch)) process.exitCode = 1
} finally {
  pair.close()
}
