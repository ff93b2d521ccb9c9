import { fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'

/** TCP with cubic on both sides: over loopback the congestion control decides as much as the program does. */
const SOCKET = { engine: 'native', congestion: 'cubic' }

/** This build does not know an option of the socket. */
export class NotThere extends Error {}

/** netcmp's native engine: a client and a server, each a process of its own. */
export class Native {
  #child
  #options

  /** @param options of the socket, more than the engine. Throws NotThere. */
  static async start(options = {}) {
    const native = new Native()
    native.#options = { ...SOCKET, ...options }
    native.#child = fork(fileURLToPath(new URL('client.mjs', import.meta.url)), [
      JSON.stringify(native.#options),
    ])
    await native.#answer()
    return native
  }

  /** The figures of one run, and `cpuNs`, the processor time of both ends. */
  async run(proto, job) {
    const answer = this.#answer()
    this.#child.send({ proto, job: { durationNs: 1e9, sizeBytes: 64, ratePerSec: 'max', ...job } })
    const { values, cpuNs } = await answer
    return { ...values, cpuNs }
  }

  close() {
    this.#child.disconnect()
  }

  #answer() {
    return new Promise((resolve, reject) => {
      this.#child.once('message', (message) => {
        if (message.error === undefined) resolve(message)
        else if (/unknown option/.test(message.error)) reject(new NotThere(message.error.trim()))
        else reject(new Error(message.error))
      })
    })
  }
}
