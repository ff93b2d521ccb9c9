/** Every way netcmp can fail, with the exit code of the command line. docs and `cli/` read this table. */
export const errorCodes = {
  BAD_VALUE: { exit: 2, meaning: 'an option or argument has no meaning' },
  BAD_ADDRESS: { exit: 2, meaning: 'an address cannot be read' },
  UNKNOWN_TRANSPORT: { exit: 2, meaning: 'no such transport' },
  UNAVAILABLE: { exit: 2, meaning: 'this host cannot run the transport, or set the option' },
  MALFORMED_RESULT: { exit: 2, meaning: 'a saved result is not a netcmp result' },
  OUTPUT: { exit: 1, meaning: 'the result could not be written' },
  INTERNAL: { exit: 1, meaning: 'netcmp itself failed' },
  MESSAGE_TOO_LARGE: { exit: 2, meaning: 'a message is larger than the transport carries' },
  ADDRESS_IN_USE: { exit: 3, meaning: 'another process listens there' },
  CANNOT_BIND: { exit: 3, meaning: 'the address cannot be listened on' },
  HOST_NOT_FOUND: { exit: 3, meaning: 'the name has no address' },
  REFUSED: { exit: 3, meaning: 'nobody listens there' },
  UNREACHABLE: { exit: 3, meaning: 'no route, or the way is blocked' },
  TIMEOUT: { exit: 3, meaning: 'no answer in time' },
  RESET: { exit: 3, meaning: 'the far side broke the connection' },
  CLOSED: { exit: 3, meaning: 'the endpoint is closed' },
  PROTOCOL: { exit: 3, meaning: 'the far side does not speak netcmp' },
  REJECTED: { exit: 3, meaning: 'the server refused the session' },
  LIMITED: { exit: 3, meaning: 'the server allows less than the run asks for' },
  LIMIT_MISSED: { exit: 4, meaning: 'a --fail-on limit was missed, or a result is worse than another' },
  ABORTED: { exit: 130, meaning: 'interrupted' },
} as const

export type ErrorCode = keyof typeof errorCodes

/** The only error netcmp throws. Its message is one line: who, what, which; why; a remedy. */
export class NetcmpError extends Error {
  override readonly name = 'NetcmpError'
  readonly code: ErrorCode

  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }

  /** The exit code of a command that ends with this error. */
  get exitCode(): number {
    return errorCodes[this.code].exit
  }
}

/** Turns whatever was thrown into a NetcmpError; one that is not ours becomes `code`. */
export function asNetcmpError(thrown: unknown, code: ErrorCode = 'INTERNAL', who = 'netcmp'): NetcmpError {
  if (thrown instanceof NetcmpError) return thrown
  const why = thrown instanceof Error ? thrown.message : String(thrown)
  return new NetcmpError(code, `${who}: ${why.split('\n')[0] ?? ''}`, { cause: thrown })
}

const systemErrors: Readonly<Record<string, readonly [ErrorCode, string]>> = {
  EADDRINUSE: ['ADDRESS_IN_USE', 'address in use (try --port 0)'],
  EADDRNOTAVAIL: ['CANNOT_BIND', 'no interface of this host has that address, or all its ports are in use'],
  EACCES: [
    'CANNOT_BIND',
    'not permitted (a port under 1024 or the file of another user needs root; a broadcast address is nobody’s)',
  ],
  EPERM: ['UNREACHABLE', 'not permitted, perhaps by a firewall on this host'],
  ECONNREFUSED: ['REFUSED', 'connection refused: nobody listens there (start one with `netcmp serve`)'],
  ENOENT: ['REFUSED', 'no such socket: nobody listens there'],
  EPROTOTYPE: ['REFUSED', 'another kind of socket is there'],
  ECONNRESET: ['RESET', 'the far side broke the connection'],
  ECONNABORTED: ['RESET', 'the connection was broken'],
  EPIPE: ['RESET', 'the far side closed the connection'],
  ETIMEDOUT: ['TIMEOUT', 'no answer'],
  EHOSTUNREACH: ['UNREACHABLE', 'no route to that host'],
  ENETUNREACH: ['UNREACHABLE', 'no route to that network'],
  EMSGSIZE: ['MESSAGE_TOO_LARGE', 'larger than the network takes in one piece'],
  ENOTFOUND: ['HOST_NOT_FOUND', 'no such host name'],
  EAI_AGAIN: ['HOST_NOT_FOUND', 'the name server did not answer'],
  EAFNOSUPPORT: ['UNREACHABLE', 'this host does not speak that address family'],
}

/**
 * Words an operating system error as one line.
 * `doing` names who and what, as in `tcp: cannot connect to 127.0.0.1:7117`.
 */
export function systemError(thrown: unknown, doing: string): NetcmpError {
  if (thrown instanceof NetcmpError) return thrown
  const error = firstCause(thrown)
  const [code, why] = systemErrors[error?.code ?? ''] ?? ['INTERNAL', error?.message ?? String(thrown)]
  return new NetcmpError(code, `${doing}: ${why}`, { cause: thrown })
}

/** Dialling a name tries every address and reports an AggregateError: its first error tells why. */
function firstCause(thrown: unknown): NodeJS.ErrnoException | undefined {
  if (thrown instanceof AggregateError && thrown.errors.length > 0) return firstCause(thrown.errors[0])
  return thrown instanceof Error ? (thrown as NodeJS.ErrnoException) : undefined
}
