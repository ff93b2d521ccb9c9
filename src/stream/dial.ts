import { createConnection, type NetConnectOpts, type Socket } from 'node:net'
import { abortable } from '../core/abort.ts'
import { systemError } from '../core/errors.ts'
import type { DialOptions } from '../transport/contract.ts'
import { type OpenSocket, StreamEndpoint } from './endpoint.ts'
import { ReadBuffer } from './read-buffer.ts'

/**
 * Connects and resolves when the first message may leave.
 * @param doing who and what, for errors: `tcp: cannot connect to 127.0.0.1:7117`
 * @param describe names the two ends of the connected socket
 */
export function dialStream(
  where: NetConnectOpts,
  doing: string,
  describe: (socket: Socket) => Pick<OpenSocket, 'who' | 'local' | 'remote' | 'connectionReader'>,
  options: DialOptions,
  signal: AbortSignal | undefined,
): Promise<StreamEndpoint> {
  let socket: Socket | undefined
  return abortable(
    signal,
    (resolve, reject) => {
      const readBuffer = new ReadBuffer()
      const dialling = createConnection({ ...where, allowHalfOpen: true, onread: readBuffer.onread })
      const failed = (error: Error) => reject(systemError(error, doing))
      dialling.once('error', failed)
      dialling.once('connect', () => {
        dialling.removeListener('error', failed)
        resolve(new StreamEndpoint({ socket: dialling, readBuffer, ...describe(dialling) }, options))
      })
      socket = dialling
    },
    () => socket?.destroy(),
  )
}
