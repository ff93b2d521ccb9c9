import { createRequire } from 'node:module'
import { isHostOfLibc } from './libc.ts'

/** Why this host cannot make system calls; undefined where it can, as far as that is known without making one. */
export function whyNoSystemCalls(): string | undefined {
  if (!isHostOfLibc()) return 'it is for Linux on x86-64 or ARM64'
  try {
    createRequire(import.meta.url).resolve('koffi')
    return undefined
  } catch {
    return 'it needs the package koffi (npm install koffi)'
  }
}
