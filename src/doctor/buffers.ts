import { udpCounts } from '../drive/host-drops.ts'
import type { Finding } from '../report/findings.ts'
import { formatBytes, formatValue } from '../report/format-value.ts'
import { type Host, numberIn } from './host.ts'

/** What a UDP socket of netcmp asked the system for, and what it got. */
export interface SocketBuffers {
  readonly askedBytes: number
  readonly receiveBytes: number
  readonly sendBytes: number
}

export function bufferFindings(
  host: Host,
  { askedBytes, receiveBytes, sendBytes }: SocketBuffers,
): Finding[] {
  return [
    bufferFinding(host, 'receive buffer', 'net.core.rmem_max', receiveBytes, askedBytes),
    bufferFinding(host, 'send buffer', 'net.core.wmem_max', sendBytes, askedBytes),
  ]
}

function bufferFinding(
  host: Host,
  check: string,
  sysctl: string,
  gotBytes: number,
  askedBytes: number,
): Finding {
  const asked = formatBytes(askedBytes)
  if (gotBytes >= askedBytes) {
    return { check, level: 'ok', text: `a UDP socket got the ${asked} that netcmp asks for`, remedy: null }
  }
  const limitBytes = numberIn(host, `/proc/sys/${sysctl.replaceAll('.', '/')}`)
  const limit = limitBytes === undefined ? '' : ` (${sysctl} is ${formatBytes(limitBytes)})`
  return {
    check,
    level: limitBytes === undefined ? 'note' : 'warn',
    text: `a UDP socket got ${formatBytes(gotBytes)} of the ${asked} that netcmp asks for${limit}: what does not fit in a burst is lost in this computer, not in the network`,
    remedy: limitBytes === undefined ? null : `sudo sysctl -w ${sysctl}=${askedBytes}`,
  }
}

/** Datagrams that this computer itself dropped, of every program, since it or this container started. */
export function dropFindings(host: Host): Finding[] {
  const check = 'UDP drops'
  const snmp = host.read('/proc/net/snmp') ?? ''
  // A line of names, and one of values.
  if ((snmp.match(/^Udp:/gm) ?? []).length < 2) return []
  const count = udpCounts(snmp, host.read('/proc/net/snmp6') ?? '')
  const received = count('RcvbufErrors')
  const sent = count('SndbufErrors')
  const broken = count('InCsumErrors')
  if (received + sent + broken === 0) {
    return [{ check, level: 'ok', text: 'none so far, by any program', remedy: null }]
  }
  const said = (drops: number) => formatValue(drops, 'count')
  return [
    {
      check,
      level: 'note',
      text: `so far, by any program: ${said(received)} datagrams for full receive buffers, ${said(sent)} for full send buffers, ${said(broken)} for wrong checksums`,
      remedy: null,
    },
  ]
}
