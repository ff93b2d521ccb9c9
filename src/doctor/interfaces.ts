import type { Finding } from '../report/findings.ts'
import { joined } from '../report/sentence.ts'
import { type Host, numberIn } from './host.ts'

const NET = '/sys/class/net'

const USUAL_LOOPBACK_MTU_BYTES = 65_536
const ETHERNET_MTU_BYTES = 1_500
/** IPv4 and UDP, in front of each datagram. */
const HEADER_BYTES = 28

/** What a card or the kernel does with many packets at once, as ethtool calls it and as `ethtool -K` takes it. */
const offloads = [
  ['tcp-segmentation-offload', 'tso'],
  ['generic-segmentation-offload', 'gso'],
  ['generic-receive-offload', 'gro'],
  ['large-receive-offload', 'lro'],
] as const

/** Those that are up and have a device behind them: no bridges, tunnels or ends of containers. */
function cards(host: Host): string[] {
  return host
    .list(NET)
    .filter((name) => name !== 'lo' && host.read(`${NET}/${name}/operstate`) === 'up')
    .filter((name) => host.list(`${NET}/${name}/device`).length > 0)
}

export function mtuFindings(host: Host): Finding[] {
  return [...loopbackMtu(host), ...cards(host).flatMap((name) => cardMtu(host, name))]
}

function loopbackMtu(host: Host): Finding[] {
  const mtuBytes = numberIn(host, `${NET}/lo/mtu`)
  if (mtuBytes === undefined) return []
  const usual = mtuBytes >= USUAL_LOOPBACK_MTU_BYTES
  return [
    {
      check: 'loopback MTU',
      level: usual ? 'ok' : 'warn',
      text: `${mtuBytes} B${usual ? '' : `, ${USUAL_LOOPBACK_MTU_BYTES} B is usual: bulk on loopback goes in more and smaller pieces`}`,
      remedy: usual ? null : `sudo ip link set lo mtu ${USUAL_LOOPBACK_MTU_BYTES}`,
    },
  ]
}

function cardMtu(host: Host, name: string): Finding[] {
  const mtuBytes = numberIn(host, `${NET}/${name}/mtu`)
  if (mtuBytes === undefined) return []
  const small = mtuBytes < ETHERNET_MTU_BYTES
  return [
    {
      check: 'MTU',
      level: small ? 'note' : 'ok',
      text: `${name}: ${mtuBytes} B${small ? `: longer datagrams leave in fragments, as bulk’s of ${ETHERNET_MTU_BYTES - HEADER_BYTES} B would` : ''}`,
      remedy: small ? `netcmp HOST --workload bulk --size ${mtuBytes - HEADER_BYTES}` : null,
    },
  ]
}

export function offloadFindings(host: Host): Finding[] {
  return cards(host).map((name) => offloadFinding(host, name))
}

function offloadFinding(host: Host, name: string): Finding {
  const check = 'offloads'
  const printed = host.run('ethtool', ['-k', name])
  if (!('text' in printed)) {
    const why = 'missing' in printed ? 'ethtool is not installed' : 'ethtool does not tell'
    return { check, level: 'note', text: `${name}: not known, ${why}`, remedy: null }
  }
  const on = offloads.filter(([feature]) => new RegExp(`^${feature}: on\\b`, 'm').test(printed.text))
  if (on.length === 0)
    return { check, level: 'ok', text: `${name}: none that join or split packets`, remedy: null }
  const names = on.map(([, short]) => short)
  return {
    check,
    level: 'note',
    text: `${name}: ${joined(names)} on: TCP’s packets are split and joined past the kernel, which helps its throughput and can delay a message; leave them on unless that is the question`,
    remedy: `sudo ethtool -K ${name} ${names.map((each) => `${each} off`).join(' ')}`,
  }
}
