import { FOLDER, places } from '../lab/places.ts'
import { CONTROL, type MadeLink } from './lab-plan.ts'
import { Program } from './lab-program.ts'

/** Joins the hosts: packets pass from here on. Its end is that of the lab. */
export async function startLink({ maker: _, ...config }: MadeLink, program: string): Promise<Program> {
  const ends = [places.client.end, places.server.end]
  const command = [process.execPath, program, 'lab-relay', ...ends, CONTROL, JSON.stringify(config), FOLDER]
  const output = ['pipe', 'pipe', 'pipe'] as const
  const relay = new Program('the link', 'link', command, { apart: true, output })
  await relay.prints('relaying')
  return relay
}
