"""Reads FlexBuffers, the schema-less cousin of FlatBuffers that TFLite uses for the options of custom operators.

Layout: https://flatbuffers.dev/flexbuffers: the last byte is the width of the root, the byte before it its packed type
(upper six bits type, lower two the width of what it points to). Only what option maps hold is read: numbers, texts,
booleans, maps, vectors.
"""

import struct

FLOAT_CODE = {2: "e", 4: "f", 8: "d"}
INT, UINT, FLOAT, KEY, STRING, INDIRECT_INT, INDIRECT_UINT, INDIRECT_FLOAT, MAP, VECTOR = range(1, 11)
VECTOR_INT, VECTOR_UINT, VECTOR_FLOAT = 11, 12, 13
BOOL = 26


def read_options(data: bytes):
    """The root value, as plain Python."""
    width, packed_type = data[-1], data[-2]
    return _value(data, len(data) - 2 - width, width, packed_type)


def _integer(data, place, width, signed):
    return int.from_bytes(data[place : place + width], "little", signed=signed)


def _float(data, place, width):
    return struct.unpack("<" + FLOAT_CODE[width], data[place : place + width])[0]


def _c_string(data, place):
    return data[place : data.index(0, place)].decode()


def _value(data, place, parent_width, packed_type):
    kind, width = packed_type >> 2, 1 << (packed_type & 3)
    if kind == 0:
        return None
    if kind in (INT, UINT):
        return _integer(data, place, parent_width, kind == INT)
    if kind == FLOAT:
        return _float(data, place, parent_width)
    if kind == BOOL:
        return bool(_integer(data, place, parent_width, False))
    target = place - _integer(data, place, parent_width, False)
    if kind in (INDIRECT_INT, INDIRECT_UINT):
        return _integer(data, target, width, kind == INDIRECT_INT)
    if kind == INDIRECT_FLOAT:
        return _float(data, target, width)
    if kind == KEY:
        return _c_string(data, target)
    count = _integer(data, target - width, width, False)
    if kind == STRING:
        return data[target : target + count].decode()
    if kind == VECTOR_FLOAT:
        return [_float(data, target + k * width, width) for k in range(count)]
    if kind in (VECTOR_INT, VECTOR_UINT):
        return [_integer(data, target + k * width, width, kind == VECTOR_INT) for k in range(count)]
    if kind in (MAP, VECTOR):
        values = [_value(data, target + k * width, width, data[target + count * width + k]) for k in range(count)]
        return values if kind == VECTOR else dict(zip(_keys(data, target, width, count), values))
    raise ValueError(f"FlexBuffers type {kind} is not read here")


def _keys(data, target, width, count):
    """A map keeps, three slots before its values, the offset of its key vector and that vector's width."""
    slot = target - 3 * width
    keys = slot - _integer(data, slot, width, False)
    key_width = _integer(data, target - 2 * width, width, False)
    places = (keys + k * key_width for k in range(count))
    return [_c_string(data, place - _integer(data, place, key_width, False)) for place in places]
