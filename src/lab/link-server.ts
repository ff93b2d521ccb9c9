import { chmod } from 'node:fs/promises'
import { createServer, type Socket } from 'node:net'
import { createInterface } from 'node:readline'
import { asNetcmpError, systemError } from '../core/errors.ts'
import type { Link } from './link.ts'
import { type Controlled, obey } from './link-control.ts'

const ONLY_OWNER = 0o600

/**
 * Lets other processes of this host steer a link that keeps no log, as they do a relay: by connectLink() at `path`. Throws
 * CANNOT_BIND.
 */
export async function serveLink(link: Link, path: string): Promise<{ close(): Promise<void> }> {
  const controlled: Controlled = {
    maker: link.maker,
    impair(config, done) {
      link.impair(config).then(
        () => done(),
        (error) => done(asNetcmpError(error)),
      )
    },
    cut(done) {
      link.cut().then(
        (cut) => done({ ...cut, log: null }),
        (error) => done(asNetcmpError(error)),
      )
    },
  }
  const connections = new Set<Socket>()
  const server = createServer((socket) => {
    connections.add(socket)
    socket.on('close', () => connections.delete(socket)).on('error', () => socket.destroy())
    createInterface({ input: socket })
      .on('error', () => socket.destroy())
      .on('line', (line) => obey(controlled, line, (answer) => socket.write(`${answer}\n`)))
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => reject(systemError(error, `link: cannot listen at ${path}`)))
    server.listen(path, resolve)
  })
  await chmod(path, ONLY_OWNER)
  return {
    async close() {
      for (const each of connections) each.destroy()
      await new Promise<void>((resolve) => server.close(() => resolve()))
    },
  }
}
