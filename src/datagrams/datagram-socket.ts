/** `null`, or why a datagram was not sent. */
export type SendOutcome = (error: Error | null) => void

/** What is needed of a socket, node's or one of our own, that has one peer. */
export interface DatagramSocket {
  on(event: 'message', handler: (datagram: Uint8Array) => void): unknown
  on(event: 'error', handler: (error: Error) => void): unknown
  send(datagram: Uint8Array, done: SendOutcome | undefined): void
  /** Calls back when others had their turn. Default: setImmediate. */
  readonly soon?: (callback: () => void) => void
  /** Calls back once, when nothing is queued. Default: it has to be looked for. */
  readonly whenSent?: (callback: () => void) => void
  getSendQueueCount(): number
  getSendQueueSize(): number
  close(closed: () => void): unknown
}

/** One that sends to whoever is named. */
export interface AddressingSocket
  extends Pick<DatagramSocket, 'soon' | 'getSendQueueCount' | 'getSendQueueSize'> {
  send(datagram: Uint8Array, port: number, address: string | undefined, done: SendOutcome | undefined): void
}
