declare module 'asciichart' {
  interface PlotConfig {
    offset?: number
    height?: number
    min?: number
    max?: number
    symbols?: readonly string[]
    format?: (value: number) => string
  }
  const asciichart: { plot(series: readonly number[], config?: PlotConfig): string }
  export default asciichart
}
