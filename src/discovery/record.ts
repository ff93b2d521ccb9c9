import { type Address, formatHostPort, ipVersion } from '../core/address.ts'

/** What a server tells the network about itself. */
export interface Offer {
  readonly version: string
  readonly port: number
  /** The one address it is bound to; undefined where that is all of them. */
  readonly host: string | undefined
  /** What may be done there, a few words each, without commas: `tcp`, `plain echo`. */
  readonly allows: readonly string[]
}

/** A server that answered. All of it is what the far side says: not to be trusted. */
export interface FoundServer {
  readonly name: string
  readonly address: Address
  readonly version: string | null
  readonly allows: readonly string[]
}

/** An answer, as far as a server is made of it. */
export interface Answer {
  readonly name?: string
  readonly port?: number
  readonly addresses?: readonly string[]
  readonly txt?: Readonly<Record<string, unknown>>
  /** Where the answer came from. */
  readonly referer?: { readonly address: string }
}

const MOST_ALLOWED = 16

/** The TXT record of an offer (RFC 6763, 6): one key, one value, at most 255 bytes together. */
export function txtOf({ version, host, allows }: Offer): Record<string, string> {
  return { version, allows: allows.join(','), ...(host === undefined ? {} : { host }) }
}

/** Undefined where the answer names nothing that could be dialled. */
export function foundServer({
  name,
  port,
  addresses = [],
  txt = {},
  referer,
}: Answer): FoundServer | undefined {
  const host = hostOf(addresses, txt.host, referer?.address)
  if (!name || host === undefined || port === undefined || port < 1 || port > 65_535) return undefined
  return {
    name,
    address: formatHostPort(host, port),
    version: typeof txt.version === 'string' ? txt.version : null,
    allows: typeof txt.allows === 'string' ? txt.allows.split(',', MOST_ALLOWED) : [],
  }
}

/** The address it is bound to; else the one that answered, which can be reached; else any but link-local. */
function hostOf(addresses: readonly string[], bound: unknown, answered = ''): string | undefined {
  if (typeof bound === 'string' && ipVersion(bound) !== 0) return bound
  const usable = addresses.filter((each) => ipVersion(each) !== 0 && !/^fe80:/i.test(each))
  if (usable.includes(answered)) return answered
  return usable.find((each) => ipVersion(each) === 4) ?? usable[0]
}
