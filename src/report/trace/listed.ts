/** Names a few messages, and says how many more there are. */
export function listed(messages: readonly number[]): string {
  const named = messages.slice(0, 5).join(', ')
  const more = messages.length > 5 ? ` and ${messages.length - 5} more` : ''
  return `${messages.length === 1 ? 'message' : 'messages'} ${named}${more}`
}
