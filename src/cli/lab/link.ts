import { errorCodes, NetcmpError } from '../../core/errors.ts'
import { FOLDER, places } from '../../lab/places.ts'
import { CONTROL, type MadeLink } from './plan.ts'
import { Program } from './program.ts'

/** Joins the hosts: packets pass from here on. Its end is that of the lab. */
export async function startLink({ maker, ...config }: MadeLink, program: string): Promise<Program> {
  const ends = [places.client.end, places.server.end]
  const logs = maker === 'relay' ? [FOLDER] : []
  const options = [...ends, CONTROL, JSON.stringify(config), ...logs]
  const output = ['pipe', 'pipe', 'pipe'] as const
  const command = [process.execPath, program, `lab-${maker}`, ...options]
  const link = new Program('the link', 'link', command, { apart: true, output })
  try {
    await link.prints('relaying')
    return link
  } catch (error) {
    // It has said itself what this computer lacks.
    const { exit } = errorCodes.UNAVAILABLE
    const isSaid = link.isOver && link.exitCode === exit && link.lastWords !== ''
    throw isSaid ? new NetcmpError('UNAVAILABLE', link.lastWords, { cause: error }) : error
  }
}
