import type { Socket } from 'node:net'
import type { KernelTimes } from '../transport/contract.ts'

/** What is needed of a server, node:net's or one of our own. */
export interface ByteServer {
  on(event: 'error', handler: (error: Error) => void): unknown
  on(event: 'connection', handler: (socket: Accepted) => void): unknown
  address(): unknown
  close(closed: () => void): unknown
}

/** What is needed of a connection, node:net's or one of our own. */
export interface ByteSocket {
  readonly writableLength: number
  readonly kernelTimes?: KernelTimes | undefined
  readonly destroyed: boolean
  readonly localAddress?: string | undefined
  readonly localPort?: number | undefined
  readonly remoteAddress?: string | undefined
  readonly remotePort?: number | undefined
  /** Of one of our own, until it is destroyed. */
  readonly descriptor?: number | undefined
  on(event: 'error', handler: (error: Error) => void): unknown
  on(event: 'end', handler: () => void): unknown
  once(event: 'close', handler: () => void): unknown
  pause(): unknown
  resume(): unknown
  cork(): void
  uncork(): void
  write(bytes: Uint8Array, written?: () => void): boolean
  /** Writes two pieces that leave together. Default: by `cork`. */
  writeTogether?(head: Uint8Array, body: Uint8Array, written?: () => void): boolean
  /** Messages that may leave together share a call. Default: false, each leaves by its own. */
  readonly gathers?: boolean
  /** Has bytes that are the same each time kept where they can be written from; false where they cannot. */
  keep?(memory: Uint8Array): boolean
  /** Writes a head, and those that are kept, from an offset on. */
  writeKept?(head: Uint8Array, from: number, written?: () => void): boolean
  end(): unknown
  destroy(): unknown
}

/** One that hands over what it reads from the memory it reads into. */
export interface DirectSocket extends ByteSocket {
  /** False: read no more until resumed. */
  onBytes: (memory: Uint8Array, bytes: number) => boolean
  /** How many bytes that come next need not be in the memory: it may be told of more than it holds. */
  skippableBytes: () => number
  /** Bytes that it told of and never held. */
  readonly unreadBytes: number
}

export type Accepted = Socket | DirectSocket
