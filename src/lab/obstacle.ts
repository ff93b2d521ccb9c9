import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { platform } from 'node:os'
import { NetcmpError } from '../core/errors.ts'
import { whyNoSystemCalls } from '../native/available.ts'
import { apart } from './apart.ts'
import { isThere, lastLine, withPath } from './programs.ts'

/** What the lab asks of a computer. Tests answer in its place. */
export interface Computer {
  readonly platform: string
  readonly env: NodeJS.ProcessEnv
  /** The text of a file; undefined where there is none. */
  read(path: string): string | undefined
  whyNoSystemCalls(): string | undefined
}

const thisComputer: Computer = {
  platform: platform(),
  env: process.env,
  read(path) {
    try {
      return readFileSync(path, 'utf8').trim()
    } catch {
      return undefined
    }
  },
  whyNoSystemCalls,
}

/** By the program: the package of most systems that has it. */
const programs: Readonly<Record<string, string>> = {
  unshare: 'util-linux',
  nsenter: 'util-linux',
  mount: 'util-linux',
  ip: 'iproute2',
}

/** Kernel settings that keep users from networks of their own: the value that forbids, and the one that allows. */
const settings = [
  ['kernel.unprivileged_userns_clone', '0', '1'],
  ['kernel.apparmor_restrict_unprivileged_userns', '1', '0'],
  ['user.max_user_namespaces', '0', '15000'],
  ['user.max_net_namespaces', '0', '15000'],
] as const

/** What keeps this computer from a lab, as far as that is known without trying; undefined where nothing does. */
export function labObstacle(computer: Computer = thisComputer): NetcmpError | undefined {
  if (computer.platform !== 'linux') {
    return unavailable('makes its hosts on Linux only (use a virtual machine with Linux; on Windows, WSL 2)')
  }
  const missing = Object.keys(programs).find((program) => !isThere(program, computer.env))
  if (missing !== undefined) {
    const remedy = `install ${programs[missing]}, or add its folder to PATH`
    return unavailable(`needs the program ${missing}, which is not there (${remedy})`)
  }
  const why = computer.whyNoSystemCalls()
  return why === undefined ? undefined : unavailable(`makes its link by system calls: ${why}`)
}

/** Why this computer refused the lab a network of its own. `said` is what the program that asked for it printed. */
export function refusedLab(said: string, computer: Computer = thisComputer): NetcmpError {
  const why = lastLine(said) || 'unshare tells no reason'
  return unavailable(`cannot have networks of its own here: ${why} (${remedyFor(computer)})`)
}

function remedyFor(computer: Computer): string {
  const forbidden = settings.find(([name, value]) => {
    return computer.read(`/proc/sys/${name.replaceAll('.', '/')}`) === value
  })
  if (forbidden) return `sudo sysctl -w ${forbidden[0]}=${forbidden[2]}, or run it as root`
  return isContainer(computer)
    ? 'a container needs --privileged for it'
    : 'run it as root; in a sandbox or a container, outside of it'
}

function isContainer({ env, read }: Computer): boolean {
  return (
    env.container !== undefined ||
    read('/.dockerenv') !== undefined ||
    read('/run/.containerenv') !== undefined
  )
}

/** The same, found out by making a network, with a cable in it, and letting go of it. */
export function tryLab(): NetcmpError | undefined {
  const obstacle = labObstacle()
  if (obstacle) return obstacle
  const cable = ['ip', 'link', 'add', 'name', 'here', 'type', 'veth', 'peer', 'name', 'there']
  const [file = '', ...args] = apart(cable)
  const { error, status, stderr } = spawnSync(file, args, {
    encoding: 'utf8',
    stdio: ['ignore', 'ignore', 'pipe'],
    env: withPath(process.env),
  })
  if (!error && status === 0) return undefined
  return refusedLab(error?.message ?? stderr)
}

function unavailable(why: string): NetcmpError {
  return new NetcmpError('UNAVAILABLE', `lab: ${why}`)
}
