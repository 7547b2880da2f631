"""Writes code points as ranges, in lines: what `readRanges` in src/tokenizer/text/code-point-ranges.ts reads."""


def ranges(code_points: list[int]) -> str:
    """`e9 f1-f6`, of code points in rising order."""
    found = []
    for code_point in code_points:
        if found and found[-1][1] == code_point - 1:
            found[-1][1] = code_point
        else:
            found.append([code_point, code_point])
    return " ".join(f"{a:x}" if a == b else f"{a:x}-{b:x}" for a, b in found)


def wrapped(text: str, width: int = 96) -> str:
    """The items of a text in indented lines."""
    lines, line = [], ""
    for item in text.split(" "):
        if line and len(line) + 1 + len(item) > width:
            lines.append(line)
            line = item
        else:
            line = f"{line} {item}".strip()
    return "\n".join(f"  {line}" for line in [*lines, line])
