import type { Finding } from '../report/findings.ts'
import { formatValue } from '../report/format-value.ts'
import { type Host, numberIn } from './host.ts'

const CLOCK_SOURCES = '/sys/devices/system/clocksource/clocksource0'

/** Read without a system call. */
const QUICK = [
  'tsc',
  'kvm-clock',
  'hyperv_clocksource_tsc_page',
  'arch_sys_counter',
  'timebase',
  'tod',
  'riscv_clocksource',
]

/** What Linux gives every process that asks for nothing else. */
const USUAL_SLACK_NS = 50_000

export function clockSourceFindings(host: Host): Finding[] {
  const check = 'clock source'
  const current = host.read(`${CLOCK_SOURCES}/current_clocksource`)
  if (current === undefined) return []
  if (QUICK.includes(current)) {
    return [{ check, level: 'ok', text: `${current}: read without a system call`, remedy: null }]
  }
  const available = host.read(`${CLOCK_SOURCES}/available_clocksource`)?.split(/\s+/) ?? []
  const better = QUICK.find((name) => available.includes(name))
  const text = `${current}: every reading of the clock is a system call or slower, and netcmp reads it for each message`
  return [
    better === undefined
      ? { check, level: 'note', text: `${text}; this computer has no quicker one`, remedy: null }
      : {
          check,
          level: 'warn',
          text,
          remedy: `echo ${better} | sudo tee ${CLOCK_SOURCES}/current_clocksource`,
        },
  ]
}

export function timerSlackFindings(host: Host): Finding[] {
  const check = 'timer slack'
  const slackNs = numberIn(host, '/proc/self/timerslack_ns')
  if (slackNs === undefined) return []
  const slack = formatValue(slackNs, 'ns')
  if (slackNs <= USUAL_SLACK_NS) {
    return [{ check, level: 'ok', text: `the system may be ${slack} late with a timer`, remedy: null }]
  }
  return [
    {
      check,
      level: 'warn',
      text: `the system may be ${slack} late with a timer, ${formatValue(USUAL_SLACK_NS, 'ns')} is usual: this process inherited it from what started it`,
      remedy: `echo ${USUAL_SLACK_NS} > /proc/$$/timerslack_ns`,
    },
  ]
}
