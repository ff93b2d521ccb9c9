const byMessage = new Set([
  'messagesPerSec',
  'cpuNsPerMessage',
  'wirePacketsPerMessage',
  'wireBytesPerMessage',
])

/** What is counted by the message says nothing about bulk in messages of different sizes. */
export function isFair(workload: string, metric: string, sizeOfA?: number, sizeOfB?: number): boolean {
  return workload !== 'bulk' || !byMessage.has(metric) || sizeOfA === sizeOfB
}
