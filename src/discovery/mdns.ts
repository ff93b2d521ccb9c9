import type { EventEmitter } from 'node:events'
import type BonjourService from 'bonjour-service'
import { NetcmpError } from '../core/errors.ts'

/** A multicast DNS socket of this host, for announcing and for looking around. */
export interface Mdns {
  readonly bonjour: BonjourService
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

/** Opens one, and sees whether it can send. Throws UNREACHABLE where this host has no multicast DNS. */
export async function openMdns(): Promise<Mdns> {
  const { default: Bonjour } = await import('bonjour-service')
  let settle: (error?: Error | null) => void = () => {}
  const ready = new Promise<void>((resolve, reject) => {
    settle = (error) => (error ? reject(error) : resolve())
  })
  const bonjour = new Bonjour({}, settle)
  const { mdns } = (bonjour as unknown as Inside).server
  // Without a listener an error would end the process; once ready, a lost question is only that.
  mdns.on('error', settle)
  mdns.query(`_${SERVICE_TYPE}._tcp.local`, 'PTR', settle)
  const close = () => new Promise<void>((resolve) => bonjour.destroy(() => resolve()))
  try {
    await ready
    return { bonjour, close }
  } catch (cause) {
    await close()
    const { code, message } = cause as NodeJS.ErrnoException
    const why = code === 'EADDRINUSE' ? 'another program has port 5353 for itself' : (code ?? message)
    throw new NetcmpError('UNREACHABLE', `mDNS: not to be had on this computer: ${why}`, { cause })
  }
}
