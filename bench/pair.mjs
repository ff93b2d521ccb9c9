import { fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'

/** This build does not know an option of the socket. */
export class NotThere extends Error {}

/** A client and a server, each a process of its own. */
export class Pair {
  /** Of the client and the server. */
  pids
  #child

  /** @param socket its options; without any, node's own sockets are used. Throws NotThere. */
  static async start(socket = {}) {
    const pair = new Pair()
    pair.#child = fork(fileURLToPath(new URL('pair-client.mjs', import.meta.url)), [JSON.stringify(socket)])
    const { serverPid } = await pair.#answer()
    pair.pids = { client: pair.#child.pid, server: serverPid }
    return pair
  }

  /** The figures of one run, and `cpuNs`, the processor time of both ends. */
  async run(proto, job) {
    const answer = this.#answer()
    this.#child.send({ proto, job: { durationNs: 1e9, sizeBytes: 64, ratePerSec: 'max', ...job } })
    const { values, cpuNs } = await answer
    return { ...values, cpuNs }
  }

  close() {
    if (this.#child.connected) this.#child.disconnect()
  }

  #answer() {
    return new Promise((resolve, reject) => {
      const ended = (code, signal) => reject(new Error(`the client ended (${signal ?? `exit code ${code}`})`))
      this.#child.once('exit', ended)
      this.#child.once('message', (message) => {
        this.#child.removeListener('exit', ended)
        if (message.error === undefined) resolve(message)
        else if (/unknown option/.test(message.error)) reject(new NotThere(message.error.trim()))
        else reject(new Error(message.error))
      })
    })
  }
}
