import { readFileSync } from 'node:fs'

/**
 * Datagrams that this host's receive buffers dropped since it started, all sockets together: RcvbufErrors of
 * /proc/net/snmp and /proc/net/snmp6. Null where the system does not tell (anything but Linux).
 */
export function receiveBufferDrops(): number | null {
  try {
    return udp4Drops(readFileSync('/proc/net/snmp', 'utf8')) + udp6Drops(readIfThere('/proc/net/snmp6'))
  } catch {
    return null
  }
}

function udp4Drops(snmp: string): number {
  const [names, values] = snmp.split('\n').filter((line) => line.startsWith('Udp:'))
  const column = names?.split(' ').indexOf('RcvbufErrors') ?? -1
  return column < 0 ? 0 : Number(values?.split(' ')[column] ?? 0)
}

function udp6Drops(snmp6: string): number {
  return Number(/^Udp6RcvbufErrors\s+(\d+)/m.exec(snmp6)?.[1] ?? 0)
}

function readIfThere(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}
