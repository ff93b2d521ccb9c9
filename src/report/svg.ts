import { printable } from './text.ts'

type Attributes = Readonly<Record<string, string | number>>

/** An element of SVG; `content` is markup. */
export function element(name: string, attributes: Attributes, content = ''): string {
  const written = Object.entries(attributes).map(([key, value]) => ` ${key}="${escaped(String(value))}"`)
  return content === '' ? `<${name}${written.join('')}/>` : `<${name}${written.join('')}>${content}</${name}>`
}

/** Words at a place. */
export function words(x: number, y: number, text: string, attributes: Attributes = {}): string {
  return element('text', { x: rounded(x), y: rounded(y), ...attributes }, escaped(text) || ' ')
}

/** What is read out, or shown over an element that holds it. */
export function tip(text: string): string {
  return `<title>${escaped(text)}</title>`
}

/** A straight line. */
export function straight(
  x1: number,
  y1: number,
  x2: number,
  y2: number,
  attributes: Attributes = {},
): string {
  const [a, b, c, d] = [x1, y1, x2, y2].map(rounded)
  return element('line', { x1: a ?? 0, y1: b ?? 0, x2: c ?? 0, y2: d ?? 0, ...attributes })
}

/**
 * A picture that stands by itself: its colours are legible on white as on black, where a page says which it has.
 * @param title what a screen reader reads
 */
export function picture(width: number, height: number, title: string, content: readonly string[]): string {
  const size = { width: rounded(width), height: rounded(height) }
  const root = {
    xmlns: 'http://www.w3.org/2000/svg',
    viewBox: `0 0 ${size.width} ${size.height}`,
    ...size,
    role: 'img',
    'font-family': 'ui-monospace, Menlo, Consolas, monospace',
    'font-size': FONT_PX,
  }
  const background = element('rect', { class: 'page', ...size })
  const body = [tip(title), `<style>${STYLE}</style>`, background, ...content]
  return `${element('svg', root, `\n${body.join('\n')}\n`)}\n`
}

export const FONT_PX = 12
/** Between words and what they stand beside. */
export const GAP_PX = 8
/** Of one character of the font, or a little more. */
export const CHARACTER_PX = 7.4

const STYLE = `
.page{fill:#fff}
text{fill:#1b1b1b;stroke:#fff;stroke-width:3px;stroke-linejoin:round;paint-order:stroke}
text.faint{fill:#5c5c5c}
.axis{stroke:#5c5c5c;stroke-width:1}
.grid{stroke:#dcdcdc;stroke-width:1}
.client{stroke:#0068b5;fill:none}
.server{stroke:#9c2a8e;fill:none}
.lost{stroke:#c01c1c;fill:none}
.wait{stroke:#d08700;fill:none}
text.bad{fill:#c01c1c}
text.again{fill:#8a5a00}
@media (prefers-color-scheme:dark){
.page{fill:#161616}
text{fill:#ececec;stroke:#161616}
text.faint{fill:#a8a8a8}
.axis{stroke:#a8a8a8}
.grid{stroke:#3a3a3a}
.client{stroke:#5cb3ff}
.server{stroke:#ec8be0}
.lost{stroke:#ff7b72}
.wait{stroke:#f0b429}
text.bad{fill:#ff7b72}
text.again{fill:#f0c060}
}
`

function rounded(value: number): number {
  return Math.round(value * 10) / 10
}

function escaped(text: string): string {
  const entities: Readonly<Record<string, string>> = {
    '&': '&amp;',
    '<': '&lt;',
    '>': '&gt;',
    '"': '&quot;',
    "'": '&#39;',
  }
  return printable(text).replace(/[&<>"']/g, (character) => entities[character] ?? '')
}
