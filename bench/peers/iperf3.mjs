import { freePort, HOST, ranCosted } from './programs.mjs'

/** One run of iperf3 against a server of its own: what it reports, and the processor time of both, ns. */
export async function iperf3(seconds, ...flags) {
  const port = await freePort()
  let server
  // It ends after one client, and where none comes.
  const serve = ['-s', '-1', '--idle-timeout', '10', '-p', port, '-B', HOST, '--forceflush']
  await new Promise((resolve, reject) => {
    server = ranCosted('iperf3', serve, resolve)
    server.catch(reject)
  })
  const client = await ranCosted('iperf3', [
    '-c',
    HOST,
    '-p',
    port,
    '-t',
    String(seconds),
    '--json',
    ...flags,
  ])
  return { ...JSON.parse(client.stdout).end, cpuNs: client.cpuNs + (await server).cpuNs }
}

/** As many datagrams as it sends without a bound. */
export async function iperf3Datagrams(seconds, bytes) {
  const { sum, cpuNs } = await iperf3(seconds, '-u', '-b', '0', '-l', String(bytes))
  const received = sum.packets - sum.lost_packets
  return { perSec: received / sum.seconds, cpuNsPerDatagram: cpuNs / received }
}
