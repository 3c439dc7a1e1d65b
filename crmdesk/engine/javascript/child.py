"""The process that evaluates one JavaScript expression: a question on stdin, an answer on stdout, and gone.

Only this process loads the engine. The question is `{"source": text, "scope": {name: value}, "seconds": limit}`; the
answer is one of `{"text": …}`, `{"flag": …}`, `{"number": digits}`, `{"time": milliseconds since 1970}`,
`{"items": [answers]}`, `{"none": what it is instead}`, `{"error": message}`, `{"limit": "time" | "memory"}`.
"""

from __future__ import annotations

import json
import os
import sys

from py_mini_racer import JSEvalException, JSOOMException, JSTimeoutException, MiniRacer

_BYTES = 32 << 20

# All that the language itself needs. The rest could reach outside, or take memory that no limit counts.
_KEPT = """
Array BigInt Boolean Date Error EvalError Function Infinity JSON Map Math NaN Number Object RangeError ReferenceError
RegExp Set String Symbol SyntaxError TypeError URIError decodeURI decodeURIComponent encodeURI encodeURIComponent escape
eval globalThis isFinite isNaN parseFloat parseInt undefined unescape
"""

_PROGRAM = """
(function (kept, scope, source) {
  "use strict";
  const stringify = JSON.stringify, remove = Reflect.deleteProperty;
  const isArray = Array.isArray, dates = Date, text = String;
  const time = Function.prototype.call.bind(Date.prototype.getTime);
  function told(value, depth) {
    switch (typeof value) {
      case "string": return { text: value };
      case "boolean": return { flag: value };
      case "bigint": return { number: text(value) };
      case "number": return value - value === 0 ? { number: text(value) } : { none: text(value) };
      case "object":
        if (value === null) return { none: "null" };
        if (value instanceof dates) {
          const moment = time(value);
          return moment === moment ? { time: moment } : { none: "an invalid date" };
        }
        if (isArray(value) && depth < 1) return { items: value.map((each) => told(each, depth + 1)) };
        return { none: "an object" };
      default: return { none: value === undefined ? "undefined" : "a " + typeof value };
    }
  }
  const names = kept.trim().split(/\\s+/);
  for (const name of Object.getOwnPropertyNames(globalThis)) {
    if (!names.includes(name) && !remove(globalThis, name)) globalThis[name] = undefined;
  }
  Object.assign(globalThis, scope);
  return stringify(told((0, eval)(source), 0));
})
"""


def answer(question: bytes) -> str:
    """The answer to a question, as JSON."""
    asked = json.loads(question)
    arguments = ", ".join(json.dumps(each) for each in (_KEPT, asked["scope"], asked["source"]))
    engine = MiniRacer()
    if engine.eval("[0, 6].some((month) => new Date(2012, month).getTimezoneOffset() !== 0)"):
        return json.dumps({"error": "on this computer the engine does not tell the time in UTC"})
    try:
        told = engine.eval(f"{_PROGRAM}({arguments})", timeout_sec=asked["seconds"], max_memory=_BYTES)
    except JSTimeoutException:
        return json.dumps({"limit": "time"})
    except JSOOMException:
        return json.dumps({"limit": "memory"})
    except JSEvalException as error:
        return json.dumps({"error": _first_line(str(error))})
    return told if isinstance(told, str) else json.dumps({"none": "nothing"})


def _first_line(message: str) -> str:
    """`undefined:1: SyntaxError: …` and a stack become `SyntaxError: …`."""
    line = message.splitlines()[0]
    return line.split(": ", 1)[-1] if line.startswith(("undefined:", "<anonymous>:")) else line


if __name__ == "__main__":
    sys.stdout.write(answer(sys.stdin.buffer.read()))
    sys.stdout.flush()
    os._exit(0)  # what the expression left running, a promise for instance, is not waited for
