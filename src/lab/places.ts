/** The two hosts of a lab. A packet that goes `up` goes from the client to the server. */
export type HostName = 'client' | 'server'

interface Place {
  readonly ipv4: string
  readonly ipv6: string
  /** Of its interface, so that the other host need not ask for it. */
  readonly hardware: string
  /** The link's end of the cable to this host: an interface of the network between the two. */
  readonly end: string
}

export const places: Readonly<Record<HostName, Place>> = {
  client: { ipv4: '10.9.0.1', ipv6: 'fd09::1', hardware: '02:00:00:00:09:01', end: 'to-client' },
  server: { ipv4: '10.9.0.2', ipv6: 'fd09::2', hardware: '02:00:00:00:09:02', end: 'to-server' },
}

/** What each host calls its interface. */
export const DEVICE = 'eth0'

export const other = (name: HostName): HostName => (name === 'client' ? 'server' : 'client')

/** A folder that only the lab sees, in memory: it is gone with the lab. */
export const FOLDER = '/run/netcmp'

/** Where iproute2 keeps networks that have a name; of the lab alone, too. */
export const NETWORKS = '/run/netns'
