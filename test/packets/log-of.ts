import {
  DirectionCode,
  encodeHead,
  encodeLogHead,
  FateCode,
  LOG_HEAD_BYTES,
  type LoggedPacket,
  PacketFlag,
  RECORD_HEAD_BYTES,
  recordBytesOf,
} from '../../src/packets/packet-log.ts'

/** Packets as the link writes them, into a log that began at 77 ns. */
export function logOf(packets: readonly LoggedPacket[]): Uint8Array {
  const recordBytes = packets.map(({ bytes }) => recordBytesOf(bytes.length))
  // Padding is nobody's business: whatever was there before.
  const log = new Uint8Array(recordBytes.reduce((sum, bytes) => sum + bytes, LOG_HEAD_BYTES)).fill(0xdb)
  const view = new DataView(log.buffer)
  encodeLogHead(view, 0, 1500, 77)
  let at = LOG_HEAD_BYTES
  for (const packet of packets) {
    log.set(packet.bytes, at + RECORD_HEAD_BYTES)
    at += encodeHead(
      view,
      at,
      DirectionCode[packet.direction],
      FateCode[packet.fate],
      (packet.isCopy ? PacketFlag.COPY : 0) |
        (packet.isCorrupt ? PacketFlag.CORRUPT : 0) |
        (packet.isReordered ? PacketFlag.REORDERED : 0),
      packet.number,
      packet.runNumber,
      packet.packetBytes,
      packet.bytes.length,
      packet.inNs,
      packet.outNs ?? Number.NaN,
    )
  }
  return log
}
