import { createServer, type ListenOptions as NetListenOptions, type Server, type Socket } from 'node:net'
import type { Address } from '../core/address.ts'
import type { Endpoint, Listener, ListenOptions } from '../transport/contract.ts'
import { type OpenSocket, StreamEndpoint } from './endpoint.ts'
import { readShared } from './read-buffer.ts'

export interface StreamListening {
  /** An address, or the descriptor of a socket that is bound to one. */
  readonly where: NetListenOptions | { readonly fd: number }
  /** The transport's name, for messages. */
  readonly who: string
  /** The address really listened on. */
  readonly address: (server: Server) => Address
  /** Names the two ends of an accepted socket. */
  readonly describe: (socket: Socket) => Pick<OpenSocket, 'local' | 'remote'>
}

/** Accepts connections. Rejects with the operating system's own error: its transport knows how to word it. */
export function listenStream(
  listening: StreamListening,
  options: ListenOptions,
  serve: (endpoint: Endpoint) => void,
): Promise<Listener> {
  return new Promise((resolve, reject) => {
    const server = createServer({
      allowHalfOpen: true,
      pauseOnConnect: true,
      noDelay: options.nagle !== true,
    })
    server.once('error', reject)
    server.listen({ ...listening.where, exclusive: true }, () => {
      server.removeListener('error', reject)
      resolve(new StreamListener(server, listening, options, serve))
    })
  })
}

class StreamListener implements Listener {
  readonly address: Address
  droppedCount = 0
  readonly #server: Server
  readonly #endpoints = new Set<StreamEndpoint>()
  #closed: Promise<void> | undefined

  constructor(
    server: Server,
    listening: StreamListening,
    options: ListenOptions,
    serve: (endpoint: Endpoint) => void,
  ) {
    this.address = listening.address(server)
    this.#server = server
    // One connection that could not be accepted (out of descriptors) must not end the others.
    server.on('error', this.#dropped)
    server.on('connection', (accepted) => {
      const reading = readShared(accepted)
      const endpoint = new StreamEndpoint(
        {
          ...reading,
          who: listening.who,
          ...listening.describe(reading.socket),
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
