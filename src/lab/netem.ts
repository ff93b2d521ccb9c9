import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { NetcmpError } from '../core/errors.ts'
import type { LinkConfig } from './impairments.ts'
import type { Link } from './link.ts'
import { netemOptions } from './netem-options.ts'

const run = promisify(execFile)

const BRIDGE = 'netcmp-link'

/** Nothing came or left for so long; and how long that is waited for. */
const QUIET_MS = 50
const LONGEST_CUT_MS = 2000
const LOOK_EVERY_MS = 10

/** The interface by which the packets of one direction leave. */
export interface NetemEnd {
  readonly device: string
  /** What runs a command in the network that has it; empty where this process is in it. */
  readonly enter: readonly string[]
}

export interface NetemEnds {
  readonly up: NetemEnd
  readonly down: NetemEnd
}

/** A link made by the kernel (tc-netem(8)), which tells nothing of single packets. Throws UNAVAILABLE or BAD_VALUE. */
export async function netemLink(ends: NetemEnds, { up, down, mtuBytes }: LinkConfig): Promise<Link> {
  const directions = ['up', 'down'] as const
  const impair = async (config: Pick<LinkConfig, 'up' | 'down'>): Promise<void> => {
    // All of it is checked before any of it is done.
    const options = directions.map((direction) => netemOptions(config[direction], mtuBytes))
    for (const [index, direction] of directions.entries())
      await tc(ends[direction], 'replace', ['netem', ...(options[index] ?? [])])
  }
  await impair({ up, down })
  return {
    maker: 'netem',
    impair,
    async cut() {
      await quiet(ends)
      return { log: null, counts: null, unloggedCount: 0, unseenCount: 0 }
    },
    async close() {
      for (const direction of directions) await tc(ends[direction], 'del', []).catch(() => undefined)
    },
  }
}

/**
 * Joins two interfaces by a bridge on which netem impairs what leaves for either: packets that go up leave by `down`, on
 * the way to the server's host. Throws UNAVAILABLE or BAD_VALUE.
 */
export async function netemBetween(up: string, down: string, config: LinkConfig): Promise<Link> {
  const ends = { up: { device: down, enter: [] }, down: { device: up, enter: [] } }
  const link = await netemLink(ends, config)
  for (const words of [`add ${BRIDGE} type bridge`, ...[up, down, BRIDGE].map(joining)])
    await command(['ip', 'link', ...words.split(' ')])
  return link
}

const joining = (device: string) => `set ${device} ${device === BRIDGE ? '' : `master ${BRIDGE} `}up`

async function tc({ device, enter }: NetemEnd, verb: string, what: readonly string[]): Promise<void> {
  await command([...enter, 'tc', 'qdisc', verb, 'dev', device, 'root', ...what])
}

async function command([file = '', ...args]: readonly string[]): Promise<string> {
  try {
    return (await run(file, args)).stdout
  } catch (error) {
    throw refusal(error as Failure)
  }
}

type Failure = NodeJS.ErrnoException & { stderr?: string; cmd?: string }

/** What tc or ip, or the system, says where it does not work. */
function refusal(error: Failure): NetcmpError {
  const text = error.stderr?.trim() ?? ''
  const unavailable = (why: string) => new NetcmpError('UNAVAILABLE', `netem: ${why}`, { cause: error })
  if (error.code === 'ENOENT' || /\b(tc|ip)\W{1,3}(not found|No such file)/.test(text)) {
    return unavailable('there is no program tc or ip (install iproute2, or use --link relay)')
  }
  if (/qdisc kind is unknown|No such file or directory/.test(text)) {
    return unavailable(
      'this kernel has none (modprobe sch_netem loads it where it exists; or use --link relay)',
    )
  }
  const lines = text.split('\n')
  return unavailable(
    `${error.cmd ?? 'tc'} fails: ${lines.at(-1) || error.message.split('\n')[0]} (or use --link relay)`,
  )
}

/** Waits until it holds no packet and none has passed for a moment. */
async function quiet({ up, down }: NetemEnds): Promise<void> {
  let before = ''
  let sinceMs = performance.now()
  const latestMs = sinceMs + LONGEST_CUT_MS
  for (;;) {
    const states = await Promise.all([up, down].map(stateOf))
    const now = performance.now()
    const state = states.map(({ passed }) => passed).join(' ')
    if (state !== before || states.some(({ held }) => held > 0)) sinceMs = now
    before = state
    if (now - sinceMs >= QUIET_MS || now >= latestMs) return
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS))
  }
}

async function stateOf({ device, enter }: NetemEnd): Promise<{ passed: number; held: number }> {
  const text = await command([...enter, 'tc', '-s', '-j', 'qdisc', 'show', 'dev', device, 'root'])
  const [{ packets = 0, qlen = 0 } = {}]: { packets?: number; qlen?: number }[] = JSON.parse(text)
  return { passed: packets, held: qlen }
}
