import { fileURLToPath } from 'node:url'

/** The file that starts netcmp, as it is compiled and as it is written. */
export const thisProgram = fileURLToPath(import.meta.url).replace(/cli[\\/]this-program(\.[jt]s)$/, 'bin$1')
