import { formatHostPort } from '../core/address.ts'
import { NetcmpError, systemError } from '../core/errors.ts'
import type { SocketOptions } from '../transport/contract.ts'
import * as c from './constants.ts'
import { type Libc, loadLibc } from './libc.ts'
import { socketAddress } from './socket-address.ts'

/** A socket to make, before anything is sent through it. */
export interface Wanted {
  /** The transport's name, for errors. */
  readonly who: string
  readonly kind: 'stream' | 'datagram'
  readonly family: 4 | 6
  readonly options: SocketOptions
  /** Where to bind it, numeric. */
  readonly at?: { readonly host: string; readonly port: number } | undefined
}

/**
 * The descriptor of a new socket that has these options from its first packet on, the handshake's: node can only set some
 * of them, and later. Whoever takes it closes it. Throws UNAVAILABLE, BAD_VALUE (less than was asked for is granted), or
 * what binding throws.
 */
export async function openSocket({ who, kind, family, options, at }: Wanted): Promise<number> {
  const libc = await loadLibc(`${who}: ${namesOf(options)}`)
  const domain = family === 4 ? c.AF_INET : c.AF_INET6
  const fd = libc.socket(domain, (kind === 'stream' ? c.SOCK_STREAM : c.SOCK_DGRAM) | c.SOCK_CLOEXEC)
  try {
    setAll(libc, fd, family, options, who)
    if (at) {
      // As node does: a server may be started again while old connections of its port fade away.
      if (kind === 'stream') libc.setOption(fd, c.SOL_SOCKET, c.SO_REUSEADDR, 1)
      libc.bind(fd, socketAddress(at.host, family, at.port))
    }
    return fd
  } catch (error) {
    libc.close(fd)
    throw systemError(
      error,
      at ? `${who}: cannot bind ${formatHostPort(at.host, at.port)}` : `${who}: cannot make a socket`,
    )
  }
}

function setAll(libc: Libc, fd: number, family: 4 | 6, options: SocketOptions, who: string): void {
  const { trafficClass, ttl, bufferBytes, unfragmented } = options
  if (trafficClass !== undefined) {
    if (family === 6) libc.setOption(fd, c.IPPROTO_IPV6, c.IPV6_TCLASS, trafficClass)
    // Of an IPv6 socket too: it may have peers that speak IPv4.
    libc.setOption(fd, c.IPPROTO_IP, c.IP_TOS, trafficClass)
  }
  if (ttl !== undefined) {
    if (family === 6) libc.setOption(fd, c.IPPROTO_IPV6, c.IPV6_UNICAST_HOPS, ttl)
    libc.setOption(fd, c.IPPROTO_IP, c.IP_TTL, ttl)
  }
  if (unfragmented) {
    if (family === 6) libc.setOption(fd, c.IPPROTO_IPV6, c.IPV6_MTU_DISCOVER, c.IPV6_PMTUDISC_PROBE)
    libc.setOption(fd, c.IPPROTO_IP, c.IP_MTU_DISCOVER, c.IP_PMTUDISC_PROBE)
  }
  if (bufferBytes !== undefined) {
    setBuffer(libc, fd, c.SO_RCVBUF, c.SO_RCVBUFFORCE, bufferBytes, `${who}: net.core.rmem_max`)
    setBuffer(libc, fd, c.SO_SNDBUF, c.SO_SNDBUFFORCE, bufferBytes, `${who}: net.core.wmem_max`)
  }
}

/** The kernel doubles what it grants, for its own book-keeping (socket(7)), and cuts off in silence what is too much. */
function setBuffer(libc: Libc, fd: number, name: number, force: number, bytes: number, limit: string): void {
  try {
    libc.setOption(fd, c.SOL_SOCKET, force, bytes)
  } catch {
    libc.setOption(fd, c.SOL_SOCKET, name, bytes)
  }
  const granted = libc.option(fd, c.SOL_SOCKET, name) / 2
  if (granted < bytes) {
    throw new NetcmpError(
      'BAD_VALUE',
      `${limit} allows a buffer of ${granted} B, not ${bytes} (raise it, or ask for less)`,
    )
  }
}

function namesOf({ trafficClass, ttl, bufferBytes, unfragmented }: SocketOptions): string {
  return [
    ...(trafficClass === undefined ? [] : ['--dscp or --tos']),
    ...(ttl === undefined ? [] : ['--ttl']),
    ...(bufferBytes === undefined ? [] : ['--buffer']),
    ...(unfragmented ? ['--mtu-probe'] : []),
  ].join(' with ')
}
