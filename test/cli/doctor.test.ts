import { describe, expect, it } from 'vitest'
import { linesOf, netcmp } from './run-netcmp.ts'

describe('netcmp doctor', () => {
  it('reports on this computer in 80 columns, whatever it finds', async () => {
    const { code, stdout, stderr } = await netcmp(['doctor'])
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(linesOf(stdout).filter((line) => line.length > 80)).toEqual([])
    expect(stdout).toMatch(/^(ok {4}|note {2}|warn {2})receive buffer /m)
    expect(stdout).toMatch(/^(ok {4}|note {2}|warn {2})clock .* to read, /m)
    expect(stdout).not.toMatch(/undefined|NaN|null/)
  })

  it('--format json has a command for every warning', async () => {
    const { code, stdout } = await netcmp(['doctor', '--format', 'json'])
    expect(code).toBe(0)
    const findings: { level: string; remedy: string | null }[] = JSON.parse(stdout)
    expect(findings.length).toBeGreaterThan(4)
    expect(findings.filter(({ level, remedy }) => level === 'warn' && remedy === null)).toEqual([])
  })
})
