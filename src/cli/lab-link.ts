import { places } from '../lab/places.ts'
import { must } from '../lab/programs.ts'
import type { MadeLink } from './lab-plan.ts'

export async function startLink(_: MadeLink) {
  must('ip', ['link', 'add', 'br0', 'type', 'bridge'])
  for (const { end } of Object.values(places)) must('ip', ['link', 'set', end, 'master', 'br0'])
  must('ip', ['link', 'set', 'br0', 'up'])
  return { ended: new Promise<void>(() => {}), failure: () => new Error('link') }
}
