"""nautilus_trader over the bars of `ark bench engine`. Words: the CSV file, the terms as JSON. Prints one
JSON line.

Bars are read, made into its objects and added before the time begins. Logging is off, and its own analysis
after the run is not inside the time. A market order fills at the close that it was decided on: its simulated
exchange takes bars apart into open, high, low, close, and has no next open to wait for. Each position is one
of its own (hedging): netting comes to the same trades, and is slower the more there were.
"""

import json
import sys
import time
from decimal import Decimal

import nautilus_trader
import pandas as pd
from nautilus_trader.backtest.engine import BacktestEngine, BacktestEngineConfig
from nautilus_trader.backtest.models import FeeModel
from nautilus_trader.config import LoggingConfig
from nautilus_trader.indicators import AverageTrueRange, ExponentialMovingAverage, MovingAverageType
from nautilus_trader.model.currencies import USD
from nautilus_trader.model.data import BarType
from nautilus_trader.model.enums import AccountType, OmsType, OrderSide
from nautilus_trader.model.identifiers import InstrumentId, Symbol, Venue
from nautilus_trader.model.instruments import Equity
from nautilus_trader.model.objects import Money, Price, Quantity
from nautilus_trader.persistence.wranglers import BarDataWrangler
from nautilus_trader.trading.strategy import Strategy

FILE, TERMS = sys.argv[1], json.loads(sys.argv[2])
VENUE = Venue("BENCH")


class LeanFees(FeeModel):
    def get_commission(self, order, fill_qty, fill_px, instrument):
        return Money(max(TERMS["feeMinimum"], float(fill_qty) * TERMS["feePerShare"]), USD)


class EmaCross(Strategy):
    def __init__(self, instrument, bar_type):
        super().__init__()
        self.instrument = instrument
        self.bar_type = bar_type
        self.fast = ExponentialMovingAverage(TERMS["fast"])
        self.slow = ExponentialMovingAverage(TERMS["slow"])
        self.range = AverageTrueRange(TERMS["atr"], MovingAverageType.WILDER)
        self.side = 0

    def on_start(self):
        for indicator in (self.fast, self.slow, self.range):
            self.register_indicator_for_bars(self.bar_type, indicator)
        self.subscribe_bars(self.bar_type)

    def on_bar(self, bar):
        if not self.indicators_initialized():
            return
        fast, slow = self.fast.value, self.slow.value
        side = 1 if fast > slow else -1 if fast < slow else self.side
        crossed = self.side != 0 and side != self.side
        self.side = side
        if not crossed:
            return
        flat = self.portfolio.is_flat(self.instrument.id)
        if side == -1 and not flat:
            self.cancel_all_orders(self.instrument.id)
            self.close_all_positions(self.instrument.id)
        elif side == 1 and flat:
            self.enter(bar.close.as_double(), self.range.value)

    def enter(self, close, reach):
        bracket = self.order_factory.bracket(
            instrument_id=self.instrument.id,
            order_side=OrderSide.BUY,
            quantity=self.instrument.make_qty(int(TERMS["notional"] / close)),
            sl_trigger_price=self.instrument.make_price(close - TERMS["stop"] * reach),
            tp_price=self.instrument.make_price(close + TERMS["target"] * reach),
        )
        self.submit_order_list(bracket)


instrument = Equity(
    instrument_id=InstrumentId(Symbol("FUND0"), VENUE),
    raw_symbol=Symbol("FUND0"),
    currency=USD,
    price_precision=2,
    price_increment=Price.from_str("0.01"),
    lot_size=Quantity.from_int(1),
    ts_event=0,
    ts_init=0,
)
bar_type = BarType.from_str(f"{instrument.id}-1-MINUTE-LAST-EXTERNAL")
frame = pd.read_csv(FILE).drop(columns="symbol")
# Stamped with the end of the bar, as ours are.
frame.index = pd.to_datetime(frame.pop("ts_utc"), utc=True) + pd.Timedelta(minutes=1)
bars = BarDataWrangler(bar_type, instrument).process(frame)

engine = BacktestEngine(BacktestEngineConfig(logging=LoggingConfig(bypass_logging=True), run_analysis=False))
engine.add_venue(
    venue=VENUE,
    oms_type=OmsType.HEDGING,
    account_type=AccountType.MARGIN,
    base_currency=USD,
    starting_balances=[Money(Decimal(TERMS["cash"]), USD)],
    fee_model=LeanFees(),
)
engine.add_instrument(instrument)
engine.add_data(bars)
strategy = EmaCross(instrument, bar_type)
engine.add_strategy(strategy)
started = time.perf_counter()
engine.run()
seconds = time.perf_counter() - started
told = {
    "version": nautilus_trader.__version__,
    "bars": len(bars),
    "seconds": seconds,
    "trades": len(engine.cache.positions_closed()),
    "endEquity": float(engine.portfolio.account(VENUE).balance_total(USD)),
}
print(json.dumps(told))
