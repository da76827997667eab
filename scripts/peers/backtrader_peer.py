"""backtrader over the bars of `ark bench engine`. Words: the CSV file, the terms as JSON. Prints one
JSON line.

Bars are read into lists before the time begins. The engine runs as fast as it can: preloaded, indicators
vectorised (runonce), no observers, no analysers.
"""

import csv
import json
import sys
import time
from datetime import datetime

import backtrader as bt

FILE, TERMS = sys.argv[1], json.loads(sys.argv[2])


class Rows(bt.feed.DataBase):
    """A feed out of lists, which costs less than any that backtrader brings."""

    params = (("rows", None),)

    def start(self):
        super().start()
        self.left = iter(self.p.rows)

    def _load(self):
        row = next(self.left, None)
        if row is None:
            return False
        lines = self.lines
        lines.datetime[0], lines.open[0], lines.high[0], lines.low[0], lines.close[0], lines.volume[0] = row
        lines.openinterest[0] = 0.0
        return True


class LeanFees(bt.CommInfoBase):
    params = (("stocklike", True), ("commtype", bt.CommInfoBase.COMM_FIXED))

    def _getcommission(self, size, price, pseudoexec):
        return max(TERMS["feeMinimum"], abs(size) * TERMS["feePerShare"])


class EmaCross(bt.Strategy):
    def __init__(self):
        close = self.data.close
        self.fast = bt.ind.EMA(close, period=TERMS["fast"])
        self.slow = bt.ind.EMA(close, period=TERMS["slow"])
        self.range = bt.ind.ATR(self.data, period=TERMS["atr"])
        self.side = 0
        self.legs = []
        self.trades = 0

    def notify_trade(self, trade):
        if trade.isclosed:
            self.trades += 1

    def next(self):
        fast, slow = self.fast[0], self.slow[0]
        side = 1 if fast > slow else -1 if fast < slow else self.side
        crossed = self.side != 0 and side != self.side
        self.side = side
        if not crossed:
            return
        if side == -1 and self.position:
            for leg in self.legs:
                self.cancel(leg)
            self.close()
        elif side == 1 and not self.position:
            close, reach = self.data.close[0], self.range[0]
            _, stop, target = self.buy_bracket(
                size=int(TERMS["notional"] / close),
                exectype=bt.Order.Market,
                stopprice=close - TERMS["stop"] * reach,
                limitprice=close + TERMS["target"] * reach,
            )
            self.legs = [stop, target]


def read_rows(path):
    with open(path, newline="") as file:
        next(file)
        return [
            (bt.date2num(datetime.fromisoformat(line[0][:19])), *(float(text) for text in line[2:7]))
            for line in csv.reader(file)
        ]


rows = read_rows(FILE)
cerebro = bt.Cerebro(stdstats=False, preload=True, runonce=True)
cerebro.adddata(Rows(rows=rows, timeframe=bt.TimeFrame.Minutes))
cerebro.addstrategy(EmaCross)
cerebro.broker.setcash(TERMS["cash"])
cerebro.broker.addcommissioninfo(LeanFees())
started = time.perf_counter()
(strategy,) = cerebro.run()
seconds = time.perf_counter() - started
told = {
    "version": bt.__version__,
    "bars": len(rows),
    "seconds": seconds,
    "trades": strategy.trades,
    "endEquity": cerebro.broker.getvalue(),
}
print(json.dumps(told))
