import { describe, expect, it } from 'vitest'
import { drawFindings, type Finding } from '../../src/report/findings.ts'

const findings: Finding[] = [
  { check: 'loopback MTU', level: 'ok', text: '65536 B', remedy: null },
  {
    check: 'clock source',
    level: 'warn',
    text: 'hpet: every reading of the clock is a system call, and netcmp reads it for each message',
    remedy: 'echo tsc | sudo tee /sys/devices/system/clocksource/clocksource0/current_clocksource',
  },
]

describe('the report of doctor', () => {
  it('puts findings beside their names, and commands on lines of their own', () => {
    expect(drawFindings(findings, 200, false)).toBe(
      `ok    loopback MTU      65536 B
warn  clock source      hpet: every reading of the clock is a system call, and
                        netcmp reads it for each message
      try: echo tsc | sudo tee
        /sys/devices/system/clocksource/clocksource0/current_clocksource

1 worth changing before measuring, 0 to know when reading figures.
`,
    )
  })

  it('wraps in a narrow terminal', () => {
    const text = drawFindings(findings, 40, false)
    expect(text.split('\n').filter((line) => line.length > 40)).toEqual([])
    expect(text).toContain('ok    loopback MTU\n  65536 B\n')
  })

  it('says that nothing need be changed', () => {
    expect(drawFindings(findings.slice(0, 1), 80, false)).toMatch(/\nNothing to change; 0 to know/)
  })
})
