"""The counter that says whether anything has changed."""

from django.db import models


class ContentVersion(models.Model):
    """One row: a number that grows with whatever the API can show. Triggers write it: `accounts.versions`."""

    number = models.BigIntegerField()

    def __str__(self) -> str:
        return str(self.number)
