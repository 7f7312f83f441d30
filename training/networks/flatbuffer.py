"""Reads FlatBuffers tables without generated code.

Layout: https://flatbuffers.dev/internals (a table starts with a signed offset back to its vtable; the vtable holds one
16-bit offset per field, 0 where the field is absent). All numbers are little endian.
"""

import struct


class Table:
    """One table inside `data` at byte `position`. Fields are asked for by their index in the schema."""

    def __init__(self, data: bytes, position: int):
        self.data = data
        self.position = position
        self.vtable = position - struct.unpack_from("<i", data, position)[0]
        self.vtable_bytes = struct.unpack_from("<H", data, self.vtable)[0]

    @classmethod
    def root(cls, data: bytes) -> "Table":
        return cls(data, struct.unpack_from("<I", data, 0)[0])

    def _field(self, index: int) -> int:
        """Byte position of a field, 0 where it is absent."""
        slot = 4 + 2 * index
        if slot >= self.vtable_bytes:
            return 0
        offset = struct.unpack_from("<H", self.data, self.vtable + slot)[0]
        return self.position + offset if offset else 0

    def _target(self, index: int) -> int:
        """Byte position that an offset field points to, 0 where it is absent."""
        field = self._field(index)
        return field + struct.unpack_from("<I", self.data, field)[0] if field else 0

    def number(self, index: int, code: str, default=0):
        """A scalar; `code` as in the struct module: b, B, h, i, I, q, f."""
        field = self._field(index)
        return struct.unpack_from("<" + code, self.data, field)[0] if field else default

    def table(self, index: int) -> "Table | None":
        target = self._target(index)
        return Table(self.data, target) if target else None

    def vector(self, index: int, code: str) -> list:
        """A vector of scalars."""
        target = self._target(index)
        if not target:
            return []
        count = struct.unpack_from("<I", self.data, target)[0]
        return list(struct.unpack_from(f"<{count}{code}", self.data, target + 4))

    def raw(self, index: int) -> bytes:
        """A vector of bytes."""
        target = self._target(index)
        if not target:
            return b""
        count = struct.unpack_from("<I", self.data, target)[0]
        return self.data[target + 4 : target + 4 + count]

    def text(self, index: int) -> str:
        return self.raw(index).decode()

    def tables(self, index: int) -> "list[Table]":
        """A vector of tables (each element is an offset relative to itself)."""
        target = self._target(index)
        if not target:
            return []
        count = struct.unpack_from("<I", self.data, target)[0]
        places = (target + 4 + 4 * k for k in range(count))
        return [Table(self.data, place + struct.unpack_from("<I", self.data, place)[0]) for place in places]
