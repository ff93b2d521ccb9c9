import { formatHostPort } from '../core/address.ts'
import { NetcmpError, systemError } from '../core/errors.ts'
import type { SocketOptions } from '../transport/contract.ts'
import * as c from './constants.ts'
import { type Libc, loadLibc, succeed } from './libc.ts'
import type { NativeMemory } from './memory.ts'
import { NAME_BYTES } from './message-layout.ts'
import { hostPort, socketAddress } from './socket-address.ts'

/** TCP_CA_NAME_MAX, linux/tcp.h. */
const LONGEST_NAME = 16
const LARGE_BUFFER_BYTES = 4 * 1024 * 1024
/** How long a look that finds nothing asks the device (SO_BUSY_POLL, socket(7)). */
export const BUSY_POLL_US = 50

/** Of SO_MEMINFO: nine counts of 32 bits, linux/sock_diag.h, of which the last is SK_MEMINFO_DROPS. */
const MEMINFO_BYTES = 36
const MEMINFO_DROPS = 32

let shared: NativeMemory | undefined

/** For what one call needs, of a name and its length: nothing of it is kept. */
function scratch(libc: Libc): NativeMemory {
  shared ??= libc.alloc(NAME_BYTES + 4)
  return shared
}

/** A socket to make, before anything is sent through it. */
export interface Wanted {
  /** The transport's name, for errors. */
  readonly who: string
  /** `ping` and `raw`: of ICMP messages; the kernel fills in and checks a ping's, and allows them to more users. */
  readonly kind: 'stream' | 'datagram' | 'ping' | 'raw'
  readonly family: 4 | 6
  readonly options: SocketOptions
  /** Where to bind it, numeric. */
  readonly at?: { readonly host: string; readonly port: number } | undefined
  /** What a datagram socket talks to, and nobody else. */
  readonly to?: { readonly host: string; readonly port: number } | undefined
}

/**
 * The descriptor of a new socket that has these options from its first packet on, the handshake's: node can only set some
 * of them, and later. Whoever takes it closes it. Throws UNAVAILABLE, BAD_VALUE (less than was asked for is granted), or
 * what binding throws.
 */
export async function openSocket({ who, kind, family, options, at, to }: Wanted): Promise<number> {
  const libc = await loadLibc(`${who}: ${namesOf(options)}`)
  const domain = family === 4 ? c.AF_INET : c.AF_INET6
  const type = types[kind] | c.SOCK_CLOEXEC | (options.engine === 'native' ? c.SOCK_NONBLOCK : 0)
  const icmp = family === 4 ? c.IPPROTO_ICMP : c.IPPROTO_ICMPV6
  const protocol = kind === 'ping' || kind === 'raw' ? icmp : 0
  const memory = scratch(libc)
  let fd = -1
  try {
    fd = succeed('socket', libc.socket(domain, type, protocol))
    const socket = new OptionsOf(libc, memory, fd)
    socket.setAll(kind, family, options, who)
    if (at) {
      // As node does: a server may be started again while old connections of its port fade away.
      if (kind === 'stream') socket.set(c.SOL_SOCKET, c.SO_REUSEADDR, 1)
      const name = socketAddress(at.host, family, at.port)
      memory.bytes.set(name)
      succeed('bind', libc.bind(fd, memory.address, name.length))
    }
    if (to) {
      const name = socketAddress(to.host, family, to.port)
      memory.bytes.set(name)
      succeed('connect', libc.connect(fd, memory.address, name.length))
    }
    return fd
  } catch (error) {
    if (fd >= 0) libc.close(fd)
    throw systemError(
      error,
      at ? `${who}: cannot bind ${formatHostPort(at.host, at.port)}` : `${who}: cannot make a socket`,
    )
  }
}

const types: Readonly<Record<Wanted['kind'], number>> = {
  stream: c.SOCK_STREAM,
  datagram: c.SOCK_DGRAM,
  ping: c.SOCK_DGRAM,
  raw: c.SOCK_RAW,
}

export interface Named {
  readonly address: string
  readonly port: number
}

/** The two ends of a socket; an empty address where there is none. */
export function addressesOf(libc: Libc, fd: number): { local: Named; remote: Named } {
  const memory = scratch(libc)
  const named = (call: Libc['getsockname']): Named => {
    memory.view.setUint32(NAME_BYTES, NAME_BYTES, true)
    const result = call(fd, memory.address, memory.address + NAME_BYTES)
    return result < 0 ? { address: '', port: 0 } : hostPort(memory.bytes)
  }
  return { local: named(libc.getsockname), remote: named(libc.getpeername) }
}

/** Sets and reads options, by way of `memory`. */
export class OptionsOf {
  readonly #libc: Libc
  readonly #memory: NativeMemory
  readonly #fd: number

  constructor(libc: Libc, memory: NativeMemory, fd: number) {
    this.#libc = libc
    this.#memory = memory
    this.#fd = fd
  }

  set(level: number, name: number, value: number): void {
    succeed('setsockopt', this.trySet(level, name, value))
  }

  trySet(level: number, name: number, value: number): number {
    const { view, address } = this.#memory
    view.setInt32(0, value, true)
    return this.#libc.setsockopt(this.#fd, level, name, address, 4)
  }

  get(level: number, name: number): number {
    const { view, address } = this.#memory
    view.setUint32(4, 4, true)
    succeed('getsockopt', this.#libc.getsockopt(this.#fd, level, name, address, address + 4))
    return view.getInt32(0, true)
  }

  /** The name of a connection's congestion control; empty where it has none. */
  congestion(): string {
    const { view, bytes, address } = this.#memory
    view.setUint32(LONGEST_NAME, LONGEST_NAME, true)
    const [level, name] = [c.IPPROTO_TCP, c.TCP_CONGESTION]
    if (this.#libc.getsockopt(this.#fd, level, name, address, address + LONGEST_NAME) < 0) return ''
    const end = bytes.subarray(0, LONGEST_NAME).indexOf(0)
    return String.fromCharCode(...bytes.subarray(0, end < 0 ? LONGEST_NAME : end))
  }

  /** Packets that found no room in the receive buffer since the socket was made; undefined where the kernel does not say. */
  dropCount(): number | undefined {
    const { view, address } = this.#memory
    view.setUint32(MEMINFO_BYTES, MEMINFO_BYTES, true)
    const [level, name] = [c.SOL_SOCKET, c.SO_MEMINFO]
    const result = this.#libc.getsockopt(this.#fd, level, name, address, address + MEMINFO_BYTES)
    return result < 0 ? undefined : view.getUint32(MEMINFO_DROPS, true)
  }

  setAll(kind: Wanted['kind'], family: 4 | 6, options: SocketOptions, who: string): void {
    const { engine, spin, congestion, trafficClass, ttl, bufferBytes, unfragmented } = options
    if (spin) this.trySet(c.SOL_SOCKET, c.SO_BUSY_POLL, BUSY_POLL_US)
    // Of an IPv6 socket too: it may have peers that speak IPv4.
    const speaksIPv4 = family === 4 || kind !== 'raw'
    if (trafficClass !== undefined) {
      if (family === 6) this.set(c.IPPROTO_IPV6, c.IPV6_TCLASS, trafficClass)
      if (speaksIPv4) this.set(c.IPPROTO_IP, c.IP_TOS, trafficClass)
    }
    if (ttl !== undefined) {
      if (family === 6) this.set(c.IPPROTO_IPV6, c.IPV6_UNICAST_HOPS, ttl)
      if (speaksIPv4) this.set(c.IPPROTO_IP, c.IP_TTL, ttl)
    }
    if (congestion !== undefined && kind === 'stream') this.#setCongestion(congestion, who)
    if (unfragmented) {
      if (family === 6) this.set(c.IPPROTO_IPV6, c.IPV6_MTU_DISCOVER, c.IPV6_PMTUDISC_PROBE)
      if (speaksIPv4) this.set(c.IPPROTO_IP, c.IP_MTU_DISCOVER, c.IP_PMTUDISC_PROBE)
    }
    if (bufferBytes === undefined && engine === 'native' && kind !== 'stream') {
      this.enlarge(c.SO_RCVBUF, c.SO_RCVBUFFORCE, LARGE_BUFFER_BYTES)
      this.enlarge(c.SO_SNDBUF, c.SO_SNDBUFFORCE, LARGE_BUFFER_BYTES)
    }
    if (bufferBytes !== undefined) {
      this.#setBuffer(c.SO_RCVBUF, c.SO_RCVBUFFORCE, bufferBytes, `${who}: net.core.rmem_max`)
      this.#setBuffer(c.SO_SNDBUF, c.SO_SNDBUFFORCE, bufferBytes, `${who}: net.core.wmem_max`)
    }
  }

  #setCongestion(name: string, who: string): void {
    const { address, bytes } = this.#memory
    const length = Math.min(name.length, LONGEST_NAME)
    for (let n = 0; n < length; n++) bytes[n] = name.charCodeAt(n)
    const result = this.#libc.setsockopt(this.#fd, c.IPPROTO_TCP, c.TCP_CONGESTION, address, length)
    if (result >= 0) return
    const why = `${who}: this system has no congestion control "${name}", or does not allow it`
    const file = 'net.ipv4.tcp_allowed_congestion_control'
    throw new NetcmpError('BAD_VALUE', `${why} (sysctl ${file} lists those it has)`)
  }

  /** A buffer, as far as is allowed: what does not fit is lost, or waits, without a word. */
  enlarge(name: number, force: number, bytes: number): void {
    if (this.trySet(c.SOL_SOCKET, force, bytes) < 0) this.trySet(c.SOL_SOCKET, name, bytes)
  }

  /** The kernel doubles what it grants, for its own book-keeping (socket(7)), and cuts off in silence what is too much. */
  #setBuffer(name: number, force: number, bytes: number, limit: string): void {
    if (this.trySet(c.SOL_SOCKET, force, bytes) < 0) this.set(c.SOL_SOCKET, name, bytes)
    const granted = this.get(c.SOL_SOCKET, name) / 2
    if (granted < bytes) {
      throw new NetcmpError(
        'BAD_VALUE',
        `${limit} allows a buffer of ${granted} B, not ${bytes} (raise it, or ask for less)`,
      )
    }
  }
}

function namesOf({
  engine,
  trafficClass,
  ttl,
  bufferBytes,
  congestion,
  unfragmented,
}: SocketOptions): string {
  return [
    ...(trafficClass === undefined ? [] : ['--dscp or --tos']),
    ...(ttl === undefined ? [] : ['--ttl']),
    ...(bufferBytes === undefined ? [] : ['--buffer']),
    ...(congestion === undefined ? [] : ['--congestion']),
    ...(engine === undefined ? [] : ['--engine native']),
    ...(unfragmented ? ['--mtu-probe'] : []),
  ].join(' with ')
}
