// Counts the rows of `t` in the database named by the argument, again and again while another process adds to them.
// Plain JavaScript: Node 20 runs it as it is.

import { pathToFileURL } from 'node:url'
import { createClient } from '@libsql/client'

const client = createClient({ url: pathToFileURL(process.argv.at(-1)).href, concurrency: 1 })
await client.execute('PRAGMA query_only=ON')
const counts = []
for (let round = 0; round < 200 || counts.at(-1) === counts[0]; round++) {
  const { rows } = await client.execute('SELECT count(*) FROM t')
  counts.push(rows[0][0])
}
client.close()
console.log(JSON.stringify(counts))
