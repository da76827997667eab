/**
 * Journaled events as one line each, in the words of a trading desk. Only what the event itself holds is
 * said.
 */

import type { ArkEvent, EventPayloads, Order } from '#core/contract.ts'
import { showRow } from '#core/http/cause.ts'
import { tellLook, tellTime } from '#core/http/explain.ts'
import { formatTime } from '#core/time.ts'

/**
 * In the order given; each line begins with the event time, of market data with that of the row that
 * something followed from.
 */
export function tellChain(events: readonly ArkEvent[]): string[] {
  return events.flatMap((event, index) => {
    const row = event.type === 'market/chunk' ? showRow(event.payload, events[index + 1]?.causeRow ?? 0) : {}
    const text = event.type === 'market/chunk' ? tellRow(row, event.payload.feed) : tell(event)
    const time = row.end ?? row.time ?? formatTime(event.time)
    return text === '' ? [] : [`${time.slice(0, 19)}Z  ${text}`]
  })
}

/** Empty for the decision itself, which is told at length elsewhere. */
function tell(event: ArkEvent): string {
  switch (event.type) {
    case 'signal/received':
      return tellSignal(event.source, event.payload)
    case 'signal/accepted': {
      const { symbol, direction, kind, confidence } = event.payload
      return `kyle saw ${words(kind)} in ${symbol}, ${direction}, confidence ${confidence.toFixed(2)}`
    }
    case 'signal/refused':
      return `kyle refused the signal: ${event.payload.reason}`
    case 'pattern/recognised': {
      const { pattern, symbol, direction, price, confidence, stopLevel, targetLevel, atr } = event.payload
      const levels = [
        part('ATR', atr),
        part(direction === 'long' ? 'wrong below' : 'wrong above', stopLevel),
        part('points to', targetLevel),
      ].join('')
      const seen = `${words(pattern)} in ${symbol}, ${direction} at ${price}`
      return `joey recognised ${seen}, confidence ${confidence.toFixed(2)}${levels}`
    }
    case 'plan/proposed': {
      const { order, intent, riskCash, strategy, notes } = event.payload
      const why = notes.length === 0 ? '' : `; ${notes.join('; ')}`
      return `kenny planned to ${intent} by ${words(strategy)}: ${tellOrder(order)}, risking ${riskCash}${why}`
    }
    case 'plan/dropped':
      return `kenny made no plan: ${event.payload.reason}`
    case 'identity/confirmed':
      return `id confirmed that ${event.payload.principal} stands behind it`
    case 'order/requested':
      return `${event.payload.principal} asked for ${tellOrder(event.payload.order)}: ${event.payload.reason}`
    case 'decision/reviewed':
      return `hrm judged it again on ${tellLook(event.payload)}`
    case 'order/submitted':
      return `kenny sent order ${event.payload.orderId}`
    case 'order/accepted': {
      const { orderId, role } = event.payload
      return `order ${orderId} is working as ${role}`
    }
    case 'order/filled': {
      const { orderId, side, quantity, symbol, price, fee } = event.payload
      return `order ${orderId} filled: ${side} ${quantity} ${symbol} at ${price}, fee ${fee}`
    }
    case 'order/rejected':
    case 'order/cancelled':
      return `order ${event.payload.orderId} ${event.type.slice(6)}: ${event.payload.reason}`
    case 'mode/changed':
      return `the mode went from ${event.payload.was} to ${event.payload.mode}: ${event.payload.reason}`
    case 'verdict/verified':
      return tellVerified(event.payload)
    case 'decision/approved':
    case 'decision/denied':
    case 'decision/held':
      return ''
    default:
      return `${event.source}: ${event.type}`
  }
}

/** Both forms that intake takes. What else the sender said moved nothing. */
function tellSignal(sender: string, payload: { readonly [name: string]: unknown }): string {
  const symbol = payload.symbol ?? payload.ticker ?? 'no symbol'
  const direction = payload.direction ?? payload.action ?? 'no direction'
  return `${sender} sent a signal: ${String(symbol)}, ${String(direction)}`
}

function tellVerified({ decisionId, agreed, why }: EventPayloads['verdict/verified']): string {
  return `aletheia judged ${decisionId} again and ${agreed ? 'agrees' : `disagrees: ${why}`}`
}

function tellRow(row: { readonly [name: string]: string }, feed: string): string {
  const { kind, symbol } = row
  if (kind === 'bar') {
    const range = `open ${row.open}, high ${row.high}, low ${row.low}, volume ${row.volume}`
    return `${symbol} closed at ${row.close} (${row.resolution} bar, ${range}; ${feed})`
  }
  if (kind === 'trade') return `${symbol} traded ${row.quantity} at ${row.price} (${feed})`
  if (kind === 'quote') return `${symbol} was quoted ${row.bid} to ${row.ask} (${feed})`
  return `market data came from ${feed}`
}

function tellOrder({ side, quantity, symbol, type, stopLoss, targets, ...terms }: Order): string {
  const at = `${type === 'market' ? ' at market' : ''}${tellTerms(terms)}`
  const cover = `${part('protected at', stopLoss?.price)}${trailing(stopLoss?.trail)}`
  const prices = (targets ?? []).map(({ price }) => price)
  const aims = prices.length === 0 ? '' : `, targets ${prices.join(', ')}`
  return `${side} ${quantity} ${symbol}${at}${cover}${aims}`
}

/** Prices, and what beside them says when it trades; each part begins with a comma. */
export function tellTerms(terms: Terms): string {
  const { limitPrice, stopPrice, trail, group } = terms
  const time = tellTime(terms)
  const prices = `${part('limit', limitPrice)}${part('stop', stopPrice)}${trailing(trail)}`
  return `${prices}${time === '' ? '' : `, ${time}`}${part('group', group)}`
}

type Terms = Pick<Order, 'limitPrice' | 'stopPrice' | 'trail' | 'timeInForce' | 'group'>

function trailing(trail: string | undefined): string {
  return trail === undefined ? '' : ` trailing by ${trail}`
}

function part(name: string, value: string | undefined): string {
  return value === undefined ? '' : `, ${name} ${value}`
}

function words(name: string): string {
  return name.replaceAll('_', ' ')
}
