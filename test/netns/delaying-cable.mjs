// A cable between two network namespaces on which every packet is under way for a while: node delaying-cable.mjs PID PID MS
import { closeSync, openSync, read, writeSync } from 'node:fs'
import koffi from 'koffi'

const [near, far, delayMs] = process.argv.slice(2)

// linux/sched.h, linux/if_tun.h
const CLONE_NEWNET = 0x40000000
const TUNSETIFF = 0x400454ca
const IFF_TUN = 0x0001
const IFF_NO_PI = 0x1000
const NAME_BYTES = 16
const LONGEST_PACKET = 65_536

const library = koffi.load(null)
const setns = library.func('int setns(int fd, int type)')
const ioctl = library.func('int ioctl(int fd, unsigned long request, _Inout_ uint8_t *argument)')

/** One end: a device of the namespace that this process lives in. */
function endIn(pid) {
  const namespace = openSync(`/proc/${pid}/ns/net`)
  if (setns(namespace, CLONE_NEWNET) !== 0) throw new Error('setns failed')
  closeSync(namespace)
  const device = openSync('/dev/net/tun', 'r+')
  const request = Buffer.alloc(40)
  request.write('delaying')
  request.writeInt16LE(IFF_TUN | IFF_NO_PI, NAME_BYTES)
  if (ioctl(device, TUNSETIFF, request) !== 0) throw new Error('TUNSETIFF failed')
  return device
}

function deliver(to, packet) {
  try {
    writeSync(to, packet)
  } catch (error) {
    // The device is not up yet: nobody is there to hear it.
    if (error.code !== 'EIO') throw error
  }
}

/** A timer may be early by the millisecond that it is counted in. */
function carry(from, to) {
  const memory = Buffer.alloc(LONGEST_PACKET)
  read(from, memory, 0, memory.length, null, (error, bytes) => {
    if (error) throw error
    const packet = Buffer.from(memory.subarray(0, bytes))
    setTimeout(deliver, Number(delayMs) + 1, to, packet)
    carry(from, to)
  })
}

const ends = [endIn(near), endIn(far)]
carry(ends[0], ends[1])
carry(ends[1], ends[0])
process.stdout.write('carrying\n')
