import { StringDecoder } from 'node:string_decoder'
import * as c from './constants.ts'
import { failure, type Libc, succeed } from './libc.ts'
import type { NativeMemory } from './memory.ts'
import { unixName } from './unix-socket.ts'

const BACKLOG = 8
const MOST_CONNECTIONS = 8
const READ_BYTES = 64 * 1024
const MOST_LINE_CHARS = 1024 * 1024

interface Connection {
  readonly fd: number
  readonly decoder: StringDecoder
  /** Of a line that is not whole yet. */
  rest: string
}

type OnLine = (line: string, answer: (line: string) => void) => void

/** Answers lines of text over a stream socket of this host (unix(7)), without an event loop: its owner waits for it. */
export class LineServer {
  readonly #libc: Libc
  readonly #fd: number
  readonly #memory: NativeMemory
  readonly #onLine: OnLine
  readonly #connections = new Map<number, Connection>()

  /** Binds the path, which must be free. Throws the system's own error. */
  constructor(libc: Libc, path: string, onLine: OnLine) {
    this.#libc = libc
    this.#onLine = onLine
    this.#memory = libc.alloc(READ_BYTES)
    const type = c.SOCK_STREAM | c.SOCK_CLOEXEC | c.SOCK_NONBLOCK
    this.#fd = succeed('socket', libc.socket(c.AF_UNIX, type, 0))
    const name = unixName(path)
    this.#memory.bytes.set(name)
    const bound = libc.bind(this.#fd, this.#memory.address, name.length)
    const result = bound < 0 ? bound : libc.listen(this.#fd, BACKLOG)
    if (result >= 0) return
    libc.close(this.#fd)
    throw failure('bind', result)
  }

  /** What to wait for: itself first, then those who are connected. */
  get fds(): number[] {
    return [this.#fd, ...this.#connections.keys()]
  }

  /** There is something to read from one of them. */
  ready(fd: number): void {
    if (fd === this.#fd) this.#accept()
    else this.#read(fd)
  }

  close(): void {
    for (const connection of [...this.#connections.values()]) this.#forget(connection)
    this.#libc.close(this.#fd)
  }

  #accept(): void {
    const fd = this.#libc.accept4(this.#fd, 0, 0, c.SOCK_CLOEXEC | c.SOCK_NONBLOCK)
    if (fd < 0) return
    if (this.#connections.size >= MOST_CONNECTIONS) this.#libc.close(fd)
    else this.#connections.set(fd, { fd, decoder: new StringDecoder('utf8'), rest: '' })
  }

  #read(fd: number): void {
    const connection = this.#connections.get(fd)
    if (connection === undefined) return
    const count = this.#libc.recv(fd, this.#memory.address, READ_BYTES, c.MSG_DONTWAIT)
    if (count === -c.EAGAIN) return
    if (count <= 0) return this.#forget(connection)
    const read = this.#memory.bytes.subarray(0, count)
    const lines = `${connection.rest}${connection.decoder.write(read)}`.split('\n')
    connection.rest = lines.pop() ?? ''
    if (connection.rest.length > MOST_LINE_CHARS) return this.#forget(connection)
    for (const line of lines) this.#onLine(line, (answer) => this.#answer(connection, answer))
  }

  /** An answer that is not taken at once is taken by nobody. */
  #answer(connection: Connection, line: string): void {
    const { fd } = connection
    if (this.#connections.get(fd) !== connection) return
    const bytes = new TextEncoder().encode(`${line}\n`)
    const flags = c.MSG_DONTWAIT | c.MSG_NOSIGNAL
    if (this.#libc.sendBytes(fd, bytes, bytes.length, flags) !== bytes.length) this.#forget(connection)
  }

  #forget(connection: Connection): void {
    this.#connections.delete(connection.fd)
    this.#libc.close(connection.fd)
  }
}
