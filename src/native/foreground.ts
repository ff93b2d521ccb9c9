import { SIG_BLOCK, SIG_SETMASK, SIGTTOU } from './constants.ts'
import { type Libc, loadLibc } from './libc.ts'

const STDIN = 0
/** Of a sigset_t, glibc's and musl's. */
const SIGNALS_BYTES = 128

/**
 * Whether the terminal at standard input listens to this process's group; then `takeBack` sees to it that it does again. A
 * shell with job control takes it for itself, and where it ran with process numbers of its own it cannot give it back.
 */
export class Foreground {
  readonly #libc: Libc
  readonly #group: number

  private constructor(libc: Libc, group: number) {
    this.#libc = libc
    this.#group = group
  }

  /** Undefined where there is no terminal, or it is another's. Throws UNAVAILABLE without koffi. */
  static async own(): Promise<Foreground | undefined> {
    const libc = await loadLibc('a terminal')
    const group = libc.getpgid(0)
    return libc.tcgetpgrp(STDIN) === group ? new Foreground(libc, group) : undefined
  }

  takeBack(): void {
    const signals = this.#libc.alloc(2 * SIGNALS_BYTES)
    const before = signals.address + SIGNALS_BYTES
    // Whoever is in the background and does this is stopped, unless the signal is blocked.
    signals.view.setUint32(0, 1 << (SIGTTOU - 1), true)
    this.#libc.sigprocmask(SIG_BLOCK, signals.address, before)
    this.#libc.tcsetpgrp(STDIN, this.#group)
    this.#libc.sigprocmask(SIG_SETMASK, before, 0)
    signals.free()
  }
}
