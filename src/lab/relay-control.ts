import { NetcmpError, systemError } from '../core/errors.ts'
import type { Libc } from '../native/libc.ts'
import { LineServer } from '../native/line-server.ts'
import { checkedImpairments, type LinkConfig } from './impairments.ts'
import type { CutAnswer, LinkAnswer } from './link-messages.ts'

/** What those who are connected to a relay can have it do. */
export interface Controlled {
  impair(config: Pick<LinkConfig, 'up' | 'down'>): void
  /** Calls back when nothing is under way any more. */
  cut(done: (answer: CutAnswer) => void): void
}

/** Listens at `path` for requests (link-messages.ts). Throws CANNOT_BIND. */
export function relayControl(libc: Libc, path: string, controlled: Controlled): LineServer {
  try {
    return new LineServer(libc, path, (line, answer) => {
      const reply = (message: LinkAnswer) => answer(JSON.stringify(message))
      const request = asRequest(line)
      const { id } = request
      try {
        if (request.ask === 'cut') return controlled.cut((cut) => reply({ id, cut }))
        if (request.ask !== 'impair') throw new NetcmpError('PROTOCOL', 'link: no such request')
        controlled.impair(checkedImpairments(request))
        reply({ id })
      } catch (error) {
        if (!(error instanceof NetcmpError)) throw error
        reply({ id, error: error.message })
      }
    })
  } catch (error) {
    throw systemError(error, `link: cannot listen at ${path}`)
  }
}

function asRequest(line: string): { id: number; ask: unknown } {
  try {
    const { id, ...rest } = JSON.parse(line)
    return { ask: undefined, ...rest, id: Number(id) }
  } catch {
    return { id: Number.NaN, ask: undefined }
  }
}
