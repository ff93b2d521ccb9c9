import * as c from './constants.ts'
import { loadLibc, succeed } from './libc.ts'

/** What makes one packet of many, or leaves checksums to others; what depends on another comes before it. */
const OFFLOADS = [c.ETHTOOL_STSO, c.ETHTOOL_SGSO, c.ETHTOOL_SGRO, c.ETHTOOL_STXCSUM]

/**
 * Has interfaces of this process's network take and give packets as they are on a wire: none larger than the MTU, each
 * with its checksum; what `ethtool -K` does. Throws UNAVAILABLE without koffi, and whatever the kernel answers.
 */
export async function turnOffloadsOff(interfaces: readonly string[]): Promise<void> {
  const libc = await loadLibc('turning offloads off')
  const request = libc.alloc(c.IFREQ_BYTES)
  const value = libc.alloc(2 * c.ETHTOOL_VALUE)
  const fd = succeed('socket', libc.socket(c.AF_INET, c.SOCK_DGRAM | c.SOCK_CLOEXEC, 0))
  try {
    request.view.setBigUint64(c.IFREQ_DATA, BigInt(value.address), true)
    for (const name of interfaces) {
      request.bytes.fill(0, 0, c.IFREQ_DATA)
      request.bytes.set(new TextEncoder().encode(name).subarray(0, c.IFREQ_DATA - 1))
      for (const offload of OFFLOADS) {
        value.view.setUint32(0, offload, true)
        value.view.setUint32(c.ETHTOOL_VALUE, 0, true)
        succeed('ioctl', libc.ioctl(fd, c.SIOCETHTOOL, request.address))
      }
    }
  } finally {
    libc.close(fd)
    request.free()
    value.free()
  }
}
