"""How searching compares words: by their first letters, whatever their case and accents.

SQLite's own tokeniser folds case and accents; the letters it leaves, and scripts without spaces, are spelled here,
once for Python and once for SQL: what is asked for and what is found have to be spelled alike.
"""

# ruff: noqa: S608 - nothing that anybody wrote goes into these statements.

import re
import unicodedata

# Letters that stand for others; of those with an accent, the ones that SQLite's tokeniser leaves.
LETTERS = {"ß": "ss", "ẞ": "ss", "æ": "ae", "Æ": "ae", "œ": "oe", "Œ": "oe", "ø": "o", "Ø": "o"}
LETTERS |= {"ł": "l", "Ł": "l", "đ": "d", "Đ": "d", "ð": "d", "Ð": "d", "þ": "th", "Þ": "th", "ı": "i"}
LETTERS |= dict(zip("άέήίόύώϊϋΐΰΆΈΉΊΌΎΏёЁ", "αεηιουωιυιυΑΕΗΙΟΥΩеЕ", strict=True))
# Thai to Lao, Burmese, Khmer, kana, Chinese characters. Each sign is a word of its own, so that any part is found.
UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
)
SIGN = re.compile(f"([{UNSPACED}])")
TABLE = str.maketrans(LETTERS)
AT_ONCE = 10
PIECE = 200  # characters: SQLite counts each from the start of its text, which would be slow in a long one


def spelled(text: str) -> str:
    return SIGN.sub(r" \1 ", text.translate(TABLE))


def bare(text: str) -> list[str]:
    """Its words without case and accents, as SQLite's tokeniser has them."""
    apart = unicodedata.normalize("NFKD", spelled(text).casefold())
    return re.findall(r"\w+", "".join(sign for sign in apart if not unicodedata.combining(sign)))


def letters_sql(source: str) -> str:
    """A query for what the query ``source`` has as ``text``, with the same letters replaced; some at a time, since
    SQLite reads no deeper nesting."""
    pairs = list(LETTERS.items())
    for start in range(0, len(pairs), AT_ONCE):
        text = "text"
        for letter, stands_for in pairs[start : start + AT_ONCE]:
            text = f"replace({text}, '{letter}', '{stands_for}')"
        source = f"SELECT {text} AS text FROM ({source})"
    return source


def signs_sql(column: str) -> str:
    """The signs of a column set apart; what has none is taken as it is."""
    return f"""CASE WHEN {column} NOT GLOB '*[{UNSPACED}]*' THEN {column} ELSE (
        WITH RECURSIVE
            start(at) AS (SELECT 1 UNION ALL SELECT at + {PIECE} FROM start WHERE at + {PIECE} <= length({column})),
            piece(at, text) AS MATERIALIZED (SELECT at, substr({column}, at, {PIECE}) FROM start),
            place(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM place WHERE n < {PIECE}),
            sign(text) AS (SELECT substr(piece.text, n, 1) FROM piece, place ORDER BY piece.at, n)
        SELECT group_concat(CASE WHEN text GLOB '[{UNSPACED}]' THEN ' ' || text || ' ' ELSE text END, '') FROM sign
    ) END"""
