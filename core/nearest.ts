/** The name that was probably meant: for commands, options, rules, keys and variables that do not exist. */

/** " Did you mean X?", or nothing when no name is near. */
export function didYouMean(word: string, names: readonly string[]): string {
  const near = nearest(word, names)
  return near === undefined ? '' : ` Did you mean ${near}?`
}

/**
 * The name with the fewest edits, if these are few for its length; the first of equals. A beginning is as
 * good as the name.
 */
export function nearest(word: string, names: readonly string[]): string | undefined {
  let best: string | undefined
  let fewest = Math.max(2, Math.floor(word.length / 3)) + 1
  for (const name of names) {
    const edits = name.startsWith(word) && word.length > 2 ? 0 : distance(word, name)
    if (edits < fewest) {
      fewest = edits
      best = name
    }
  }
  return best
}

/** Levenshtein: insertions, deletions and substitutions, one row of the table at a time. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_unused, index) => index)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      const substituted = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)
      next.push(Math.min(substituted, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1))
    }
    row = next
  }
  return row[b.length] ?? 0
}
