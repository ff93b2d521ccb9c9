import type { KernelTimes } from '../transport/contract.ts'

/** `null`, or why a datagram was not sent. */
export type SendOutcome = (error: Error | null) => void

/** Where datagrams to one peer leave. */
export interface Outlet {
  send(datagram: Uint8Array, done: SendOutcome | undefined): void
  /** As of `Endpoint`; calls back when it is known what became of the last. */
  sendCopies?(
    message: Uint8Array,
    next: (copy: Uint8Array) => void,
    done: SendOutcome | undefined,
    port: number | undefined,
    address: string | undefined,
  ): void
  /** Calls back when others had their turn. Default: setImmediate. */
  readonly soon?: (callback: () => void) => void
  /** Calls back once, when nothing is queued. Default: it has to be looked for. */
  readonly whenSent?: (callback: () => void) => void
  getSendQueueCount(): number
  getSendQueueSize(): number
}

/** What is needed of a socket, node's or one of our own, that has one peer. */
export interface DatagramSocket extends Outlet {
  /** @param handler is told which call received the datagram, where one may receive many */
  on(event: 'message', handler: (datagram: Uint8Array, from?: unknown, call?: number) => void): unknown
  on(event: 'error', handler: (error: Error) => void): unknown
  readonly kernelTimes?: KernelTimes | undefined
  /** As of `Endpoint`. */
  dropCount?(): number | undefined
  /** Takes nothing in, or goes on, where senders wait meanwhile. */
  hold?(held: boolean): void
  close(closed: () => void): unknown
}

/** Where they leave to whoever is named. */
export interface AddressingOutlet
  extends Pick<Outlet, 'soon' | 'sendCopies' | 'getSendQueueCount' | 'getSendQueueSize'> {
  send(datagram: Uint8Array, port: number, address: string | undefined, done: SendOutcome | undefined): void
}
