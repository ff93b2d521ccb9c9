import { createServer, type ListenOptions as NetListenOptions } from 'node:net'
import type { Address } from '../core/address.ts'
import type { Endpoint, Listener, ListenOptions } from '../transport/contract.ts'
import type { Accepted, ByteServer, ByteSocket } from './byte-socket.ts'
import { type OpenSocket, StreamEndpoint } from './endpoint.ts'
import { readShared } from './read-buffer.ts'

export interface StreamListening {
  /** An address, the descriptor of a socket that is bound to one, or a server that listens already. */
  readonly where: NetListenOptions | { readonly fd: number } | ByteServer
  /** The transport's name, for messages. */
  readonly who: string
  /** The address really listened on. */
  readonly address: (server: ByteServer) => Address
  /** Names the two ends of an accepted socket. */
  readonly describe: (socket: ByteSocket) => Pick<OpenSocket, 'local' | 'remote' | 'connectionReader'>
}

/** Accepts connections. Rejects with the operating system's own error: its transport knows how to word it. */
export function listenStream(
  listening: StreamListening,
  options: ListenOptions,
  serve: (endpoint: Endpoint) => void,
): Promise<Listener> {
  const { where } = listening
  if ('close' in where) return Promise.resolve(new StreamListener(where, listening, options, serve))
  return new Promise((resolve, reject) => {
    const server = createServer({
      allowHalfOpen: true,
      pauseOnConnect: true,
      noDelay: options.nagle !== true,
    })
    server.once('error', reject)
    server.listen({ ...where, exclusive: true }, () => {
      server.removeListener('error', reject)
      resolve(new StreamListener(server, listening, options, serve))
    })
  })
}

type Reading = Pick<OpenSocket, 'socket' | 'readBuffer'>

class StreamListener implements Listener {
  readonly address: Address
  droppedCount = 0
  readonly #server: ByteServer
  readonly #endpoints = new Set<StreamEndpoint>()
  #closed: Promise<void> | undefined

  constructor(
    server: ByteServer,
    listening: StreamListening,
    options: ListenOptions,
    serve: (endpoint: Endpoint) => void,
  ) {
    this.address = listening.address(server)
    this.#server = server
    // One connection that could not be accepted (out of descriptors) must not end the others.
    server.on('error', this.#dropped)
    server.on('connection', (accepted: Accepted) => {
      const { socket, readBuffer }: Reading =
        'onBytes' in accepted ? { socket: accepted, readBuffer: accepted } : readShared(accepted)
      const endpoint: StreamEndpoint = new StreamEndpoint(
        {
          who: listening.who,
          socket,
          readBuffer,
          ...listening.describe(socket),
          onViolation: this.#dropped,
          onGone: () => this.#endpoints.delete(endpoint),
        },
        options,
      )
      this.#endpoints.add(endpoint)
      serve(endpoint)
    })
  }

  close(): Promise<void> {
    this.#closed ??= new Promise((resolve) => {
      this.#server.close(() => resolve())
      for (const endpoint of this.#endpoints) void endpoint.close()
    })
    return this.#closed
  }

  readonly #dropped = (): void => {
    this.droppedCount++
  }
}
