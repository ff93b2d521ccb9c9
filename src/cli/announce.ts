import { isLoopback, parseHostPort } from '../core/address.ts'
import { asNetcmpError } from '../core/errors.ts'
import { version } from '../core/version.ts'
import type { Announcement } from '../discovery/announce.ts'
import { emit } from './output.ts'

/** One service of a server, and where it listens. */
interface Listening {
  readonly service: string
  readonly transport: string
  readonly listener: { readonly address: string }
}

const ANYWHERE = ['0.0.0.0', '::']

/**
 * Announces a server that others can reach, and says so. Undefined where nobody else can reach it, or it is not wanted.
 * A host without multicast DNS serves all the same.
 */
export async function announceServer(
  listening: readonly Listening[],
  { announce: isWanted, key }: { readonly announce: boolean; readonly key?: string },
): Promise<Announcement | undefined> {
  const open = listening.filter(({ listener }) => !isLoopback(listener.address))
  const measurement = open.find(({ service }) => service === 'measurement')
  if (!isWanted || measurement === undefined) return undefined
  const { host, port } = parseHostPort(measurement.listener.address)
  const transports = open.map(({ transport }) => transport)
  const plain = open.map(({ service }) => service).filter((service) => service.startsWith('plain'))
  const { announce } = await import('../discovery/announce.ts')
  try {
    const announcement = await announce({
      version,
      port,
      host: ANYWHERE.includes(host) ? undefined : host,
      allows: [...new Set([...transports, ...plain]), ...(key === undefined ? [] : ['with a key'])],
    })
    await emit(`announced as "${announcement.name}": netcmp discover finds it\n`, undefined)
    return announcement
  } catch (error) {
    const { message } = asNetcmpError(error)
    process.stderr.write(`${message}; netcmp discover will not find this server (try --no-announce)\n`)
    return undefined
  }
}
