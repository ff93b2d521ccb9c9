import { closeSync, openSync, readSync } from 'node:fs'

/** What a small text file holds; undefined where it is longer than `most` bytes, however long it is. Throws as node does. */
export function readBounded(file: string, most: number): string | undefined {
  const bytes = Buffer.alloc(most + 1)
  const fd = openSync(file, 'r')
  try {
    let length = 0
    for (let count = 1; count > 0 && length < bytes.length; length += count) {
      count = readSync(fd, bytes, length, bytes.length - length, null)
    }
    // Editors of Windows begin a file with a mark that is no part of it.
    return length > most ? undefined : bytes.toString('utf8', 0, length).replace(/^\uFEFF/, '')
  } finally {
    closeSync(fd)
  }
}
