import { lookup } from 'node:dns/promises'
import { isIP } from 'node:net'
import { abortable, throwIfAborted } from './abort.ts'
import { NetcmpError, systemError } from './errors.ts'

/** 4 or 6 for a numeric address, 0 for any other text. */
export const ipVersion = (text: string): Family => isIP(text) as Family

/** Text that only its own transport reads: `127.0.0.1:7117`, `[::1]:7117`, a socket path. */
export type Address = string

/** 4, 6, or 0 for either. */
export type Family = 0 | 4 | 6

export interface HostPort {
  host: string
  port: number
}

/** Reads `host:port`, `[v6]:port`, `host` or a bare v6 address. Throws BAD_ADDRESS. */
export function parseHostPort(text: string, defaultPort?: number): HostPort {
  const bracketed = /^\[([^\]]+)\](?::(\d+))?$/.exec(text)
  const plain = /^([^:[\]/\s]+)(?::(\d+))?$/.exec(text)
  const match = bracketed ?? plain
  const host = isIP(text) === 6 ? text : match?.[1]
  const port = isIP(text) === 6 || match?.[2] === undefined ? defaultPort : Number(match[2])
  if (host === undefined || (bracketed !== null && isIP(host.split('%')[0] ?? '') !== 6)) {
    throw new NetcmpError(
      'BAD_ADDRESS',
      `netcmp: "${text}" is not an address (write HOST, HOST:PORT or [IPV6]:PORT)`,
    )
  }
  if (port === undefined)
    throw new NetcmpError('BAD_ADDRESS', `netcmp: "${text}" names no port (write HOST:PORT)`)
  if (port > 65_535) throw new NetcmpError('BAD_ADDRESS', `netcmp: port ${port} is out of range (0 to 65535)`)
  return { host, port }
}

export function formatHostPort(host: string, port: number): Address {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`
}

/** The host part of a numeric address; empty where it has none, as of a path. */
export function hostOf(address: Address): string {
  return /^\[?([^\]]*?)\]?:\d+$/.exec(address)?.[1] ?? ''
}

/** True of an address on this host alone, which nobody outside can forge; of a path, too. */
export function isLoopback(address: Address): boolean {
  return !address.includes(':') || /^(127\.|\[::1\]|\[::ffff:127\.)/.test(address)
}

/** Which addresses of the far side can be dialled: those of the family that is asked for, or that is dialled from. */
export function familyFor({ family = 0, bind }: { family?: Family; bind?: string | undefined }): Family {
  return bind === undefined ? family : isIP(bind) === 6 ? 6 : 4
}

export interface ResolvedHost {
  host: string
  family: 4 | 6
}

/** Every address of a host, in the order the host's resolver prefers. Throws BAD_ADDRESS, HOST_NOT_FOUND or ABORTED. */
export async function resolveHost(
  host: string,
  family: Family,
  who: string,
  signal?: AbortSignal,
): Promise<ResolvedHost[]> {
  throwIfAborted(signal)
  const literal = isIP(host.split('%')[0] ?? '')
  if (literal === 4 || literal === 6) {
    if (family !== 0 && family !== literal) {
      throw new NetcmpError(
        'BAD_ADDRESS',
        `${who}: ${host} is not an IPv${family} address (leave out -${family}, or another --bind)`,
      )
    }
    return [{ host, family: literal }]
  }
  return abortable(
    signal,
    (resolve, reject) => void findHost(host, family, who).then(resolve, reject),
    () => undefined,
  )
}

async function findHost(host: string, family: Family, who: string): Promise<ResolvedHost[]> {
  try {
    const found = await lookup(host, { all: true, family, verbatim: true })
    return found.map((each) => ({ host: each.address, family: each.family === 6 ? 6 : 4 }))
  } catch (error) {
    const what = family === 0 ? host : `an IPv${family} address of ${host}`
    throw systemError(error, `${who}: cannot find ${what}`)
  }
}
