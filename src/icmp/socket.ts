import type { ResolvedHost } from '../core/address.ts'
import { NetcmpError } from '../core/errors.ts'
import type { DatagramSocket, SendOutcome } from '../datagrams/datagram-socket.ts'
import * as c from '../native/constants.ts'
import type { Loop } from '../native/loop.ts'
import { NativeMessageSocket } from '../native/message-socket.ts'
import { addressesOf, openSocket, type Wanted } from '../native/socket.ts'
import type { KernelTimes, SocketOptions } from '../transport/contract.ts'
import { REMEDY } from './allowed.ts'
import { carrier } from './carrier.ts'
import { ECHO_BYTES, type Family, messageOf, type Requests, replyType, writeRequest } from './packet.ts'

const SEQS = 0x1_0000

/** What a raw socket here calls its requests: the kernel sees to it for ping sockets. */
const identifiers = new Set<number>()

/**
 * A socket of echo requests to one host, which hands over what its replies carry: a ping socket, or where this user may not
 * have one, a raw one. Throws UNAVAILABLE where neither is allowed.
 */
export async function connectSocket(
  loop: Loop,
  to: ResolvedHost,
  from: string | undefined,
  options: SocketOptions,
): Promise<IcmpSocket> {
  const open = (kind: Wanted['kind']) =>
    openSocket({
      who: carrier.who,
      kind,
      family: to.family,
      options: { ...options, engine: 'native' },
      at: from === undefined ? undefined : { host: from, port: 0 },
      to: { host: to.host, port: 0 },
    })
  const fd = await open('ping').catch((error: unknown) => {
    if (isForbidden(error)) return undefined
    throw error
  })
  if (fd !== undefined) return new IcmpSocket(loop, fd, to, options)
  const rawFd = await open('raw').catch((error: unknown) => {
    if (!isForbidden(error)) throw error
    throw new NetcmpError('UNAVAILABLE', `icmp: this user may not send ICMP messages (${REMEDY})`, {
      cause: error,
    })
  })
  repliesOnly(loop, rawFd, to.family)
  return new IcmpSocket(loop, rawFd, to, options, freeIdentifier())
}

/** A raw socket is given every ICMP message there is: the kernel keeps back all but replies, the set bits. */
function repliesOnly(loop: Loop, fd: number, family: Family): void {
  const { libc, scratch } = loop
  const type = replyType[family]
  const filter = new Uint8Array(family === 4 ? 4 : 32).fill(0xff)
  filter[type >> 3] = 0xff & ~(1 << (type & 7))
  scratch.bytes.set(filter)
  const [level, name] = family === 4 ? [c.SOL_RAW, c.ICMP_FILTER] : [c.SOL_ICMPV6, c.ICMPV6_FILTER]
  libc.setsockopt(fd, level, name, scratch.address, filter.length)
}

function freeIdentifier(): number {
  for (;;) {
    const identifier = Math.floor(Math.random() * 0x1_0000)
    if (!identifiers.has(identifier)) return identifier
  }
}

/** Whether it was the kind of socket that this user may not have: the system's own error is the cause. */
function isForbidden(error: unknown): boolean {
  const cause = error instanceof NetcmpError ? error.cause : undefined
  return cause instanceof Error && /^socket (EACCES|EPERM)$/.test(cause.message)
}

export class IcmpSocket implements DatagramSocket {
  /** Numeric; its port is the identifier, as the kernel has it. */
  readonly local: { readonly address: string; readonly port: number }
  /** Numeric: the kernel does not tell, since the far end has no port. */
  readonly remoteHost: string
  readonly soon: (callback: () => void) => void
  readonly whenSent: (callback: () => void) => void
  readonly #socket: NativeMessageSocket
  readonly #packet = new Uint8Array(ECHO_BYTES + carrier.mostBytes)
  readonly #requests: Requests & { sentCount: number }

  /** @param rawIdentifier of a raw socket, which nobody else here has */
  constructor(
    loop: Loop,
    fd: number,
    { host, family }: ResolvedHost,
    { timed }: SocketOptions,
    rawIdentifier?: number,
  ) {
    const { local } = addressesOf(loop.libc, fd)
    this.local = { address: local.address, port: rawIdentifier ?? local.port }
    this.remoteHost = host
    const identifier = this.local.port
    this.#requests = { family, isRaw: rawIdentifier !== undefined, identifier, sentCount: 0 }
    if (this.#requests.isRaw) identifiers.add(identifier)
    this.#socket = new NativeMessageSocket(loop, fd, undefined, timed)
    this.soon = this.#socket.soon
    this.whenSent = this.#socket.whenSent
  }

  get kernelTimes(): KernelTimes | undefined {
    return this.#socket.kernelTimes
  }

  dropCount(): number | undefined {
    return this.#socket.dropCount()
  }

  on(event: 'message', handler: (message: Uint8Array) => void): this
  on(event: 'error', handler: (error: Error) => void): this
  on(event: 'message' | 'error', handler: ((message: Uint8Array) => void) | ((error: Error) => void)): this {
    if (event === 'error') this.#socket.on('error', handler as (error: Error) => void)
    else {
      const onMessage = handler as (message: Uint8Array) => void
      this.#socket.on('message', (packet) => {
        const message = messageOf(packet, this.#requests)
        if (message) onMessage(message)
      })
    }
    return this
  }

  send(message: Uint8Array, done: SendOutcome | undefined): void {
    const packet = this.#packet.subarray(0, ECHO_BYTES + message.length)
    packet.set(message, ECHO_BYTES)
    const { family, identifier, sentCount } = this.#requests
    writeRequest(packet, family, identifier, sentCount % SEQS)
    this.#requests.sentCount++
    this.#socket.send(packet, done)
  }

  getSendQueueCount(): number {
    return this.#socket.getSendQueueCount()
  }

  getSendQueueSize(): number {
    return this.#socket.getSendQueueSize()
  }

  close(closed: () => void): void {
    if (this.#requests.isRaw) identifiers.delete(this.local.port)
    this.#socket.close(closed)
  }
}
