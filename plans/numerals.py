"""What number do these signs mean? 3500, 1,133, 三百二十, 两, 1.5万, 百万, 十余 and 千.

Own code because it is small: values are exact (`Decimal` inside), and what is no number gives None.
"""

from __future__ import annotations

import re
from decimal import Decimal

NUMBER = (
    r"(?:\d{1,3}(?:,\d{3}){1,4}(?:\.\d{1,4})?|\d{1,12}(?:\.\d{1,4})?"
    r"|[〇零一二两三四五六七八九十百千]{1,12}|万(?=亿))"
)
SCALE = r"(?:万亿|千亿|百亿|十亿|千万|百万|十万|亿|万|千|百)"

_DIGITS = {"〇": 0, "零": 0, "两": 2} | {sign: value for value, sign in enumerate("一二三四五六七八九", 1)}
_STEPS = {"十": 10, "百": 100, "千": 1_000}
_SCALES = _STEPS | {"万": 10**4, "亿": 10**8}
_ARABIC = re.compile(r"\d[\d,]*(?:\.\d+)?\Z")


def parse_number(written: str, scale: str | None = None) -> int | float | None:
    """Return the value of a printed number times its scale word (万, 亿, 百万 …), or None where it is none.

    `written` is Arabic (with or without commas in thousands) or Chinese up to 千; whole values come back
    as int.
    """
    number: Decimal | None
    if written == "万":
        number = Decimal(10_000)  # 万亿元 without a digit
    elif _ARABIC.match(written):
        number = Decimal(written.replace(",", ""))
    else:
        chinese = _chinese(written)
        number = None if chinese is None else Decimal(chinese)
    if number is None:
        return None
    for sign in scale or "":
        number *= _SCALES[sign]
    return int(number) if number == number.to_integral_value() else float(number)


def _chinese(written: str) -> int | None:
    """三百二十 -> 320, 两千零五 -> 2005, 十五 -> 15, 二〇二五 -> 2025; None where it is none."""
    if not written or any(sign not in _DIGITS and sign not in _STEPS for sign in written):
        return None
    if all(sign in _DIGITS for sign in written):
        if len(written) > 1 and "两" in written:
            return None
        return int("".join(str(_DIGITS[sign]) for sign in written))
    total, digit, last_step = 0, None, 10_000
    for place, sign in enumerate(written):
        if sign in _DIGITS:
            if digit:
                return None  # 三五百 is a guess, not a number
            digit = _DIGITS[sign]
            continue
        step = _STEPS[sign]
        if step >= last_step or (digit is None and place):
            return None
        if digit == 0:
            return None
        total, digit, last_step = total + (1 if digit is None else digit) * step, None, step
    if digit and last_step > 10 and written[-2] not in "零〇":
        return total + digit * last_step // 10  # 三百二 is 320
    return total + (digit or 0)
