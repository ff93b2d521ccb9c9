import { BlockList, isIP } from 'node:net'
import { type Address, hostOf } from './address.ts'
import { NetcmpError } from './errors.ts'

/** Who may talk to a server, by the host part of an address. */
export interface Access {
  /** An address without a host (a path) is always let in: its file's mode is its gate. */
  allows(address: Address): boolean
}

/**
 * Lets in who is in one of `allow`, or everybody where that is empty, unless he is in one of `deny`.
 * Each is an address or a network, as `192.168.0.0/16` or `fd00::/8`. Throws BAD_VALUE.
 */
export function accessList(allow: readonly string[], deny: readonly string[]): Access {
  const allowed = listOf('--allow', allow)
  const denied = listOf('--deny', deny)
  return {
    allows: (address) => {
      const host = (hostOf(address).split('%')[0] ?? '').replace(/^::ffff:(?=\d+\.)/i, '')
      const version = isIP(host)
      if (version === 0) return hostOf(address) === ''
      const family = version === 6 ? 'ipv6' : 'ipv4'
      return (allow.length === 0 || allowed.check(host, family)) && !denied.check(host, family)
    },
  }
}

function listOf(flag: string, networks: readonly string[]): BlockList {
  const list = new BlockList()
  for (const text of networks) {
    const [host = '', bits, ...more] = text.split('/')
    const version = isIP(host)
    const most = version === 6 ? 128 : 32
    const prefix = bits === undefined ? most : /^\d+$/.test(bits) ? Number(bits) : Number.NaN
    if (version === 0 || more.length > 0 || !(prefix <= most)) {
      throw new NetcmpError(
        'BAD_VALUE',
        `netcmp: ${flag} "${text}" is no network (write 192.168.0.0/16, fd00::/8 or one address)`,
      )
    }
    list.addSubnet(host, prefix, version === 6 ? 'ipv6' : 'ipv4')
  }
  return list
}
