// Round trip against message size, as CSV to plot. Usage: node rtt-against-size.mjs [bytes…]
import { compare, findTransport, parseSize, startOwnServer } from 'netcmp'

const sizes = process.argv.length > 2 ? process.argv.slice(2) : ['64', '200', '400', '600', '800', '1000']
const transports = [findTransport('tcp'), findTransport('udp')]
const server = await startOwnServer(transports)
try {
  console.log('bytes,tcp_median_us,udp_median_us,udp_over_tcp,low95,high95')
  for (const size of sizes) {
    const { document } = await compare({
      transports,
      target: server.target,
      workloads: ['echo'],
      sizeBytes: parseSize(size),
      ratePerSec: 'max',
      durationNs: 50e6,
      blocks: 7,
    })
    const median = document.verdicts.find(({ metric }) => metric === 'rttP50Ns')
    const us = (ns) => (ns / 1000).toFixed(1)
    const ratios = [median.ratio, ...median.ci95].map((each) => each.toFixed(3))
    console.log([size, us(median.a.value), us(median.b.value), ...ratios].join(','))
  }
} finally {
  await server.close()
}
