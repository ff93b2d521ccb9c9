import { constants } from 'node:os'
import { NetcmpError } from '../core/errors.ts'

/** System calls. What fails throws an error with the code that node gives it, as EPERM. */
export interface Libc {
  socket(domain: number, type: number): number
  bind(fd: number, address: Uint8Array): void
  setOption(fd: number, level: number, name: number, value: number): void
  option(fd: number, level: number, name: number): number
  close(fd: number): void
}

// Values and layouts are written down for these.
const ARCHITECTURES = ['x64', 'arm64']
const SCRATCH_BYTES = 64

let loaded: Promise<Libc> | undefined

/** Loads it once, where it is first needed. Throws UNAVAILABLE: `what` then says what needs it. */
export async function loadLibc(what: string): Promise<Libc> {
  if (process.platform !== 'linux' || !ARCHITECTURES.includes(process.arch)) {
    throw new NetcmpError('UNAVAILABLE', `${what} is for Linux on x86-64 or ARM64`)
  }
  try {
    loaded ??= load()
    return await loaded
  } catch (cause) {
    loaded = undefined
    const why = `${what} needs the package koffi, which did not load (npm install koffi)`
    throw new NetcmpError('UNAVAILABLE', why, { cause })
  }
}

async function load(): Promise<Libc> {
  const koffi = await import('koffi')
  // Of the program itself, which is linked to its C library, glibc or musl.
  const library = koffi.load(null)
  const call = (name: string, ...parameters: string[]) => library.func(name, 'int', parameters)
  const socket = call('socket', 'int', 'int', 'int')
  const bind = call('bind', 'int', 'uintptr_t', 'uint32')
  const setsockopt = call('setsockopt', 'int', 'int', 'int', 'uintptr_t', 'uint32')
  const getsockopt = call('getsockopt', 'int', 'int', 'int', 'uintptr_t', 'uintptr_t')
  const close = call('close', 'int')
  // Neither moved nor collected: every call takes what it points at from here.
  const memory = koffi.alloc('uint8_t', SCRATCH_BYTES)
  const at = Number(koffi.address(memory))
  const scratch = new DataView(koffi.view(memory, SCRATCH_BYTES))
  const checked = (name: string, result: number): number => {
    if (result >= 0) return result
    const code = codeOf(koffi.errno())
    throw Object.assign(new Error(`${name}: ${code}`), { code })
  }
  return {
    socket: (domain, type) => checked('socket', socket(domain, type, 0)),
    bind(fd, address) {
      new Uint8Array(scratch.buffer, scratch.byteOffset, SCRATCH_BYTES).set(address)
      checked('bind', bind(fd, at, address.length))
    },
    setOption(fd, level, name, value) {
      scratch.setInt32(0, value, true)
      checked('setsockopt', setsockopt(fd, level, name, at, 4))
    },
    option(fd, level, name) {
      scratch.setInt32(0, 0, true)
      scratch.setUint32(4, 4, true)
      checked('getsockopt', getsockopt(fd, level, name, at, at + 4))
      return scratch.getInt32(0, true)
    },
    close: (fd) => void close(fd),
  }
}

function codeOf(errno: number): string {
  const found = Object.entries(constants.errno).find(([, value]) => value === errno)
  return found?.[0] ?? `errno ${errno}`
}
