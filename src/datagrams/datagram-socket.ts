/** `null`, or why a datagram was not sent. */
export type SendOutcome = (error: Error | null) => void

/** Where datagrams to one peer leave. */
export interface Outlet {
  send(datagram: Uint8Array, done: SendOutcome | undefined): void
  /** Calls back when others had their turn. Default: setImmediate. */
  readonly soon?: (callback: () => void) => void
  /** Calls back once, when nothing is queued. Default: it has to be looked for. */
  readonly whenSent?: (callback: () => void) => void
  getSendQueueCount(): number
  getSendQueueSize(): number
}

/** What is needed of a socket, node's or one of our own, that has one peer. */
export interface DatagramSocket extends Outlet {
  on(event: 'message', handler: (datagram: Uint8Array) => void): unknown
  on(event: 'error', handler: (error: Error) => void): unknown
  /** Takes nothing in, or goes on, where senders wait meanwhile. */
  hold?(held: boolean): void
  close(closed: () => void): unknown
}

/** Where they leave to whoever is named. */
export interface AddressingOutlet extends Pick<Outlet, 'soon' | 'getSendQueueCount' | 'getSendQueueSize'> {
  send(datagram: Uint8Array, port: number, address: string | undefined, done: SendOutcome | undefined): void
}
