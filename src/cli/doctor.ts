import { hostClock } from '../core/host-clock.ts'
import { examine } from '../doctor/examine.ts'
import { thisHost } from '../doctor/host.ts'
import { measureHost } from '../doctor/measured.ts'
import { drawFindings } from '../report/findings.ts'
import { socketBuffers } from '../udp/buffers.ts'
import { coloured, columns, emit } from './output.ts'

interface DoctorFlags {
  format: 'table' | 'json'
  color: boolean
}

/** `netcmp doctor`: what on this computer would bend the figures. It changes nothing. */
export async function doctorCommand(flags: DoctorFlags): Promise<void> {
  const measured = await measureHost(hostClock)
  const findings = examine(thisHost, await socketBuffers(), measured)
  await emit(
    flags.format === 'json'
      ? `${JSON.stringify(findings, null, 2)}\n`
      : drawFindings(findings, columns(), coloured(flags)),
    undefined,
  )
}
