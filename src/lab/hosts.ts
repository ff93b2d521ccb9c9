import { existsSync, writeFileSync } from 'node:fs'
import { turnOffloadsOff } from '../native/offloads.ts'
import { DEVICE, type HostName, NETWORKS, other, places } from './places.ts'
import { complaint, must } from './programs.ts'

const NAMES: readonly HostName[] = ['client', 'server']

/**
 * Makes the two hosts and a cable from each to the network of this process, where the link joins their ends. That
 * network, its mounts and its processes have to be the lab's alone. Throws UNAVAILABLE.
 */
export async function makeHosts(mtuBytes: number): Promise<void> {
  const hasIpv6 = existsSync('/proc/sys/net/ipv6')
  // The ends of the cables carry the packets of others, and have nothing to say themselves.
  if (hasIpv6) set('net/ipv6/conf/default/disable_ipv6', '1')
  for (const name of NAMES) must('ip', ['netns', 'add', name])
  must('ip', ['-batch', '-'], NAMES.map((name) => cable(name, mtuBytes)).join(''))
  await turnOffloadsOff(NAMES.flatMap((name) => [name, places[name].end]))
  must('ip', ['-batch', '-'], NAMES.map(plugIn).join(''))
  for (const name of NAMES) {
    must('ip', ['-n', name, '-batch', '-'], wakeUp(name, hasIpv6))
    tune(name)
  }
}

/** Both ends are here, and take the host's name, until it is plugged in. */
function cable(name: HostName, mtuBytes: number): string {
  const { hardware, end } = places[name]
  const mtu = `mtu ${mtuBytes}`
  return `link add ${name} address ${hardware} ${mtu} type veth peer name ${end} ${mtu}\n`
}

function plugIn(name: HostName): string {
  return `link set ${name} netns ${name} name ${DEVICE}\nlink set ${places[name].end} up\n`
}

/** With the other's address beforehand, and without ARP: no packet on the link but those of programs. */
function wakeUp(name: HostName, hasIpv6: boolean): string {
  const [me, peer] = [places[name], places[other(name)]]
  const dev = `dev ${DEVICE}`
  const neighbour = `lladdr ${peer.hardware} ${dev} nud permanent`
  const ipv6 = [`addr add ${me.ipv6}/64 ${dev} nodad`, `neigh add ${peer.ipv6} ${neighbour}`]
  const lines = [
    'link set lo up',
    ...(hasIpv6 ? [`link set ${DEVICE} addrgenmode none`] : []),
    `link set ${DEVICE} arp off up`,
    `addr add ${me.ipv4}/24 ${dev}`,
    `neigh add ${peer.ipv4} ${neighbour}`,
    ...(hasIpv6 ? ipv6 : []),
  ]
  return `${lines.join('\n')}\n`
}

/**
 * Everybody may send ICMP messages, as far as there is anybody. A connection learns nothing from those before it: each
 * run begins as the first one did. A kernel that does not let itself be told goes on as it is.
 */
function tune(name: HostName): void {
  const lines = [
    'for last in 2147483647 0; do echo "0 $last" > net/ipv4/ping_group_range && break; done',
    'echo 1 > net/ipv4/tcp_no_metrics_save',
  ]
  const [program, ...args] = onHost(name, ['sh', '-c', `cd /proc/sys\n${lines.join('\n')}`])
  complaint(program as string, args)
}

function set(path: string, value: string): void {
  try {
    writeFileSync(`/proc/sys/${path}`, value)
  } catch {
    // A container may forbid it: then some packets of the system's own are on the link, too.
  }
}

/** The command line that runs a program on a host; its process is the program itself. */
export function onHost(name: HostName, command: readonly string[]): string[] {
  return ['nsenter', `--net=${NETWORKS}/${name}`, '--', ...command]
}
