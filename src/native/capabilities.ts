import type { SocketOptions } from '../transport/contract.ts'
import * as c from './constants.ts'
import { type Libc, loadLibc } from './libc.ts'
import { BUSY_POLL_US, OptionsOf } from './socket.ts'
import { socketAddress } from './socket-address.ts'

/** Something that a host may have or not: an old kernel, a container or missing rights keep it away. */
export interface Capability {
  /** As Linux calls it. */
  readonly name: string
  /** What takes its place. */
  readonly without: string
  has(libc: Libc): boolean
}

const MEMORY_BYTES = 64
/** How long a connection of this host with itself may take, and what goes through it. */
const PATIENCE_US = 100_000
const SKIPPED_BYTES = 16
const SEGMENT_BYTES = 1400
const BUFFER_BYTES = 1024 * 1024

/** UDP_SEGMENT (Linux 4.18, udp(7)): many datagrams of one size leave by one call, and pass the host as one packet. */
export const UDP_SEGMENT: Capability = {
  name: 'UDP_SEGMENT',
  without: 'each datagram is a call of its own, and fewer leave in a second',
  has: takes('datagram', c.SOL_UDP, c.UDP_SEGMENT, SEGMENT_BYTES),
}

/** UDP_GRO (Linux 5.0, udp(7)): datagrams of one size that arrive in a row are handed over together. */
export const UDP_GRO: Capability = {
  name: 'UDP_GRO',
  without: 'each datagram is handed over by itself, and fewer arrive in a second',
  has: takes('datagram', c.SOL_UDP, c.UDP_GRO, 1),
}

/** SO_RCVBUFFORCE (CAP_NET_ADMIN, socket(7)): a buffer over net.core.rmem_max. */
export const FORCED_BUFFERS: Capability = {
  name: 'SO_RCVBUFFORCE',
  without: 'buffers are cut to net.core.rmem_max, and a burst that does not fit is lost in this computer',
  has: takes('datagram', c.SOL_SOCKET, c.SO_RCVBUFFORCE, BUFFER_BYTES),
}

/** MSG_TRUNC of a TCP socket (tcp(7)): bytes are taken off the connection without being copied anywhere. */
export const MSG_TRUNC_OF_TCP: Capability = {
  name: 'MSG_TRUNC',
  without: 'TCP’s bulk payload is copied before it is counted',
  has: skipsUnread,
}

/** TCP_INFO (tcp(7)): what the kernel knows of a connection: its round trip, its window, what it sent again. */
export const CONNECTION_FACTS: Capability = {
  name: 'TCP_INFO',
  without: 'nobody but the kernel knows what TCP sent again',
  has: (libc) =>
    onSocket(libc, c.SOCK_STREAM, (options) => {
      options.get(c.IPPROTO_TCP, c.TCP_INFO)
      return 0
    }),
}

/** SO_TIMESTAMPING with RX_SOFTWARE (timestamping.rst): when the kernel received a packet. */
export const RECEIVE_TIMESTAMPS: Capability = {
  name: 'timestamps (receive)',
  without: 'a packet is timed where netcmp reads it',
  has: takes(
    'datagram',
    c.SOL_SOCKET,
    c.SO_TIMESTAMPING,
    c.SOF_TIMESTAMPING_RX_SOFTWARE | c.SOF_TIMESTAMPING_SOFTWARE,
  ),
}

/** SO_TIMESTAMPING with TX_SOFTWARE (timestamping.rst): when a packet was handed to the network device. */
export const TRANSMIT_TIMESTAMPS: Capability = {
  name: 'timestamps (send)',
  without: 'a packet is timed where netcmp sends it',
  has: takes(
    'datagram',
    c.SOL_SOCKET,
    c.SO_TIMESTAMPING,
    c.SOF_TIMESTAMPING_TX_SOFTWARE | c.SOF_TIMESTAMPING_SOFTWARE,
  ),
}

/** SO_BUSY_POLL (Linux 3.11; socket(7)): who waits awake asks the device’s queue itself. Older kernels want CAP_NET_ADMIN. */
const BUSY_POLL: Capability = {
  name: 'SO_BUSY_POLL',
  without: 'with --spin the device’s interrupt is waited for all the same',
  has: takes('datagram', c.SOL_SOCKET, c.SO_BUSY_POLL, BUSY_POLL_US),
}

/** All that netcmp makes use of. */
export const capabilities: readonly Capability[] = [
  UDP_SEGMENT,
  UDP_GRO,
  FORCED_BUFFERS,
  MSG_TRUNC_OF_TCP,
  CONNECTION_FACTS,
  RECEIVE_TIMESTAMPS,
  TRANSMIT_TIMESTAMPS,
  BUSY_POLL,
]

const known = new WeakMap<Libc, Map<Capability, boolean>>()

/** Tried once, where it is first asked for. */
export function hasCapability(libc: Libc, capability: Capability): boolean {
  const answers = known.get(libc) ?? new Map<Capability, boolean>()
  known.set(libc, answers)
  const answer = answers.get(capability) ?? capability.has(libc)
  answers.set(capability, answer)
  return answer
}

/** Which of these, and of what such a socket makes use of besides, this host has, by name. Throws UNAVAILABLE. */
export async function whichOf(
  wanted: readonly Capability[],
  { spin = false }: SocketOptions = {},
): Promise<Readonly<Record<string, boolean>>> {
  const libc = await loadLibc('the native engine')
  const all = spin ? [...wanted, BUSY_POLL] : wanted
  return Object.fromEntries(all.map((each) => [each.name, hasCapability(libc, each)]))
}

/** A fresh socket takes the option. */
function takes(kind: 'stream' | 'datagram', level: number, name: number, value: number): Capability['has'] {
  const type = kind === 'stream' ? c.SOCK_STREAM : c.SOCK_DGRAM
  return (libc) => onSocket(libc, type, (options) => options.trySet(level, name, value))
}

/** False where no such socket can be made, or `attempt` returns or throws an error. */
function onSocket(libc: Libc, type: number, attempt: (options: OptionsOf) => number): boolean {
  const ipv4 = libc.socket(c.AF_INET, type | c.SOCK_CLOEXEC, 0)
  const fd = ipv4 >= 0 ? ipv4 : libc.socket(c.AF_INET6, type | c.SOCK_CLOEXEC, 0)
  if (fd < 0) return false
  const memory = libc.alloc(MEMORY_BYTES)
  try {
    return attempt(new OptionsOf(libc, memory, fd)) >= 0
  } catch {
    return false
  } finally {
    libc.close(fd)
    memory.free()
  }
}

/** Sends a little through a connection of this host with itself, and takes it out without memory to put it in. */
function skipsUnread(libc: Libc): boolean {
  const memory = libc.alloc(MEMORY_BYTES)
  const opened: number[] = []
  const open = (fd: number): number => {
    if (fd >= 0) opened.push(fd)
    return fd
  }
  const socket = (): number => {
    const fd = open(libc.socket(c.AF_INET, c.SOCK_STREAM | c.SOCK_CLOEXEC, 0))
    // struct timeval: seconds, then microseconds. Nothing here may block for long.
    memory.bytes.fill(0)
    memory.view.setUint32(8, PATIENCE_US, true)
    for (const name of [c.SO_RCVTIMEO, c.SO_SNDTIMEO])
      libc.setsockopt(fd, c.SOL_SOCKET, name, memory.address, 16)
    return fd
  }
  try {
    const [listener, client] = [socket(), socket()]
    const name = socketAddress('127.0.0.1', 4, 0)
    memory.bytes.set(name)
    memory.view.setUint32(MEMORY_BYTES - 4, name.length, true)
    const isOpen =
      libc.bind(listener, memory.address, name.length) >= 0 &&
      libc.listen(listener, 1) >= 0 &&
      libc.getsockname(listener, memory.address, memory.address + MEMORY_BYTES - 4) >= 0 &&
      libc.connect(client, memory.address, name.length) >= 0
    const accepted = isOpen ? open(libc.accept4(listener, 0, 0, c.SOCK_CLOEXEC)) : -1
    return (
      accepted >= 0 &&
      libc.send(client, memory.address, SKIPPED_BYTES, c.MSG_NOSIGNAL) === SKIPPED_BYTES &&
      libc.recv(accepted, 0, SKIPPED_BYTES, c.MSG_TRUNC) === SKIPPED_BYTES
    )
  } finally {
    for (const fd of opened) libc.close(fd)
    memory.free()
  }
}
