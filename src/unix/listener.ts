import { createConnection } from 'node:net'
import type { Address } from '../core/address.ts'
import { bindToPath, codeOf } from '../core/socket-file.ts'
import { checkPath } from '../core/socket-path.ts'
import { listenStream } from '../stream/listener.ts'
import type { Endpoint, Listener, ListenOptions } from '../transport/contract.ts'

/** Listens at a path, whose file node removes when the listener closes. */
export async function listen(
  at: Address,
  options: ListenOptions,
  serve: (endpoint: Endpoint) => void,
): Promise<Listener> {
  checkPath('unix', at)
  let accepted = 0
  const bind = () =>
    listenStream(
      {
        where: { path: at },
        who: 'unix',
        address: () => at,
        // The far end has no name: number them, so that a log can tell them apart.
        describe: () => ({ local: at, remote: `${at}#${++accepted}` }),
      },
      options,
      serve,
    )
  return bindToPath('unix', at, bind, nobodyAnswers)
}

function nobodyAnswers(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createConnection({ path })
    probe.once('connect', () => {
      probe.destroy()
      resolve(false)
    })
    probe.once('error', (error) => resolve(codeOf(error) === 'ECONNREFUSED'))
  })
}
