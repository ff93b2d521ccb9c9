/** Where a metric stands on the page: under the first heading whose pattern its id matches. */
const groups = [
  { title: 'Round trip', ids: /^rtt/ },
  { title: 'One-way delay', ids: /^(forwardDelay|reverseDelay|clockError)/ },
  { title: 'Delay variation', ids: /^(ipdv|interarrivalJitter)/ },
  { title: 'Loss', ids: /loss/i },
  { title: 'Duplication and order', ids: /duplicate|reorder|^orderAgreement/i },
  { title: 'What the ratios stand on', ids: /(sent|received|late)Count$/ },
  { title: 'Throughput', ids: /^(goodput|messagesPerSec)/ },
  { title: 'TCP, by its kernel', ids: /^(retransmit|tcp)/ },
  { title: 'Connection cost', ids: /^(connect|firstReply|close)/ },
  { title: 'Chat delivery', ids: /^delivery/ },
  { title: 'The tool itself', ids: /^(cpu|loopLag|sendError)/ },
  { title: 'Others', ids: /./ },
]

const comparisons = { ratio: 'ratio', difference: 'difference', none: 'not compared' }

/** docs/metrics.md: the catalogue of src/measure/metrics.ts as tables. */
export async function metricsPage(dist) {
  const { metrics } = await import(new URL('measure/metrics.js', dist))
  const groupOf = (metric) => groups.find(({ ids }) => ids.test(metric.id))
  const sections = groups.flatMap((group) => {
    const rows = metrics.filter((metric) => groupOf(metric) === group)
    return rows.length > 0 ? [`## ${group.title}\n\n${table(rows)}`] : []
  })
  return `${[introduction, ...sections].join('\n\n')}\n`
}

const introduction = `# Metrics

<!-- Made from src/measure/metrics.ts by scripts/generate.mjs: edit there, then \`npm run build\`. -->

Every figure that netcmp measures, by the id it has in a result document. The end of an id is its unit: \`Ns\` is
nanoseconds, \`Ratio\` runs from 0 to 1, \`Count\` and \`Segments\` count, \`BitsPerSec\` and \`PerSec\` are per second. A
value that could not be measured is \`null\`, never 0. Compared by: two protocols are compared by the ratio of their
values, or by the difference where a value can be 0.`

function table(metrics) {
  const header = ['id', 'unit', 'better', 'compared by', 'source', 'definition']
  const rows = metrics.map(({ id, unit, better, comparison, source, definition }) => {
    return [`\`${id}\``, unit, better, comparisons[comparison], source, definition]
  })
  return [header, header.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n')
}
