/**
 * What the scorer reads, gathered from ARK's own facts and the sender's words.
 *
 * Called for a setup that matched. ARK's own reading comes first, the sender's fills what it leaves open; a
 * number that cannot be read counts as not said.
 */

import type { Direction } from '#core/contract.ts'
import type { NumberFact, WordFact } from './facts.ts'
import type { Evidence } from './match.ts'
import { readNumber, readNumbers, readText, readWords } from './said.ts'
import type { ScoreInput } from './scorer.ts'

export function toScoreInput(symbol: string, direction: Direction, evidence: Evidence): ScoreInput {
  const { own, said } = evidence
  const number = (fact: NumberFact) => numberOf(fact, evidence)
  const word = (fact: WordFact) => readWords(said, fact)[0]
  const plain = (...path: readonly string[]) => finite(readNumber(said, ...path))
  const text = readText(said, 'catalyst')
  const rsi = number('rsi')
  const macd = plain('indicators', 'macd')
  return {
    symbol,
    direction,
    price: number('price'),
    volume: own.numbers.volume_ratio ?? plain('volume'),
    volumeRatio: number('volume_ratio'),
    rsi,
    macd,
    macdSignal: plain('indicators', 'macd_signal'),
    hasIndicators: rsi !== undefined || macd !== undefined,
    priceAction: own.words.price_action ?? readWords(said, 'price_action'),
    hasLevel: hasWord('support_level', evidence) || hasWord('resistance_level', evidence),
    marketCap: number('market_cap'),
    float: number('float'),
    shortInterest: number('short_interest'),
    costToBorrow: number('cost_to_borrow'),
    catalyst: text === '' ? undefined : text,
    catalystStrength: word('catalyst_strength'),
    earningsBeat: word('earnings_beat') === 'true',
    earningsBeatPercent: plain('earnings_beat_percent'),
    sentiment: word('sentiment'),
    socialSentiment: word('social_sentiment'),
    retailSentiment: word('retail_sentiment'),
    analystUpgrades: number('analyst_upgrades'),
    analystDowngrades: number('analyst_downgrades'),
    insiderBuying: word('insider_buying') === 'true',
  }
}

/** ARK's own reading, else the first that the sender gave. */
export function numberOf(fact: NumberFact, { own, said }: Evidence): number | undefined {
  return own.numbers[fact] ?? finite(readNumbers(said, fact, own)[0])
}

function hasWord(fact: WordFact, { own, said }: Evidence): boolean {
  const words = own.words[fact] ?? readWords(said, fact)
  return words.some((word) => word !== '')
}

function finite(value: number | undefined): number | undefined {
  return value !== undefined && Number.isFinite(value) ? value : undefined
}
