import { randomBytes } from 'node:crypto'
import { hostname } from 'node:os'
import { openMdns, SERVICE_TYPE } from './mdns.ts'
import { type Offer, txtOf } from './record.ts'

/** A DNS label has room for 63 bytes (RFC 1035, 2.3.4), of which the rest of the name takes its part. */
const LONGEST_HOST_NAME = 40

export interface Announcement {
  /** What it is called on the network. */
  readonly name: string
  /** Tells the network that the server is gone. */
  withdraw(): Promise<void>
}

/** Announces a server on the local network. Throws UNREACHABLE where this host has no multicast DNS. */
export async function announce(offer: Offer): Promise<Announcement> {
  // Unique, so that nobody need be asked whether the name is free, and another's goodbye never takes it away.
  const id = randomBytes(4).toString('hex')
  const host = hostname()
    .replace(/[^A-Za-z0-9-]/g, '-')
    .slice(0, LONGEST_HOST_NAME)
  const name = `${host} ${id}`
  const { services, close } = await openMdns()
  for (const each of services) {
    each.publish({
      name,
      type: SERVICE_TYPE,
      port: offer.port,
      host: `netcmp-${id}.local`,
      txt: txtOf(offer),
      probe: false,
    })
  }
  return {
    name,
    withdraw: async () => {
      await Promise.all(
        services.map((each) => new Promise<void>((resolve) => each.unpublishAll(() => resolve()))),
      )
      await close()
    },
  }
}
