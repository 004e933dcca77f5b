"""Changing fields of a real protobuf message, which gets deeper than changing bytes of the wire."""

from __future__ import annotations

NUMBERS = (0, 1, -1, 2, 7, 255, 65_537, 1 << 31, (1 << 63) - 1, -(1 << 63))
TEXTS = (
    "", "^", "/", "a:0", "a:0:1", "^a:1", "While", "Case", "Split", "Enter", "Exit", "LoopCond", "VarHandleOp",
    "Const", "Fill", "Range", "ConcatV2", "\x1b[2J", "\u202e", "a" * 3000,
)  # fmt: skip
TEXT_TYPES, MESSAGE, BOOL, FLOATS = (9, 12), 11, 8, (1, 2)


def edited(provider, message, most=8):
    """`message` with up to `most` of its fields changed in place."""
    for _ in range(provider.ConsumeIntInRange(1, most)):
        _edit(provider, message)
    return message


def numbers_edited(provider, raw, most=8):
    """The bytes of a FlatBuffer with up to `most` of its numbers changed: offsets, lengths, indices, fields of vtables."""
    found = bytearray(raw)
    for _ in range(provider.ConsumeIntInRange(1, most)):
        size = (1, 2, 4, 8)[provider.ConsumeIntInRange(0, 3)]
        at = provider.ConsumeIntInRange(0, len(found) // size - 1) * size
        if at in range(4, 8) or at + size > len(found):
            continue
        own = int.from_bytes(found[at : at + size], "little")
        near = own + provider.ConsumeIntInRange(-64, 64)
        number = near if provider.ConsumeBool() else NUMBERS[provider.ConsumeIntInRange(0, len(NUMBERS) - 1)]
        found[at : at + size] = (number % (1 << 8 * size)).to_bytes(size, "little")
    return bytes(found)


def is_repeated(field):
    """Whether a field holds a list; protobuf 7 has no `label` any more."""
    return field.is_repeated if hasattr(field, "is_repeated") else field.label == field.LABEL_REPEATED


def _is_map(field):
    return field.type == MESSAGE and field.message_type.GetOptions().map_entry


def _pick(provider, message):
    """Walk down from `message` to some field that is set."""
    while True:
        fields = message.ListFields()
        if not fields:
            return None
        field, value = fields[provider.ConsumeIntInRange(0, len(fields) - 1)]
        if _is_map(field):
            inner = field.message_type.fields_by_name["value"]
            keys = sorted(value)
            value = [value[keys[provider.ConsumeIntInRange(0, len(keys) - 1)]]] if inner.type == MESSAGE else []
        deeper = field.type == MESSAGE and len(value) if is_repeated(field) else field.type == MESSAGE
        if not deeper or provider.ConsumeIntInRange(0, 9) == 0:
            return message, field
        message = value[provider.ConsumeIntInRange(0, len(value) - 1)] if is_repeated(field) else value


def _edit(provider, message):
    place = _pick(provider, message)
    if place is None:
        return
    owner, field = place
    new = _value(provider, field)
    try:
        if field.type == MESSAGE and not is_repeated(field):
            owner.ClearField(field.name)
        elif not is_repeated(field):
            setattr(owner, field.name, new)
        elif _is_map(field):
            values = getattr(owner, field.name)
            del values[min(values)]
        else:
            _edit_list(provider, field, getattr(owner, field.name), new)
    except (ValueError, TypeError):
        return  # the number does not fit the field


def _value(provider, field):
    if field.type in TEXT_TYPES:
        known = provider.ConsumeBool()
        text = TEXTS[provider.ConsumeIntInRange(0, len(TEXTS) - 1)] if known else provider.ConsumeUnicodeNoSurrogates(8)
        return text if field.type == TEXT_TYPES[0] else text.encode()
    if field.type == BOOL:
        return provider.ConsumeBool()
    if field.type in FLOATS:
        return provider.ConsumeFloat()
    return NUMBERS[provider.ConsumeIntInRange(0, len(NUMBERS) - 1)]


def _edit_list(provider, field, values, new):
    """Remove, copy or replace one item of a repeated field."""
    at = provider.ConsumeIntInRange(0, len(values) - 1)
    if provider.ConsumeBool():
        del values[at]
    elif field.type == MESSAGE:
        values.add().CopyFrom(values[at])
    else:
        values[at] = new
