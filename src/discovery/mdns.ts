import type { EventEmitter } from 'node:events'
import { networkInterfaces } from 'node:os'
import type BonjourService from 'bonjour-service'
import type { ServiceConfig } from 'bonjour-service'
import { NetcmpError } from '../core/errors.ts'

/** Multicast DNS on every network of this host, for announcing and for looking around. */
export interface Mdns {
  readonly services: readonly BonjourService[]
  close(): Promise<void>
}

/** The socket's own side, which bonjour-service keeps to itself together with its failures. */
interface Inside {
  readonly server: {
    readonly mdns: EventEmitter & {
      query(name: string, type: 'PTR', done: (error?: Error | null) => void): void
    }
  }
}

/** The kind of service: `_netcmp._tcp` stands for every transport, as the server has one port for all. */
export const SERVICE_TYPE = 'netcmp'

/** Opens it where it works, and sees whether it can send. Throws UNREACHABLE where this host has no multicast DNS. */
export async function openMdns(): Promise<Mdns> {
  // By name: without a default route the system would not know where to send a multicast.
  const networks = externalAddresses()
  const opened = await Promise.allSettled(
    networks.length > 0
      ? networks.map((address) => openOn({ interface: address, bind: '0.0.0.0' }))
      : [openOn({})],
  )
  const services = opened.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []))
  if (services.length > 0) return { services, close: () => closeAll(services) }
  const cause = opened.find((each) => each.status === 'rejected')?.reason as NodeJS.ErrnoException
  const why =
    cause.code === 'EADDRINUSE' ? 'another program has port 5353 for itself' : (cause.code ?? cause.message)
  throw new NetcmpError('UNREACHABLE', `mDNS: not to be had on this computer: ${why}`, { cause })
}

/** One IPv4 address of each network that this host is part of. */
function externalAddresses(): string[] {
  return Object.values(networkInterfaces()).flatMap((all) => {
    const first = all?.find(({ family, internal }) => family === 'IPv4' && !internal)
    return first === undefined ? [] : [first.address]
  })
}

async function openOn(options: { interface?: string; bind?: string }): Promise<BonjourService> {
  const { default: Bonjour } = await import('bonjour-service')
  let settle: (error?: Error | null) => void = () => {}
  const ready = new Promise<void>((resolve, reject) => {
    settle = (error) => (error ? reject(error) : resolve())
  })
  const bonjour = new Bonjour(options as Partial<ServiceConfig>, settle)
  const { mdns } = (bonjour as unknown as Inside).server
  // Without a listener an error would end the process; once ready, a lost question is only that.
  mdns.on('error', settle)
  mdns.query(`_${SERVICE_TYPE}._tcp.local`, 'PTR', settle)
  try {
    await ready
    return bonjour
  } catch (error) {
    await closeAll([bonjour])
    throw error
  }
}

async function closeAll(services: readonly BonjourService[]): Promise<void> {
  await Promise.all(services.map((each) => new Promise<void>((resolve) => each.destroy(() => resolve()))))
}
