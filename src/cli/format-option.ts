import { Option } from 'commander'

const formats = ['table', 'json', 'csv', 'markdown']

/** `--format`, a table where nothing is said; of all formats, or of those that a command has. */
export function formatOption(choices = formats): Option {
  return new Option('--format <name>', 'how').choices(choices).default('table')
}
