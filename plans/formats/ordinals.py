"""How does a list print its numbers? A number and the name of a style -> 三, ③, iii, 叁.

Style names are Word's (`w:numFmt`); `CSS_STYLES` names them for web pages.
"""

from __future__ import annotations

from collections.abc import Callable

_DIGITS = "〇一二三四五六七八九"
_FORMAL_DIGITS = "零壹贰叁肆伍陆柒捌玖"
_STEMS = "甲乙丙丁戊己庚辛壬癸"
_BRANCHES = "子丑寅卯辰巳午未申酉戌亥"
_ROMAN = (
    (1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"),
    (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"),
)  # fmt: skip
_LARGEST = 9_999  # beyond it lists count in Arabic digits here

CSS_STYLES = {
    "1": "decimal", "a": "lowerLetter", "A": "upperLetter", "i": "lowerRoman", "I": "upperRoman",
    "decimal": "decimal", "decimal-leading-zero": "decimalZero", "lower-alpha": "lowerLetter",
    "lower-latin": "lowerLetter", "upper-alpha": "upperLetter", "upper-latin": "upperLetter",
    "lower-roman": "lowerRoman", "upper-roman": "upperRoman",
    "cjk-ideographic": "chineseCountingThousand", "simp-chinese-informal": "chineseCountingThousand",
    "trad-chinese-informal": "chineseCountingThousand", "cjk-decimal": "ideographDigital",
    "simp-chinese-formal": "chineseLegalSimplified", "cjk-heavenly-stem": "ideographTraditional",
    "cjk-earthly-branch": "ideographZodiac",
}  # fmt: skip


def format_ordinal(number: int, style: str) -> str:
    """Return the number as a list of that style prints it; Arabic digits where the style cannot say it."""
    if style == "none":
        return ""
    if not 0 <= number <= _LARGEST:
        return str(number)
    return _STYLES.get(style, str)(number) or str(number)


def _counting(number: int, digits: str = _DIGITS, units: str = "十百千") -> str:
    """Spoken Chinese: 12 -> 十二, 105 -> 一百零五."""
    if number == 0:
        return digits[0]
    written, gap = "", False
    for place, sign in enumerate(str(number)):
        power = len(str(number)) - place - 1
        if sign == "0":
            gap = True
            continue
        written += ("零" if gap and written else "") + digits[int(sign)] + (units[power - 1] if power else "")
        gap = False
    return written[1:] if units == "十百千" and 10 <= number < 20 else written


def _digital(number: int) -> str:
    return "".join(_DIGITS[int(sign)] for sign in str(number))


def _letters(number: int) -> str:
    """a … z, then aa, bb: how Word goes on."""
    return chr(ord("a") + (number - 1) % 26) * ((number - 1) // 26 + 1) if number else ""


def _roman(number: int) -> str:
    written = ""
    for value, sign in _ROMAN:
        written += sign * (number // value)
        number %= value
    return written


def _circled(number: int) -> str:
    for first, last, base in ((1, 20, 0x2460), (21, 35, 0x3251), (36, 50, 0x32B1)):
        if first <= number <= last:
            return chr(base + number - first)
    return ""


def _enclosed(base: int, last: int) -> Callable[[int], str]:
    return lambda number: chr(base + number - 1) if 1 <= number <= last else ""


def _cycle(signs: str) -> Callable[[int], str]:
    return lambda number: signs[(number - 1) % len(signs)] if number else ""


def _full_width(number: int) -> str:
    return "".join(chr(ord("０") + int(sign)) for sign in str(number))


def _below_hundred(number: int) -> str:
    """Word's plain counting says 九十九 and then goes on digit by digit."""
    return _counting(number) if number < 100 else _digital(number)


_STYLES: dict[str, Callable[[int], str]] = {
    "decimal": str,
    "decimalZero": lambda number: f"{number:02d}",
    "decimalHalfWidth": str,
    "decimalFullWidth": _full_width,
    "decimalFullWidth2": _full_width,
    "decimalEnclosedCircle": _circled,
    "decimalEnclosedCircleChinese": _circled,
    "decimalEnclosedParen": _enclosed(0x2474, 20),
    "decimalEnclosedFullstop": _enclosed(0x2488, 20),
    "ideographEnclosedCircle": _enclosed(0x3280, 10),
    "lowerLetter": _letters,
    "upperLetter": lambda number: _letters(number).upper(),
    "lowerRoman": _roman,
    "upperRoman": lambda number: _roman(number).upper(),
    "chineseCounting": _below_hundred,
    "taiwaneseCounting": _below_hundred,
    "japaneseCounting": _counting,
    "chineseCountingThousand": _counting,
    "taiwaneseCountingThousand": _counting,
    "ideographDigital": _digital,
    "japaneseDigitalTenThousand": _digital,
    "taiwaneseDigital": _digital,
    "chineseLegalSimplified": lambda number: _counting(number, _FORMAL_DIGITS, "拾佰仟"),
    "ideographLegalTraditional": lambda number: _counting(number, "零壹貳參肆伍陸柒捌玖", "拾佰仟"),
    "ideographTraditional": _cycle(_STEMS),
    "ideographZodiac": _cycle(_BRANCHES),
}
