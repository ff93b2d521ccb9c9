import type { Address, Family } from '../core/address.ts'
import type { Clock, Nanos } from '../core/clock.ts'
import type { NetcmpError } from '../core/errors.ts'
import type { ConnectionReader } from './connection-facts.ts'

/** Promises of a transport: tested by the compliance suite, quoted in reports. */
export interface Traits {
  /** `native`: the network keeps message boundaries; `framed`: each message carries its length. */
  readonly boundaries: 'native' | 'framed'
  /** Each end learns that the other has ended the conversation, or its own half of it. */
  readonly connected: boolean
  /** `server`: whoever listens. `host`: the far host's system returns every message as it came, and nobody else is there. */
  readonly answeredBy: 'server' | 'host'
  /** Every message arrives exactly once while the conversation lives. */
  readonly reliable: boolean
  /** Messages arrive in the order they were sent. */
  readonly ordered: boolean
  /** Round trips before the first message may leave. */
  readonly handshakeRtts: number
  /** The largest message `send` takes, bytes. */
  readonly maxMessageBytes: number
}

/**
 * What a message is. `messages`: whole messages of ours. `raw`: whatever arrives in one piece, for plain peers.
 * `lines`: UTF-8 lines without their end, for plain chat. Transports with native boundaries send one datagram for each.
 */
export type Framing = 'messages' | 'raw' | 'lines'

/** What drives sockets: node's event loop, or system calls of our own (`src/native/`). */
export type Engine = 'node' | 'native'

/** How a socket is driven, and how its packets leave, from the first one on. Throws UNAVAILABLE where the host cannot. */
export interface SocketOptions {
  /** `native`: by system calls, on the clock of `src/native/`. Default: node. */
  readonly engine?: 'native'
  /** Of the native engine: waits awake, which is sooner and more exact, and takes a processor. */
  readonly spin?: boolean
  /** The byte of the IP header that says how to treat a packet (RFC 2474, with ECN), 0..255. */
  readonly trafficClass?: number
  /** Hops that a packet may take, 1..255. */
  readonly ttl?: number
  /** Of the receive buffer, and of the send buffer. */
  readonly bufferBytes?: number
  /** Which congestion control of the system's a connection runs, as cubic. */
  readonly congestion?: string
  /** The kernel is asked when messages leave and arrive: each then leaves by itself. */
  readonly timed?: boolean
  /** No packet may be cut in pieces on its way: one that is too large is lost. */
  readonly unfragmented?: boolean
}

/** When the kernel saw the messages of an endpoint, ns of a clock of its own: only differences mean something. */
export interface KernelTimes {
  /** Names the message that was sent last; NaN where that is not known. */
  readonly lastSent: number
  /** When that message left for the network; NaN where it is not known, or was too long ago. */
  sentAt(message: number): number
  /** When what is handled now came from the network; NaN where it is not known. */
  readonly receivedAt: number
}

export interface EndpointOptions {
  /** Stamps arrivals. Default: the host's clock. */
  readonly clock?: Clock
  /** Default: `messages`. */
  readonly framing?: Framing
  /** Let the kernel gather small writes (Nagle's algorithm) where the transport has it. Default: false. */
  readonly nagle?: boolean
  /** Where a transport has packets. */
  readonly socket?: SocketOptions | undefined
  /** How long this side may still talk after the other has ended, where a transport has halves to close. Default: 0. */
  readonly halfOpenNs?: number
}

export interface DialOptions extends EndpointOptions {
  /** Restricts a host name to IPv4 or IPv6. Default: 0, either. */
  readonly family?: Family
  /** The numeric address of this host to dial from, where a transport has addresses. Default: the system chooses. */
  readonly bind?: string | undefined
}

export interface ListenOptions extends EndpointOptions {
  /** Peers not pinned that a transport without connections holds; past it the longest silent is forgotten. Default: 4096. */
  readonly maxEndpoints?: number
}

/**
 * @param bytes the message; valid only during the call, copy what you keep
 * @param receivedAt when the piece that completed it was read, receiver's clock
 * @param messageBytes the message's full length: it may be more than `bytes.length` only after `keepFirst`
 */
export type MessageHandler = (bytes: Uint8Array, receivedAt: Nanos, messageBytes: number) => void

/**
 * @param bytes many messages of `messageBytes` each, but perhaps the last, that came as one packet; valid during the call
 * @returns how many bytes it took, from the first on: the other messages are handed over one by one
 */
export type PackedHandler = (bytes: Uint8Array, receivedAt: Nanos, messageBytes: number) => number

/** One end of a conversation with one peer. */
export interface Endpoint {
  readonly local: Address
  /** Numeric, so that dialling it again looks nothing up. */
  readonly remote: Address
  /** Where the socket is timed and the kernel tells. */
  readonly kernelTimes?: KernelTimes | undefined
  /**
   * Packets that found no room in the receive buffer of its socket, which others may share, since that was made. Undefined
   * where nobody tells.
   */
  dropCount?(): number | undefined
  /** Bytes taken by `send` that the kernel is not known to have. */
  readonly queuedBytes: number
  /** Bytes of messages that were counted, and never read into memory; undefined where that cannot be. */
  readonly unreadBytes?: number | undefined
  /** The handler of messages; one at a time. What arrives before it is set waits, bounded by the transport. */
  onMessage(handler: MessageHandler): void
  /** The handler of packets that hold many messages; one at a time. Without it all messages come one by one. */
  onPacked?(handler: PackedHandler | undefined): void
  /** Called once, when the conversation is over. No reason: it was closed in order. One at a time; late is not too late. */
  onClose(handler: (reason?: NetcmpError) => void): void
  /**
   * Sends one message. True: its memory is yours again. False: leave it unchanged and wait for `drained()`.
   * Sending all the same is safe and queues a copy. Throws MESSAGE_TOO_LARGE or CLOSED before anything is sent.
   */
  send(message: Uint8Array): boolean
  /**
   * Sends copies of a message, as many as leave best together; `next` writes into the header of each, just before,
   * what sets it apart. All else of the message stays as it is for good. False as of `send`; undefined where it sent none: send them one by one.
   */
  sendCopies?(message: Uint8Array, next: (copy: Uint8Array) => void): boolean | undefined
  /** Resolves when everything sent is with the kernel. Rejects with ABORTED, or with why the endpoint closed. */
  drained(signal?: AbortSignal): Promise<void>
  /** Holds back what arrives until `resume`. A transport that cannot push back on the sender holds a few and drops the rest. */
  pause(): void
  resume(): void
  /** From now on the handler needs only the first `bytes` of a message, and its full length: nothing else is gathered. */
  keepFirst(bytes: number): void
  /** While pinned, the conversation is not forgotten for the sake of newcomers, where a transport has no connections. */
  pin(pinned: boolean): void
  /** Where a kernel keeps a connection: asks it. Undefined where it does not tell. It may have to load what asks. */
  connectionReader?(): Promise<ConnectionReader | undefined>
  /** No more messages from this side; answers still arrive. Nothing happens where the transport has no half-close. */
  end(): void
  /** Sends what is queued, takes leave, and resolves when it is over; idempotent; bounded in time. */
  close(): Promise<void>
}

export interface Listener {
  readonly address: Address
  /** Arrivals that broke the framing or found no room: dropped and counted. */
  readonly droppedCount: number
  /** Stops listening and closes every endpoint it made. Idempotent. */
  close(): Promise<void>
}

/** A plain protocol on a port of its own (RFC 862 echo, text chat): no frame of ours around it. */
export interface PlainProtocol {
  dial(to: Address, options: DialOptions, signal?: AbortSignal): Promise<Endpoint>
  listen(at: Address, options: ListenOptions, serve: (endpoint: Endpoint) => void): Promise<Listener>
}

export interface Transport {
  readonly name: string
  readonly traits: Traits
  /** What can drive its sockets; where it is none of these that is asked for, the first does. Default: node alone. */
  readonly engines?: readonly Engine[]
  /** What the native engine makes use of here: false where this host does not have it, and something plainer takes its place. */
  capabilities?(socket: SocketOptions): Promise<Readonly<Record<string, boolean>>>
  /** A fresh loopback address to listen on. */
  ephemeral(): Address
  /** The address of a host and port; undefined where the transport knows no hosts. */
  at(host: string, port: number): Address | undefined
  /** Why this host cannot run it; undefined where it can. */
  unavailable(): string | undefined
  dial(to: Address, options: DialOptions, signal?: AbortSignal): Promise<Endpoint>
  listen(at: Address, options: ListenOptions, serve: (endpoint: Endpoint) => void): Promise<Listener>
  readonly echo: PlainProtocol
  readonly chat: PlainProtocol
}
