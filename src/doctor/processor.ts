import type { Finding } from '../report/findings.ts'
import { formatValue } from '../report/format-value.ts'
import { joined } from '../report/sentence.ts'
import type { Host } from './host.ts'

const CPU = '/sys/devices/system/cpu'

/** Shows which programs a computer is busy with. */
export const SHOW_BUSIEST = 'ps -eo pcpu,comm --sort=-pcpu | head -5'

export function coresFindings(host: Host): Finding[] {
  const { cores } = host
  const load = Number(host.read('/proc/loadavg')?.split(' ')[0] ?? Number.NaN)
  const quota = quotaOf(host)
  return [
    cores > 1
      ? { check: 'cores', level: 'ok', text: `${cores}: each end has one of its own`, remedy: null }
      : {
          check: 'cores',
          level: 'note',
          text: 'one: without a host, both ends take turns on it, and round trips hold the turns',
          remedy: null,
        },
    ...(quota === undefined
      ? []
      : [
          {
            check: 'processor quota',
            level: 'note',
            text: `this container may use ${quota} cores’ time, and stands still when it is spent`,
            remedy: null,
          } as const,
        ]),
    ...(Number.isNaN(load) ? [] : [loadFinding(load, cores)]),
  ]
}

function loadFinding(load: number, cores: number): Finding {
  const busy = load > cores / 2
  return {
    check: 'load',
    level: busy ? 'warn' : 'ok',
    text: `${load} ready to run on average over a minute, on ${cores} ${cores === 1 ? 'core' : 'cores'}${busy ? ': other programs delay what is measured' : ''}`,
    remedy: busy ? SHOW_BUSIEST : null,
  }
}

/** Cores' worth of time that the control group grants; undefined where it sets no limit. */
function quotaOf(host: Host): number | undefined {
  const match = /^(\d+) (\d+)$/.exec(host.read('/sys/fs/cgroup/cpu.max') ?? '')
  return match ? Number((Number(match[1]) / Number(match[2])).toPrecision(3)) : undefined
}

export function governorFindings(host: Host): Finding[] {
  const check = 'CPU governor'
  const cores = host.list(CPU).filter((name) => /^cpu\d+$/.test(name))
  const found = cores.map((core) => host.read(`${CPU}/${core}/cpufreq/scaling_governor`))
  const governors = [...new Set(found.filter((each) => each !== undefined))]
  if (governors.length === 0) {
    return [
      {
        check,
        level: 'note',
        text: 'not to be seen here: firmware, or the host of this virtual machine, decides how fast cores run',
        remedy: null,
      },
    ]
  }
  if (governors.every((each) => each === 'performance')) {
    return [{ check, level: 'ok', text: 'performance: cores keep their speed', remedy: null }]
  }
  return [
    {
      check,
      level: 'warn',
      text: `${joined(governors)}: cores slow down between messages, and a quiet workload looks slower than a busy one`,
      remedy: `echo performance | sudo tee ${CPU}/cpu*/cpufreq/scaling_governor`,
    },
  ]
}

export function turboFindings(host: Host): Finding[] {
  const noTurbo = host.read(`${CPU}/intel_pstate/no_turbo`)
  const boost = host.read(`${CPU}/cpufreq/boost`)
  if (noTurbo === undefined && boost === undefined) return []
  const on = noTurbo === undefined ? boost === '1' : noTurbo === '0'
  if (!on) return [{ check: 'turbo', level: 'ok', text: 'off: cores keep their speed', remedy: null }]
  return [
    {
      check: 'turbo',
      level: 'note',
      text: 'on: cores are faster while cool, so the first blocks may be quicker than the last',
      remedy:
        noTurbo === undefined
          ? `echo 0 | sudo tee ${CPU}/cpufreq/boost`
          : `echo 1 | sudo tee ${CPU}/intel_pstate/no_turbo`,
    },
  ]
}

/** Whose computer this is, too. */
export function virtualFindings(host: Host): Finding[] {
  const machine = /^flags\s*:.*\bhypervisor\b/m.test(host.read('/proc/cpuinfo') ?? '')
  const container =
    host.read('/.dockerenv') !== undefined ||
    host.read('/run/.containerenv') !== undefined ||
    /docker|kubepods|containerd|lxc/.test(host.read('/proc/1/cgroup') ?? '')
  if (!machine && !container) {
    return [
      { check: 'virtual', level: 'ok', text: 'no sign of a virtual machine or a container', remedy: null },
    ]
  }
  const what = joined([...(machine ? ['a virtual machine'] : []), ...(container ? ['a container'] : [])])
  const stolen = machine ? stolenOf(host) : undefined
  const said =
    stolen === undefined ? '' : ` (so far ${formatValue(stolen, 'ratio')} of this one’s processor time)`
  return [
    {
      check: 'virtual',
      level: 'note',
      text: `${what}: others on the same hardware take time from it${said}; repeat a run before believing it`,
      remedy: null,
    },
  ]
}

/** Share of the processor time that the hypervisor gave to others: the 8th figure of /proc/stat, of all. */
function stolenOf(host: Host): number | undefined {
  const times = /^cpu +([\d ]+)/
    .exec(host.read('/proc/stat') ?? '')?.[1]
    ?.split(' ')
    .slice(0, 8)
    .map(Number)
  const all = times?.reduce((sum, each) => sum + each, 0) ?? 0
  const stolen = times?.[7]
  return stolen === undefined || all === 0 ? undefined : stolen / all
}
