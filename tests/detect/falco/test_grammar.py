"""What Falco's own parser takes for a condition, and what it refuses."""

import pytest

from bot.detect.expression import Unreadable
from bot.detect.falco.grammar import read_condition

TAKEN = r"""
  macro
(one)and(two)and(three)
(one)or(two)or(three)
one and two and(three)
not(one)and(not(two))
not not(one)
(not not one)
one and notation
notation or andes and orbit
ex.ists exists and one
ex.ists existsand one
a.a=1 or b.b=2 and c
a.b = not
a.b=and and c
a.b = len and c
a.b=*.log and c.d=>
a.b in ()
a.b in()
a.b in (1, 'a', b.c, "d e")
a.b in (a,b)or(c)
a.b in macro
a.b intersects (x)
a.b pmatch (/x)
a.b == x
a.b regex x
a.b = 0a!@#456:/\.;!$%^&*[]{}|
a.b = ""
a.b = "say \"x\" or 'y'"
a.b = 'both \' and \\''
a.b = "blank \ "
a.b[0] contains /bin
a.b[+0.25e+10] = a
a.b["two words"] = a
a.b["with \"quotes\""] = a
a.b[x!@#456:/\.;$%^&*(){}|] = a
a.b < +1
a.b >= -1
a.b <= 0XaB00AB
a.b > -0.1222e+10
a.b = 0xAAA.1
a.b = c.d
a.b > val(c.d)
a.b in b64(c.d)
a.b pmatch val(c.d)
a.b = b64 and(one)
b64(toupper( a.b )) exists
tolower(a.b) = b64(c.d) or one
a.b = 'made_up(c.d)'
a.b exists and b.c in (a, b) and not d.e=< or f.g=cat
"""

REFUSED = r"""
a andb
aand b
a and
a or
a not
and a
a and or b
a not b
a notb
a andnot b
(a)andnot(b)
(a)ornot(b)
a.b[] contains x
a.b[   x   ] = y
a.b[[] = x
a.b[x"] = y
a.b] = x
a.b [1] = x
a.b = b = 1
(a.b = 1
a.b = 1)
a.b likes x
macro > 12
a.b in (1 ,, b)
a.b in (value,)
a.b in (,)
a.b in (
a.b = (x)
a.b contains (x)
a.b > (x)
#a and b
a.b = x,
a.b = x=
a.b = '
a.b = "'
a.b = two words
a.b = 'no end
a.b = "one""
a.b = "mixed \'"
a.b = 'mixed \"'
a.b = "\q"
a.b > !1
a.b < 0xAAA.1
a.b <= a
a.b EXISTS
a.b exists x
a.b ===
a.b !== x
a.b startswithx
a.b regexx
val(a.b) exists
b64(val(a.b)) exists
b64(a.b [1]) exists
made_up(a.b) exists
b64 (a.b) exists
b64(field) exists
b64(a.b exists
(a.b) exists
a.b = val(val(c.d))
a.b = val(toupper(c.d))
a.b = b64(val(c.d))
a.b = made_up(c.d)
a.b = b64 (c.d)
a.b = (b64(c.d))
a.b = b64and(one)
a.b in (b64(c.d))
a.b in (a, b64(c.d))
"""


def lines(text: str) -> list[str]:
    """Return the conditions of a table, one a line."""
    return [line for line in text.split("\n") if line]


@pytest.mark.parametrize("condition", lines(TAKEN))
def test_what_falco_reads_is_read(condition: str) -> None:
    """Blanks, quotes, brackets and names stand where Falco lets them stand."""
    read_condition(condition)


@pytest.mark.parametrize("condition", lines(REFUSED))
def test_what_falco_refuses_is_refused(condition: str) -> None:
    """Nothing is guessed: what Falco would not load is told of, with its place."""
    with pytest.raises(Unreadable) as told:
        read_condition(condition)
    assert 0 <= told.value.offset <= len(condition)
