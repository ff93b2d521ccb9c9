/** The import table of docs/architecture.md: a room may import the rooms named beside it, and itself. */
const rooms = {
  core: [],
  wire: ['core'],
  measure: ['core'],
  transport: ['core'],
  native: ['core', 'transport'],
  stream: ['core', 'wire', 'transport'],
  datagrams: ['core', 'wire', 'transport'],
  tcp: ['core', 'wire', 'transport', 'stream', 'native'],
  udp: ['core', 'wire', 'transport', 'datagrams', 'native'],
  unix: ['core', 'wire', 'transport', 'stream'],
  unixgram: ['core', 'wire', 'transport', 'datagrams', 'native'],
  icmp: ['core', 'wire', 'transport', 'datagrams', 'native'],
  workload: ['core', 'wire', 'measure'],
  packets: ['core', 'wire', 'measure'],
  lab: ['core', 'measure', 'native', 'packets'],
  drive: ['core', 'wire', 'measure', 'transport', 'workload'],
  service: ['core', 'wire', 'measure', 'transport', 'workload', 'drive'],
  result: ['core', 'measure'],
  compare: ['core', 'measure', 'transport', 'workload', 'drive', 'result'],
  report: ['core', 'measure', 'result'],
  sweep: ['core', 'measure', 'transport', 'workload', 'compare', 'result', 'report', 'lab'],
  discovery: ['core'],
  doctor: ['core', 'measure', 'drive', 'compare', 'report'],
}

/** The rooms that are no transport. Any other folder of src/ is one, and only those open sockets. */
const transports = ['native', 'stream', 'tcp', 'udp', 'unix', 'unixgram', 'icmp']
const others = [...Object.keys(rooms).filter((room) => !transports.includes(room)), 'cli']

const table = Object.entries(rooms).map(([room, allowed]) => ({
  name: `${room}-imports-only`,
  comment: `src/${room}/ may import ${allowed.join(', ') || 'no other room'}.`,
  severity: 'error',
  from: { path: `^src/${room}/` },
  to: { path: '^src/', pathNot: `^src/(${[room, ...allowed].join('|')})/` },
}))

module.exports = {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    { name: 'no-unresolved', severity: 'error', from: {}, to: { couldNotResolve: true } },
    {
      name: 'a-room-is-in-the-table',
      comment:
        'A new folder under src/ needs a line in the table above, or is a transport: those may use core, wire, transport, stream, datagrams, native.',
      severity: 'error',
      from: { path: '^src/([^/]+)/', pathNot: `^src/(${Object.keys(rooms).join('|')}|cli)/` },
      to: { path: '^src/', pathNot: '^src/($1|core|wire|transport|stream|datagrams|native)/' },
    },
    ...table,
    {
      name: 'only-transports-open-sockets',
      severity: 'error',
      from: {
        path: `^src/((${others.join('|')})/|[^/]+$)`,
        // Two that only read addresses, and two by which a link is steered over a socket of this host: no packet of a comparison's.
        pathNot: '^src/(core/(access|address)|lab/link-(client|server))\\.ts$',
      },
      to: { path: '^(node:)?(net|dgram|tls|http|https|http2)$' },
    },
    {
      name: 'only-cli-and-index-import-the-registry',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/(cli/|index\\.ts$|bin\\.ts$)' },
      to: { path: '^src/registry\\.ts$' },
    },
    {
      name: 'the-product-does-not-import-its-tests',
      severity: 'error',
      from: { path: '^src/' },
      to: { path: '^(test|bench|examples)/' },
    },
    {
      name: 'no-development-packages-in-the-product',
      severity: 'error',
      from: { path: '^src/' },
      to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'], dependencyTypesNot: ['type-only'] },
    },
  ],
  options: {
    doNotFollow: { path: '^(node_modules|dist)/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
    },
  },
}
