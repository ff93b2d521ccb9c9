import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { FOLDER, type HostName, NETWORKS, places } from './places.ts'
import { complaint, must } from './programs.ts'

const names = Object.entries(places) as [HostName, (typeof places)[HostName]][]

/** IPv6 has names of its own: of two addresses resolvers prefer it, and its headers are longer. */
const HOSTS = [
  '127.0.0.1 localhost',
  '::1 localhost',
  ...names.flatMap(([name, { ipv4, ipv6 }]) => [`${ipv4} ${name}`, `${ipv6} ${name}6`]),
  '',
].join('\n')

/** Files that only the lab sees. The process has mounts of its own: nothing outside changes. Throws UNAVAILABLE. */
export function makePrivateFiles(): void {
  must('mount', ['--make-rprivate', '/'])
  must('mount', ['-t', 'tmpfs', '-o', 'mode=755', 'netcmp', '/run'])
  mkdirSync(NETWORKS)
  mkdirSync(FOLDER, { mode: 0o700 })
  // Without these the lab works: processes then have the numbers that they have outside, and hosts no names.
  complaint('mount', ['-t', 'proc', 'proc', '/proc'])
  const hosts = join(FOLDER, 'hosts')
  writeFileSync(hosts, HOSTS, { mode: 0o644 })
  complaint('mount', ['--bind', hosts, '/etc/hosts'])
}
