import type { Host, Printed } from '../../src/doctor/host.ts'

/** A Linux computer that consists of these files, and of what these programs print. */
export function fakeHost(
  files: Readonly<Record<string, string>>,
  programs: Readonly<Record<string, Printed>> = {},
  cores = 4,
): Host {
  return {
    platform: 'linux',
    cores,
    read: (path) => files[path],
    list: (folder) => {
      const inside = Object.keys(files).filter((path) => path.startsWith(`${folder}/`))
      return [...new Set(inside.map((path) => path.slice(folder.length + 1).split('/')[0] ?? ''))]
    },
    run: (program) => programs[program] ?? { missing: true },
  }
}
