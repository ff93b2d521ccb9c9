import type { Direction, Fate, LoggedPacket } from '../../src/packets/packet-log.ts'

/** The two hosts of the lab, as packets name them. */
export const hosts = {
  4: { client: [10, 9, 0, 1], server: [10, 9, 0, 2] },
  6: { client: address6(1), server: address6(2) },
} as const

function address6(last: number): number[] {
  return [0xfd, 0x09, ...Array<number>(13).fill(0), last]
}

const uint16 = (value: number): number[] => [(value >>> 8) & 0xff, value & 0xff]
export const uint32 = (value: number): number[] => [...uint16(Math.floor(value / 0x1_0000)), ...uint16(value)]

export interface MadeIp {
  readonly version?: 4 | 6
  readonly direction?: Direction
  readonly protocol: number
  readonly options?: readonly number[]
  readonly fragment?: { readonly id: number; readonly offsetBytes: number; readonly isLast: boolean }
}

/** An IP packet between the two hosts, without checksums. */
export function ipPacket(made: MadeIp, payload: ArrayLike<number>): Uint8Array {
  const { version = 4, direction = 'up' } = made
  const { client, server } = hosts[version]
  const [source, destination] = direction === 'up' ? [client, server] : [server, client]
  const carried = Array.from(payload)
  return new Uint8Array(
    version === 4
      ? [...ipv4Header(made, carried.length), ...source, ...destination, ...(made.options ?? []), ...carried]
      : ipv6(made, source, destination, carried),
  )
}

function ipv4Header({ protocol, options = [], fragment }: MadeIp, payloadBytes: number): number[] {
  const headerBytes = 20 + options.length
  const flags = fragment ? (fragment.isLast ? 0 : 0x2000) | (fragment.offsetBytes / 8) : 0x4000
  return [
    0x40 | (headerBytes / 4),
    0,
    ...uint16(headerBytes + payloadBytes),
    ...uint16(fragment?.id ?? 0),
    ...uint16(flags),
    64,
    protocol,
    0,
    0,
  ]
}

function ipv6(
  { protocol, fragment, options = [] }: MadeIp,
  source: readonly number[],
  destination: readonly number[],
  payload: readonly number[],
): number[] {
  const extension = fragment
    ? [protocol, 0, ...uint16(fragment.offsetBytes | (fragment.isLast ? 0 : 1)), ...uint32(fragment.id)]
    : [...options]
  const next = fragment ? 44 : options.length > 0 ? 60 : protocol
  const length = uint16(extension.length + payload.length)
  return [0x60, 0, 0, 0, ...length, next, 64, ...source, ...destination, ...extension, ...payload]
}

export interface MadeTcp {
  readonly sourcePort?: number
  readonly destinationPort?: number
  readonly seq?: number
  readonly ack?: number
  readonly flags?: number
  readonly window?: number
  /** A multiple of four bytes. */
  readonly options?: readonly number[]
}

export function tcpSegment(made: MadeTcp, payload: ArrayLike<number> = []): Uint8Array {
  const { sourcePort = 40000, destinationPort = 7117, seq = 0, ack = 0, flags = 0x10, window = 500 } = made
  const options = made.options ?? []
  return new Uint8Array([
    ...uint16(sourcePort),
    ...uint16(destinationPort),
    ...uint32(seq),
    ...uint32(ack),
    (5 + options.length / 4) << 4,
    flags,
    ...uint16(window),
    0,
    0,
    0,
    0,
    ...options,
    ...Array.from(payload),
  ])
}

export function udpDatagram(
  { sourcePort = 40000, destinationPort = 7117 }: { sourcePort?: number; destinationPort?: number },
  payload: ArrayLike<number>,
): Uint8Array {
  return new Uint8Array([
    ...uint16(sourcePort),
    ...uint16(destinationPort),
    ...uint16(8 + payload.length),
    0,
    0,
    ...Array.from(payload),
  ])
}

export type Happened = Partial<Omit<LoggedPacket, 'direction' | 'bytes'>> & { readonly fate?: Fate }

/** The same as the link would have logged it; delivered 1 ms after it came in, unless told otherwise. */
export function logged(direction: Direction, bytes: Uint8Array, happened: Happened): LoggedPacket {
  const { inNs = 0, fate = 'delivered' } = happened
  return {
    fate,
    isCopy: false,
    isCorrupt: false,
    isReordered: false,
    number: 1,
    runNumber: 1,
    packetBytes: bytes.length,
    inNs,
    outNs: fate === 'delivered' ? inNs + 1e6 : null,
    ...happened,
    direction,
    bytes,
  }
}
