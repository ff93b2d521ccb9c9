import type { Finding } from '../report/findings.ts'
import { bufferFindings, dropFindings, type SocketBuffers } from './buffers.ts'
import { engineFindings, type NativeEngine } from './engine.ts'
import type { Host } from './host.ts'
import { mtuFindings, offloadFindings } from './interfaces.ts'
import { type Measured, measuredFindings } from './measured.ts'
import { congestionFindings, firewallFindings, portFindings } from './network.ts'
import { coresFindings, governorFindings, turboFindings, virtualFindings } from './processor.ts'
import { clockSourceFindings, timerSlackFindings } from './timing.ts'

/** What only Linux tells, in the order of the report. */
const linuxChecks: readonly ((host: Host) => Finding[])[] = [
  dropFindings,
  mtuFindings,
  offloadFindings,
  portFindings,
  congestionFindings,
  firewallFindings,
  coresFindings,
  governorFindings,
  turboFindings,
  virtualFindings,
  clockSourceFindings,
  timerSlackFindings,
]

/** What on this computer bends the figures measured on it. A check that finds nothing to read says nothing. */
export function examine(
  host: Host,
  buffers: SocketBuffers,
  measured: Measured,
  native: NativeEngine,
): Finding[] {
  return [
    ...engineFindings(native),
    ...bufferFindings(host, buffers),
    ...(host.platform === 'linux' ? linuxChecks.flatMap((check) => check(host)) : [elsewhere(host)]),
    ...measuredFindings(measured),
  ]
}

function elsewhere({ platform }: Host): Finding {
  return {
    check: 'other checks',
    level: 'note',
    text: `not on ${platform}: drops, MTU, offloads, ports, TCP congestion, firewall, cores and load, CPU governor and turbo, virtual machine, clock source and timer slack are read on Linux only`,
    remedy: null,
  }
}
