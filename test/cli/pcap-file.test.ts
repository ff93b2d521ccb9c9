import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { PcapFile } from '../../src/cli/pcap-file.ts'
import { udpEcho, udpOvertaken } from '../packets/conversations.ts'
import { needsLinux } from './tools.ts'

it('holds the packets of all that was added, in the place of what was in it', () => {
  const folder = mkdtempSync(join(tmpdir(), 'netcmp-pcap-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const name = join(folder, 'trace.pcapng')
  const blocks = (...logs: (typeof udpEcho)[]) => {
    const file = new PcapFile(name)
    for (const log of logs) file.add(log())
    file.close()
    const bytes = readFileSync(name)
    let count = 0
    for (let at = 0; at < bytes.length; at += bytes.readUInt32LE(at + 4)) count++
    return count
  }
  expect(blocks(udpEcho, udpOvertaken)).toBe(3 + udpEcho().length + udpOvertaken().length)
  expect(blocks(udpOvertaken)).toBe(3 + udpOvertaken().length)
})

it('says at the end that a disk is full, and once', (context) => {
  needsLinux(context)
  const file = new PcapFile('/dev/full')
  file.add(udpEcho())
  expect(() => file.close()).toThrow('netcmp: cannot write /dev/full: the disk is full')
})

it('says at once that it cannot be', () => {
  expect(() => new PcapFile('/nowhere/x')).toThrow('netcmp: cannot write /nowhere/x: no such file')
})
