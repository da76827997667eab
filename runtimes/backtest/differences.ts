/** What tells two runs apart: in what they were asked, in what decided, in what came out. */

import type { KeptRun } from './folder.ts'

export interface Difference {
  /** Dotted, as in the manifest. */
  readonly place: string
  readonly a: string
  readonly b: string
}

/** Places where the two differ, what was asked first; figures are told apart by their caller. */
export function findDifferences(a: KeptRun, b: KeptRun): readonly Difference[] {
  const [left, right] = [flatten(asked(a)), flatten(asked(b))]
  const places = [...new Set([...left.keys(), ...right.keys()])]
  return places.sort(byPart).flatMap((place) => {
    const [one = '', two = ''] = [left.get(place), right.get(place)]
    return one === two ? [] : [{ place, a: one, b: two }]
  })
}

const PARTS = [
  'spec',
  'data',
  'plugins',
  'version',
  'buildDigest',
  'rulesetDigest',
  'configDigest',
  'runtime',
]

function byPart(a: string, b: string): number {
  const rank = (place: string) => PARTS.indexOf(place.split('.')[0] ?? '')
  return rank(a) - rank(b) || (a < b ? -1 : 1)
}

function asked({ manifest }: KeptRun): unknown {
  if (manifest === undefined) return {}
  const { spec, version, buildDigest, rulesetDigest, configDigest, plugins, data, runtime } = manifest
  return {
    spec,
    version,
    buildDigest,
    rulesetDigest,
    configDigest,
    plugins,
    data: Object.fromEntries(data.map(({ file, sha256 }) => [file, sha256])),
    runtime,
  }
}

function flatten(value: unknown, place = '', found = new Map<string, string>()): Map<string, string> {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return found.set(place, typeof value === 'string' ? value : JSON.stringify(value))
  for (const [key, inner] of Object.entries(value))
    flatten(inner, place === '' ? key : `${place}.${key}`, found)
  return found
}
