import { chmodSync } from 'node:fs'

// npx makes it so the first time it runs it, and not again after the next build.
chmodSync(new URL('../dist/bin.js', import.meta.url), 0o755)
