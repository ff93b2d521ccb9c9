import { tcpInfoReader } from '../native/tcp-info.ts'
import type { ByteSocket } from '../stream/byte-socket.ts'
import type { ConnectionReader } from '../transport/connection-facts.ts'

interface Handled {
  /** Node's; null once it is closed. */
  readonly _handle?: { readonly fd?: number } | null
}

/** Asks the kernel about the connection of a socket, node:net's or one of our own. */
export function connectionReader(socket: ByteSocket & Handled): Promise<ConnectionReader | undefined> {
  return tcpInfoReader(() => {
    const fd = socket.descriptor ?? socket._handle?.fd ?? -1
    return fd < 0 ? undefined : fd
  })
}
