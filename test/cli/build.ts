import { execFileSync } from 'node:child_process'
import { readdirSync, statSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../../', import.meta.url))

/** Builds dist/ where it is missing or older than the code. Not `npm run build`: testing must not rewrite docs. */
export default function build(): void {
  const tsc = fileURLToPath(new URL('../../node_modules/typescript/bin/tsc', import.meta.url))
  if (!isStale()) return
  execFileSync(process.execPath, [tsc, '-p', 'tsconfig.build.json'], { cwd: root, stdio: 'inherit' })
}

function isStale(): boolean {
  const built = modifiedAt('dist/bin.js')
  const sources = readdirSync(`${root}src`, { recursive: true }).map((file) => `src/${file}`)
  return [...sources, 'package.json', 'tsconfig.json', 'tsconfig.build.json'].some(
    (file) => modifiedAt(file) > built,
  )
}

function modifiedAt(file: string): number {
  return statSync(`${root}${file}`, { throwIfNoEntry: false })?.mtimeMs ?? 0
}
