import type { Finding } from '../report/findings.ts'
import { formatValue } from '../report/format-value.ts'
import type { Host } from './host.ts'

const IPV4 = '/proc/sys/net/ipv4'

/** A default run dials 2,000 times over TCP within seconds, and each port rests for a minute. */
const ENOUGH_PORTS = 10_000

export function portFindings(host: Host): Finding[] {
  const [first, last] = host.read(`${IPV4}/ip_local_port_range`)?.split(/\s+/).map(Number) ?? []
  if (first === undefined || last === undefined) return []
  const ports = last - first + 1
  const few = ports < ENOUGH_PORTS
  const said = formatValue(ports, 'count')
  const waiting = Number(/^TCP:.* tw (\d+)/m.exec(host.read('/proc/net/sockstat') ?? '')?.[1] ?? Number.NaN)
  const crowded = waiting > ports / 2
  return [
    {
      check: 'ephemeral ports',
      level: few ? 'warn' : 'ok',
      text: `${said} (${first} to ${last})${few ? ': connect may run out of them, for each rests a minute after its use' : ''}`,
      remedy: few ? `sudo sysctl -w net.ipv4.ip_local_port_range="32768 60999"` : null,
    },
    ...(Number.isNaN(waiting)
      ? []
      : [
          {
            check: 'TIME_WAIT',
            level: crowded ? 'warn' : 'ok',
            text: `${formatValue(waiting, 'count')} connections rest after their end, of ${said} ports${crowded ? ': new dials look longer for a free one, or find none; wait a minute, or reuse them' : ''}`,
            remedy: crowded ? 'sudo sysctl -w net.ipv4.tcp_tw_reuse=1' : null,
          } as const,
        ]),
  ]
}

export function congestionFindings(host: Host): Finding[] {
  const check = 'TCP congestion'
  const name = host.read(`${IPV4}/tcp_congestion_control`)
  if (name === undefined) return []
  if (name === 'cubic')
    return [{ check, level: 'ok', text: 'cubic, as Linux has it by default', remedy: null }]
  return [
    {
      check,
      level: 'note',
      text: `${name}, not Linux’s default cubic: name it beside TCP’s figures, for they depend on it`,
      remedy: 'sudo sysctl -w net.ipv4.tcp_congestion_control=cubic',
    },
  ]
}

const PORTS = '7117 to 7119, TCP and UDP'

export function firewallFindings(host: Host): Finding[] {
  const check = 'firewall'
  const nft = host.run('nft', ['list', 'ruleset'])
  const read = 'text' in nft ? nft : host.run('iptables', ['-S'])
  if (!('text' in read)) {
    const missing = 'missing' in nft && 'missing' in read
    return [
      {
        check,
        level: 'note',
        text: missing
          ? `not known: neither nft nor iptables is installed`
          : `not known: its rules are for root to read; where clients cannot connect, look there (ports ${PORTS})`,
        remedy: missing ? null : 'sudo nft list ruleset',
      },
    ]
  }
  const rules = rulesOf(read.text)
  if (rules.count === 0) return [{ check, level: 'ok', text: 'no rules', remedy: null }]
  const what = `${rules.count} ${rules.count === 1 ? 'rule' : 'rules'}, read for every packet`
  return [
    {
      check,
      level: 'note',
      text: rules.drop ? `${what}; some drop packets: clients need ports ${PORTS}` : what,
      remedy: null,
    },
  ]
}

/** Of nft's listing or iptables': how many rules have a verdict, and does any, or a chain's policy, turn packets away? */
function rulesOf(text: string): { count: number; drop: boolean } {
  const lines = text.split('\n')
  const rules = lines.filter((line) =>
    /^-A |\b(accept|drop|reject|queue|jump|goto|masquerade|[sd]nat)\b/.test(line),
  )
  const policies = rules.filter((line) => /\bpolicy\b/.test(line))
  return {
    count: rules.length - policies.length,
    drop: [...rules, ...lines.filter((line) => line.startsWith('-P '))].some((line) =>
      /\b(drop|reject)\b/i.test(line),
    ),
  }
}
