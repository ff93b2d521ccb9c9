import { NS_PER_US } from '../core/units.ts'
import type { ConnectionFacts, ConnectionReader } from '../transport/connection-facts.ts'
import { IPPROTO_TCP, TCP_INFO } from './constants.ts'
import { type Libc, loadLibc } from './libc.ts'
import type { NativeMemory } from './memory.ts'
import { OptionsOf } from './socket.ts'

/**
 * Where `struct tcp_info` (linux/tcp.h) has what is read of it: offset in bytes, as offsetof() gives it on x86-64 and
 * ARM64. The kernel only ever adds to its end, and an older one returns less of it.
 */
export const INFO = {
  /** u8, of which bit 0 is delivery_rate_app_limited. */
  flags: 7,
  /** u32, bytes. */
  sndMss: 16,
  /** u32, us; 0 before the first sample. */
  rtt: 68,
  /** u32, segments. */
  sndCwnd: 80,
  /** u32. */
  totalRetrans: 100,
  /** u64, bytes per second; all ones: unlimited. */
  pacingRate: 104,
  /** u32, us; all ones before the first sample. */
  minRtt: 148,
  /** u64, bytes per second; 0 before the first sample. */
  deliveryRate: 160,
} as const

/** As long as what is read of it. */
export const TCP_INFO_BYTES = 168

const APP_LIMITED = 1
const NO_U32 = 0xffff_ffff
const NO_U64 = 0xffff_ffff_ffff_ffffn

/** What the kernel wrote: `bytes` of a `struct tcp_info`. */
export function decodeTcpInfo(info: DataView, bytes: number): ConnectionFacts {
  const u32 = (at: number, none?: number) => {
    const value = at + 4 <= bytes ? info.getUint32(at, true) : undefined
    return value === undefined || value === none ? null : value
  }
  const u64 = (at: number, none: bigint) => {
    const value = at + 8 <= bytes ? info.getBigUint64(at, true) : none
    return value === none ? null : Number(value)
  }
  const isAppLimited = INFO.flags < bytes && (info.getUint8(INFO.flags) & APP_LIMITED) !== 0
  return {
    retransmitCount: u32(INFO.totalRetrans),
    srttNs: times(u32(INFO.rtt, 0), NS_PER_US),
    minRttNs: times(u32(INFO.minRtt, NO_U32), NS_PER_US),
    cwndSegments: u32(INFO.sndCwnd),
    mssBytes: u32(INFO.sndMss),
    deliveryRateBitsPerSec: isAppLimited ? null : times(u64(INFO.deliveryRate, 0n), 8),
    pacingRateBitsPerSec: times(u64(INFO.pacingRate, NO_U64), 8),
  }
}

function times(value: number | null, factor: number): number | null {
  return value === null ? null : value * factor
}

/** Asks about any connection of this process, one after the other. */
class TcpInfo {
  readonly #libc: Libc
  readonly #memory: NativeMemory

  constructor(libc: Libc) {
    this.#libc = libc
    this.#memory = libc.alloc(TCP_INFO_BYTES + 4)
  }

  facts(fd: number): ConnectionFacts | undefined {
    const { view, address } = this.#memory
    view.setUint32(TCP_INFO_BYTES, TCP_INFO_BYTES, true)
    const result = this.#libc.getsockopt(fd, IPPROTO_TCP, TCP_INFO, address, address + TCP_INFO_BYTES)
    return result < 0 ? undefined : decodeTcpInfo(view, view.getUint32(TCP_INFO_BYTES, true))
  }

  congestion(fd: number): string | null {
    return new OptionsOf(this.#libc, this.#memory, fd).congestion() || null
  }
}

let loaded: Promise<TcpInfo | undefined> | undefined

/**
 * Reads what the kernel keeps of a TCP connection. Undefined where this host cannot be asked: not Linux, or no koffi.
 * @param descriptor of its socket, while it has one
 */
export async function tcpInfoReader(
  descriptor: () => number | undefined,
): Promise<ConnectionReader | undefined> {
  loaded ??= loadLibc('tcp').then(
    (libc) => new TcpInfo(libc),
    () => undefined,
  )
  const info = await loaded
  const fd = descriptor()
  if (info === undefined || fd === undefined) return undefined
  return {
    congestion: info.congestion(fd),
    read: () => {
      const now = descriptor()
      return now === undefined ? undefined : info.facts(now)
    },
  }
}
