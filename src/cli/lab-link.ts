import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { NetcmpError } from '../core/errors.ts'
import { FOLDER, places } from '../lab/places.ts'
import { CONTROL, type MadeLink } from './lab-plan.ts'

const PROGRAM = fileURLToPath(import.meta.url).replace(/cli[\\/]lab-link(\.[jt]s)$/, 'bin$1')

export async function startLink({ maker: _, ...config }: MadeLink) {
  const ends = [places.client.end, places.server.end]
  const args = [PROGRAM, 'lab-relay', ...ends, CONTROL, JSON.stringify(config), FOLDER]
  const child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'], detached: true })
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  await Promise.race([new Promise((resolve) => child.stdout.once('data', resolve)), ended])
  return { ended, failure: () => new NetcmpError('INTERNAL', 'lab: the link ended') }
}
