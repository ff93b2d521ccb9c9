import { CallMemory } from './call-memory.ts'
import * as c from './constants.ts'
import { errorCode, type Libc } from './libc.ts'

/** One system call on a socket, in words. */
export interface RecordedCall {
  readonly name: string
  readonly arguments: string
  /** A number or the name of an error, and what that means where it is not plain. */
  readonly result: string
  /** ns of the host's monotonic clock (process.hrtime). */
  readonly beginNs: number
  readonly endNs: number
}

/** Far more than anybody draws. */
const MOST_CALLS = 100_000

/** A call that found nothing to do: whoever waits for many sockets looks in vain now and then. */
const IN_VAIN: ReadonlySet<number> = new Set([-c.EAGAIN, -c.EALREADY])

/**
 * Writes down the calls by which sockets come, talk and go, but for those in vain. It stands before all other calls, too,
 * so nothing is measured where it does.
 */
export class CallRecorder {
  readonly calls: RecordedCall[] = []
  readonly #memory = new CallMemory()
  readonly #sockets = new Set<number>()
  #isOn = false

  /** From now on: what tried out the system before is no part of a conversation. */
  start(): void {
    this.#isOn = true
  }

  /** What takes the place of the system's calls (`wrapLibc`). */
  readonly wrap = (libc: Libc): Libc => {
    const memory = this.#memory
    return {
      ...libc,
      alloc: (bytes) => memory.keep(libc.alloc(bytes)),
      socket: (domain, type, protocol) =>
        this.#open(
          'socket',
          () => kindOf(domain, type),
          () => libc.socket(domain, type, protocol),
        ),
      bind: (fd, name, bytes) =>
        this.#note(
          'bind',
          fd,
          () => memory.nameAt(name, bytes),
          () => libc.bind(fd, name, bytes),
        ),
      connect: (fd, name, bytes) =>
        this.#note(
          'connect',
          fd,
          () => memory.nameAt(name, bytes),
          () => libc.connect(fd, name, bytes),
        ),
      listen: (fd, backlog) =>
        this.#note(
          'listen',
          fd,
          () => `${backlog}`,
          () => libc.listen(fd, backlog),
        ),
      accept4: (fd, name, bytes, flags) =>
        this.#open(
          'accept4',
          () => `${fd}`,
          () => libc.accept4(fd, name, bytes, flags),
        ),
      getsockopt: (fd, level, name, value, bytes) => {
        const call = () => libc.getsockopt(fd, level, name, value, bytes)
        if (level !== c.SOL_SOCKET || name !== c.SO_ERROR) return call()
        return this.#note(
          'getsockopt',
          fd,
          () => 'SO_ERROR',
          call,
          () => outcome(memory.int32At(value)),
        )
      },
      send: (fd, bytes, count, flags) =>
        this.#note(
          'send',
          fd,
          () => `${count} B`,
          () => libc.send(fd, bytes, count, flags),
        ),
      sendBytes: (fd, bytes, count, flags) =>
        this.#note(
          'send',
          fd,
          () => `${count} B`,
          () => libc.sendBytes(fd, bytes, count, flags),
        ),
      sendmsg: (fd, message, flags) =>
        this.#note(
          'sendmsg',
          fd,
          () => memory.messageAt(message),
          () => libc.sendmsg(fd, message, flags),
        ),
      recv: (fd, bytes, count, flags) =>
        this.#note(
          'recv',
          fd,
          () => `${count} B`,
          () => libc.recv(fd, bytes, count, flags),
          ended,
        ),
      recvBytes: (fd, bytes, count, flags) =>
        this.#note(
          'recv',
          fd,
          () => `${count} B`,
          () => libc.recvBytes(fd, bytes, count, flags),
          ended,
        ),
      recvmmsg: (fd, messages, count, flags, timeout) =>
        this.#note(
          'recvmmsg',
          fd,
          () => `${count} messages`,
          () => libc.recvmmsg(fd, messages, count, flags, timeout),
          (received) => memory.receivedAt(messages, received),
        ),
      shutdown: (fd, how) =>
        this.#note(
          'shutdown',
          fd,
          () => (how === c.SHUT_WR ? 'SHUT_WR' : `${how}`),
          () => libc.shutdown(fd, how),
        ),
      close: (fd) => {
        const result = this.#note(
          'close',
          fd,
          () => '',
          () => libc.close(fd),
        )
        this.#sockets.delete(fd)
        return result
      },
    }
  }

  /** A call that makes a socket. */
  #open(name: string, given: () => string, call: () => number): number {
    if (!this.#isOn) return call()
    const beginNs = now()
    const fd = call()
    if (fd >= 0) this.#sockets.add(fd)
    this.#write(name, given(), fd, '', beginNs)
    return fd
  }

  /** A call on a socket; `meaning` of a result that is no error. */
  #note(
    name: string,
    fd: number,
    given: () => string,
    call: () => number,
    meaning: (result: number) => string = () => '',
  ): number {
    if (!this.#isOn || !this.#sockets.has(fd)) return call()
    const beginNs = now()
    const result = call()
    const words = [`${fd}`, given()].filter((word) => word !== '').join(', ')
    this.#write(name, words, result, result < 0 ? '' : meaning(result), beginNs)
    return result
  }

  #write(name: string, given: string, result: number, meaning: string, beginNs: number): void {
    if (IN_VAIN.has(result) || this.calls.length >= MOST_CALLS) return
    const value = result < 0 ? errorCode(result) : `${result}`
    const words = meaning === '' ? value : `${value}: ${meaning}`
    this.calls.push({ name, arguments: given, result: words, beginNs, endNs: now() })
  }
}

const now = (): number => Number(process.hrtime.bigint())

const ended = (bytes: number): string => (bytes === 0 ? 'no more will come' : '')

const outcome = (error: number | undefined): string => {
  if (error === undefined) return ''
  return error === 0 ? 'no error' : errorCode(-error)
}

const families: Readonly<Record<number, string>> = { [c.AF_INET]: 'AF_INET', [c.AF_INET6]: 'AF_INET6' }
const kinds: Readonly<Record<number, string>> = {
  [c.SOCK_STREAM]: 'SOCK_STREAM',
  [c.SOCK_DGRAM]: 'SOCK_DGRAM',
}

function kindOf(domain: number, type: number): string {
  const kind = type & ~(c.SOCK_NONBLOCK | c.SOCK_CLOEXEC)
  const waits = (type & c.SOCK_NONBLOCK) === 0 ? '' : ' | SOCK_NONBLOCK'
  return `${families[domain] ?? domain}, ${kinds[kind] ?? kind}${waits}`
}
