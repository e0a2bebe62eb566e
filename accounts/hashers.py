"""How passwords are kept: Argon2id, one at a time in each process."""

from threading import Lock
from typing import Any

from django.contrib.auth.hashers import Argon2PasswordHasher


class Argon2(Argon2PasswordHasher):
    """Argon2id with 19 MiB, two passes and one lane, as OWASP's Password Storage Cheat Sheet asks for at least.

    With Django's 100 MiB and as many at once as come, some dozen sign-ins would fill a small machine's memory.
    """

    time_cost, memory_cost, parallelism = 2, 19 * 1024, 1
    _turn = Lock()

    def encode(self, password: str, salt: str) -> Any:
        with self._turn:
            return super().encode(password, salt)

    def verify(self, password: str, encoded: str) -> Any:
        with self._turn:
            return super().verify(password, encoded)
