import { asNetcmpError, type NetcmpError } from '../core/errors.ts'
import { checkedImpairments, type LinkConfig } from './impairments.ts'
import type { CutAnswer, LinkAnswer, LinkMaker } from './link-messages.ts'

/** What those who are connected can have a link do. It calls back, for not every maker has an event loop. */
export interface Controlled {
  readonly maker: LinkMaker
  impair(config: Pick<LinkConfig, 'up' | 'down'>, done: (error?: NetcmpError) => void): void
  /** Calls back when nothing is under way any more. */
  cut(done: (answer: CutAnswer | NetcmpError) => void): void
}

/** Does what a line asks for (link-messages.ts); `reply` is given the line that answers it. */
export function obey(controlled: Controlled, line: string, reply: (line: string) => void): void {
  const { id, ask, ...rest } = requestOf(line)
  const answer = (message: Omit<LinkAnswer, 'id'>) => reply(JSON.stringify({ id, ...message }))
  const failed = (error: unknown) => answer({ error: asNetcmpError(error).message })
  if (ask === 'maker') answer({ maker: controlled.maker })
  else if (ask === 'cut') controlled.cut((cut) => (cut instanceof Error ? failed(cut) : answer({ cut })))
  else if (ask === 'impair') {
    try {
      controlled.impair(checkedImpairments(rest), (error) => (error ? failed(error) : answer({})))
    } catch (error) {
      failed(error)
    }
  } else answer({ error: 'link: no such request' })
}

function requestOf(line: string): { id: number; ask: unknown } {
  try {
    const { id, ask, ...rest } = JSON.parse(line)
    return { ...rest, id: Number(id), ask }
  } catch {
    return { id: Number.NaN, ask: undefined }
  }
}
