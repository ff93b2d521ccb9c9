import { spawnSync } from 'node:child_process'
import { accessSync, constants, statSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { NetcmpError } from '../core/errors.ts'

/** Where administrators' programs are, which is not on everybody's path. */
const MORE_FOLDERS = ['/usr/sbin', '/sbin']

/** The environment in which programs are looked for. */
export function withPath(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return { ...env, PATH: [env.PATH ?? '', ...MORE_FOLDERS].filter((each) => each !== '').join(delimiter) }
}

/** Whether a program is installed. */
export function isThere(program: string, env: NodeJS.ProcessEnv): boolean {
  const folders = withPath(env).PATH?.split(delimiter) ?? []
  return folders.some((folder) => isProgram(join(folder, program)))
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return statSync(path).isFile()
  } catch {
    return false
  }
}

/** What a program that ends soon said on standard error; undefined where it did what it was to. */
export function complaint(program: string, args: readonly string[], input = ''): string | undefined {
  const { error, status, stderr } = spawnSync(program, args, {
    encoding: 'utf8',
    input,
    env: withPath(process.env),
  })
  if (error) return error.message
  return status === 0 ? undefined : lastLine(stderr) || `exit code ${status}`
}

/** Has a program do something that the lab needs. Throws UNAVAILABLE, with what it said. */
export function must(program: string, args: readonly string[], input = ''): void {
  const why = complaint(program, args, input)
  if (why === undefined) return
  const what = [program, ...args].join(' ')
  throw new NetcmpError('UNAVAILABLE', `lab: ${what} fails: ${why} (netcmp doctor tells what the lab needs)`)
}

/** The last line that says something. */
export function lastLine(text: string): string {
  return (
    text
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => line !== '')
      .at(-1) ?? ''
  )
}
