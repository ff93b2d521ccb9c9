// The main job as a library: the round trips of two transports, and which differences are real.
import { compare, findTransport, render, startOwnServer } from 'netcmp'

const transports = [findTransport('tcp'), findTransport('udp')]
const server = await startOwnServer(transports)
try {
  const { document } = await compare({ transports, target: server.target, workloads: ['echo'], blocks: 7 })
  console.log(render(document, { format: 'table', columns: 80, color: false }))
} finally {
  await server.close()
}
