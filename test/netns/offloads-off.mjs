// Has a network interface give packets as they are on a wire, each with its checksum: node offloads-off.mjs DEVICE
import koffi from 'koffi'

// linux/sockios.h, linux/ethtool.h
const SIOCETHTOOL = 0x8946
const COMMANDS = { tso: 0x1f, gso: 0x24, gro: 0x2c, txChecksum: 0x17 }
const NAME_BYTES = 16

const library = koffi.load(null)
const socket = library.func('int socket(int domain, int type, int protocol)')
const ioctl = library.func('int ioctl(int fd, unsigned long request, uint8_t *argument)')

const value = koffi.alloc('uint32_t', 2)
const words = new Uint32Array(koffi.view(value, 8))
const request = new Uint8Array(40)
request.set(new TextEncoder().encode(process.argv[2]))
new DataView(request.buffer).setBigUint64(NAME_BYTES, BigInt(koffi.address(value)), true)
const fd = socket(2, 2, 0)
for (const command of Object.values(COMMANDS)) {
  words.set([command, 0])
  if (ioctl(fd, SIOCETHTOOL, request) !== 0) throw new Error(`SIOCETHTOOL ${command} failed`)
}
