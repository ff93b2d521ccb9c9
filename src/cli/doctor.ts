import { hostClock } from '../core/host-clock.ts'
import type { NativeEngine } from '../doctor/engine.ts'
import { examine } from '../doctor/examine.ts'
import { thisHost } from '../doctor/host.ts'
import { labFinding } from '../doctor/lab.ts'
import { measureHost } from '../doctor/measured.ts'
import { tryLab } from '../lab/obstacle.ts'
import { capabilities, whichOf } from '../native/capabilities.ts'
import { nativeObstacle } from '../native/obstacle.ts'
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
  const findings = [
    ...examine(thisHost, await socketBuffers(), measured, await nativeEngine()),
    labFinding(tryLab()),
  ]
  await emit(
    flags.format === 'json'
      ? `${JSON.stringify(findings, null, 2)}\n`
      : drawFindings(findings, columns(), coloured(flags)),
    undefined,
  )
}

async function nativeEngine(): Promise<NativeEngine> {
  const obstacle = await nativeObstacle()
  if (obstacle) return { why: obstacle.error.message, isUnexpected: obstacle.isUnexpected }
  const found = await whichOf(capabilities)
  return {
    capabilities: capabilities.map(({ name, without }) => ({ name, without, isHere: found[name] === true })),
  }
}
