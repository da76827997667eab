import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { firstMissing } from '#scripts/install.mjs'

const HERE = `${process.platform}-${process.arch}`
let root: string

function write(path: string, content: object | string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true })
  writeFileSync(join(root, path), typeof content === 'string' ? content : JSON.stringify(content))
}

/** A project that needs `a`, which needs `b` and a native part for this platform. */
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'ark-install-'))
  write('package.json', { dependencies: { a: '1.0.0' } })
  const part = { os: [process.platform], cpu: [process.arch], optional: true }
  write('package-lock.json', {
    packages: { [`node_modules/@a/${HERE}`]: part, 'node_modules/@a/other': { ...part, os: ['other'] } },
  })
  write('node_modules/a/package.json', {
    version: '1.0.0',
    main: './index',
    dependencies: { b: '^1.0.0' },
    optionalDependencies: { [`@a/${HERE}`]: '1.0.0', '@a/other': '1.0.0' },
  })
  write('node_modules/a/index.js', '')
  write('node_modules/b/package.json', { version: '1.2.0' })
  write(`node_modules/@a/${HERE}/package.json`, { version: '1.0.0' })
})
afterEach(() => rmSync(root, { recursive: true, force: true }))

describe('firstMissing', () => {
  it.each([
    ['nothing is there', 'node_modules', 'a is missing'],
    ['a package is gone', 'node_modules/a', 'a is missing'],
    ['a package of a package is gone', 'node_modules/b', 'b is missing'],
    ['a package was half written', 'node_modules/a/index.js', 'a is incomplete'],
    ['the native part is gone', `node_modules/@a/${HERE}`, `a lacks its part for ${HERE}`],
  ])('sees that %s [REQ_DEPLOY_01]', (_, gone, reason) => {
    rmSync(join(root, gone), { recursive: true })
    expect(firstMissing(root)).toBe(reason)
  })

  it('sees another version, a cut package.json and a link to nowhere [REQ_DEPLOY_03]', () => {
    write('package.json', { dependencies: { a: '1.0.1' } })
    expect(firstMissing(root)).toBe('a is 1.0.0, wanted 1.0.1')
    write('package.json', { devDependencies: { a: '1.0.0' } })
    write('node_modules/b/package.json', '{"version":')
    expect(firstMissing(root)).toBe('b is incomplete')
    rmSync(join(root, 'node_modules/b'), { recursive: true })
    symlinkSync(join(root, 'node_modules/.deno/b'), join(root, 'node_modules/b'))
    expect(firstMissing(root)).toBe('b is missing')
  })

  it('is content with a whole tree, nested or linked', () => {
    expect(firstMissing(root)).toBeUndefined()
    rmSync(join(root, 'node_modules/b'), { recursive: true })
    write('node_modules/a/node_modules/b/package.json', { version: '1.2.0' })
    expect(firstMissing(root)).toBeUndefined()
    rmSync(join(root, 'node_modules/a/node_modules'), { recursive: true })
    write('node_modules/.deno/b@1/node_modules/b/package.json', { version: '1.2.0' })
    symlinkSync(join(root, 'node_modules/.deno/b@1/node_modules/b'), join(root, 'node_modules/b'))
    expect(firstMissing(root)).toBeUndefined()
  })
})
