import { spawnSync } from 'node:child_process'
import { networkInterfaces } from 'node:os'
import type { TestContext } from 'vitest'
import { tryLab } from '../../src/lab/obstacle.ts'
import { isNative } from '../native/is-native.ts'

const versions: Readonly<Record<string, readonly string[]>> = {
  nc: ['-h'],
  ncat: ['--version'],
  socat: ['-V'],
  python3: ['--version'],
  script: ['--version'],
  ping: ['-V'],
  iperf3: ['--version'],
}

/** Skips a test, with its reason, where a program that it needs is not installed. */
export function needs({ skip }: TestContext, ...programs: (keyof typeof versions & string)[]): void {
  for (const program of programs) {
    skip(spawnSync(program, versions[program] ?? []).error !== undefined, `${program} is not installed`)
  }
}

/** Skips a test where a process cannot be looked into from outside. */
export function needsLinux({ skip }: TestContext): void {
  skip(process.platform !== 'linux', 'needs /proc of Linux')
}

/** Skips a test of what only sockets made by system calls can do. */
export function needsNative({ skip }: TestContext): void {
  skip(!isNative, 'needs Linux on x86-64 or ARM64, with koffi')
}

/** Skips a test that needs two hosts of the lab's own, with the reason why there can be none. */
export function needsLab({ skip }: TestContext): void {
  const obstacle = tryLab()
  skip(obstacle !== undefined, obstacle?.message)
}

export function needsIpv6({ skip }: TestContext): void {
  const addresses = Object.values(networkInterfaces()).flatMap((each) => each ?? [])
  skip(!addresses.some(({ address }) => address === '::1'), 'this computer has no ::1')
}
