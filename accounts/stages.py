"""What lies between the right password and the studio."""

from typing import Any

from allauth.account import stages
from allauth.account.models import EmailAddress

from accounts.models import User


def awaits_confirmation(user: User) -> bool:
    """Whether they signed themselves up, and have not said yet that the address is theirs."""
    return EmailAddress.objects.filter(user=user, primary=True, verified=False).exists()


class EmailVerificationStage(stages.EmailVerificationStage):
    """Asked of those who signed themselves up. Whom the keeper let in needs no mail to come in."""

    def handle(self) -> Any:
        user = self.login.user
        if user is not None and not awaits_confirmation(user):
            return None, True
        return super().handle()
