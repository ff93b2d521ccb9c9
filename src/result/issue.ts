import * as v from 'valibot'

const expectations: Readonly<Record<string, string>> = {
  finite: 'a finite number',
  safe_integer: 'a whole number up to 2^53 - 1',
  iso_timestamp: 'a timestamp such as 2026-11-21T08:15:00Z',
}

/** Where a document differs from the schema, and how: `at runs.3.block: expected >=0, found -1`. */
export function describeIssue(issue: v.BaseIssue<unknown>): string {
  const path = v.getDotPath(issue)
  const where = path === null ? 'at the top' : `at ${path}`
  if (issue.received === 'undefined') return `${where}: missing`
  const expected = expectations[issue.type] ?? issue.expected ?? issue.message
  return oneLine(`${where}: expected ${expected}, found ${issue.received}`)
}

/** What is quoted from a document stays on one line and short, whatever it holds. */
export function oneLine(text: string): string {
  const plain = text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ').trim()
  return plain.length > 300 ? `${plain.slice(0, 299)}…` : plain
}
