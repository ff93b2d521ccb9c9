import { NetcmpError, systemError } from '../core/errors.ts'
import * as c from './constants.ts'
import { type Libc, succeed } from './libc.ts'
import type { NativeMemory } from './memory.ts'
import {
  LINK_INTERFACE,
  LINK_NAME_BYTES,
  LINK_PROTOCOL,
  PACKET_DROPS,
  PACKET_STATISTICS_BYTES,
} from './message-layout.ts'
import { PacketRing } from './packet-ring.ts'
import { OptionsOf } from './socket.ts'

/** IFNAMSIZ, net/if.h. */
const NAME_BYTES = 16

/** Reserved memory for the frames that come in, and how long one may be. */
export interface RingPlace {
  readonly memory: NativeMemory
  readonly from: number
  readonly bytes: number
  readonly longestBytes: number
}

/** All frames that come in at one network interface, and frames that leave by it: packet(7). */
export class PacketSocket {
  readonly fd: number
  readonly ring: PacketRing
  readonly #libc: Libc
  readonly #memory: NativeMemory

  /** Throws UNAVAILABLE where this process may not open one, BAD_VALUE where there is no such interface. */
  constructor(libc: Libc, device: string, { memory, from, bytes, longestBytes }: RingPlace) {
    this.#libc = libc
    this.#memory = libc.alloc(64)
    const index = this.#indexOf(device)
    const result = libc.socket(c.AF_PACKET, c.SOCK_RAW | c.SOCK_CLOEXEC | c.SOCK_NONBLOCK, 0)
    if (result < 0) {
      const why = `link: cannot open a packet socket on ${device}: not permitted (root, or netcmp lab, is needed)`
      throw new NetcmpError('UNAVAILABLE', why)
    }
    this.fd = result
    try {
      this.#set()
      this.ring = new PacketRing(libc, this.fd, memory, from, bytes, longestBytes)
      this.#bind(index)
    } catch (error) {
      libc.close(this.fd)
      throw systemError(error, `link: cannot open a packet socket on ${device}`)
    }
  }

  /** Frames that found no room since this was asked last: nobody has seen them. */
  takeDropCount(): number {
    const { view, address } = this.#memory
    view.setUint32(PACKET_STATISTICS_BYTES, PACKET_STATISTICS_BYTES, true)
    const length = address + PACKET_STATISTICS_BYTES
    const result = this.#libc.getsockopt(this.fd, c.SOL_PACKET, c.PACKET_STATISTICS, address, length)
    return result < 0 ? 0 : view.getUint32(PACKET_DROPS, true)
  }

  close(): void {
    this.#libc.close(this.fd)
    this.#memory.free()
  }

  #indexOf(device: string): number {
    const { bytes, address } = this.#memory
    bytes.fill(0, 0, NAME_BYTES)
    bytes.set(new TextEncoder().encode(device).subarray(0, NAME_BYTES - 1))
    const index = this.#libc.if_nametoindex(address)
    if (index > 0) return index
    throw new NetcmpError('BAD_VALUE', `link: there is no network interface "${device}" (see ip link)`)
  }

  /** Before anything is bound, so that nothing else comes in. */
  #set(): void {
    const options = new OptionsOf(this.#libc, this.#memory, this.fd)
    options.set(c.SOL_PACKET, c.PACKET_IGNORE_OUTGOING, 1)
    options.set(c.SOL_PACKET, c.PACKET_QDISC_BYPASS, 1)
  }

  #bind(index: number): void {
    const { view, bytes, address } = this.#memory
    bytes.fill(0, 0, LINK_NAME_BYTES)
    view.setUint16(0, c.AF_PACKET, true)
    view.setUint16(LINK_PROTOCOL, c.ETH_P_ALL)
    view.setInt32(LINK_INTERFACE, index, true)
    succeed('bind', this.#libc.bind(this.fd, address, LINK_NAME_BYTES))
  }
}
