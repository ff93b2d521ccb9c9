import * as c from './constants.ts'
import { type Libc, succeed } from './libc.ts'
import { LONGEST_NAME_BYTES } from './message-layout.ts'
import { OptionsOf } from './socket.ts'

const PATH = 2
const LARGE_BUFFER_BYTES = 16 * 1024 * 1024

/** `struct sockaddr_un` of a path; of an empty one: the kernel then chooses a name that is no file (unix(7), autobind). */
export function unixName(path: string): Uint8Array {
  const text = new TextEncoder().encode(path === '' ? '' : `${path}\0`)
  const bytes = new Uint8Array(PATH + text.length)
  bytes[0] = c.AF_UNIX
  bytes.set(text, PATH)
  return bytes
}

/**
 * A name that the kernel gave, as text: `@` before one that is no file, as ss(8) has it, and two digits for each byte that
 * may not be printed. Empty for a socket without a name.
 */
export function unixText(name: Uint8Array): string {
  if (name.length <= PATH) return ''
  const isFile = name[PATH] !== 0
  const end = isFile ? name.indexOf(0, PATH) : -1
  const bytes = name.subarray(isFile ? PATH : PATH + 1, end < 0 ? name.length : end)
  const text = Array.from(bytes, (byte) =>
    byte > 0x20 && byte < 0x7f && byte !== 0x5c
      ? String.fromCharCode(byte)
      : `\\x${byte.toString(16).padStart(2, '0')}`,
  ).join('')
  return isFile ? text : `@${text}`
}

/**
 * The descriptor of a new datagram socket of this host: with a name, if it is to have one, and with a peer, if it is to have
 * only that. Throws the system's own error.
 */
export function openUnixSocket(
  libc: Libc,
  { at, to }: { readonly at?: Uint8Array; readonly to?: Uint8Array },
): { fd: number; name: string } {
  const fd = succeed('socket', libc.socket(c.AF_UNIX, c.SOCK_DGRAM | c.SOCK_CLOEXEC | c.SOCK_NONBLOCK, 0))
  const memory = libc.alloc(LONGEST_NAME_BYTES + 4)
  const put = (name: Uint8Array) => {
    memory.bytes.set(name)
    return name.length
  }
  try {
    // What peers have not read yet counts as ours: as much as is allowed.
    new OptionsOf(libc, memory, fd).enlarge(c.SO_SNDBUF, c.SO_SNDBUFFORCE, LARGE_BUFFER_BYTES)
    if (at) succeed('bind', libc.bind(fd, memory.address, put(at)))
    if (to) succeed('connect', libc.connect(fd, memory.address, put(to)))
    memory.view.setUint32(LONGEST_NAME_BYTES, LONGEST_NAME_BYTES, true)
    succeed('getsockname', libc.getsockname(fd, memory.address, memory.address + LONGEST_NAME_BYTES))
    const length = Math.min(LONGEST_NAME_BYTES, memory.view.getUint32(LONGEST_NAME_BYTES, true))
    return { fd, name: unixText(memory.bytes.subarray(0, length)) }
  } catch (error) {
    libc.close(fd)
    throw error
  } finally {
    memory.free()
  }
}

/** Whether nobody listens at a path: its file was left behind. */
export function isUnixSocketDead(libc: Libc, path: string): boolean {
  const fd = succeed('socket', libc.socket(c.AF_UNIX, c.SOCK_DGRAM | c.SOCK_CLOEXEC, 0))
  const memory = libc.alloc(LONGEST_NAME_BYTES)
  try {
    const name = unixName(path)
    memory.bytes.set(name)
    return libc.connect(fd, memory.address, name.length) === -c.ECONNREFUSED
  } finally {
    libc.close(fd)
    memory.free()
  }
}
