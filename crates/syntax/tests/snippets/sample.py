"""Plans of rooms."""
from __future__ import annotations
import os.path as osp
from dataclasses import dataclass, field

MAX_ROOMS: int = 64

@dataclass(frozen=True)
class Plan(Base, metaclass=Meta):
    """A plan."""
    rooms: dict[str, list[Room]] = field(default_factory=dict)

    @property
    def size(self) -> int | None:
        return len(self.rooms) if self.rooms is not None else None

    async def load(self, path: str = "x", *args: Any, **kwargs) -> Plan:
        with open(path, mode="rb") as file:  # read it
            data = [int(line, 16) for line in file if not line.startswith(b"#")]
        raise ValueError(f"bad {path!r}: {len(data):>{10}} of {MAX_ROOMS}\n") from None

match shape:
    case Circle(radius=r) if r > 1.5e3: print(os.PathLike, lambda x: x ** 2)
    case _: pass
