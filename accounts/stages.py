"""What lies between the right password and the studio."""

from typing import Any

from allauth.account import stages
from allauth.account.models import EmailAddress


class EmailVerificationStage(stages.EmailVerificationStage):
    """Asked of those who signed themselves up. Whom the keeper let in needs no mail to come in."""

    def handle(self) -> Any:
        user = self.login.user
        if user is not None and not EmailAddress.objects.filter(user=user, primary=True, verified=False).exists():
            return None, True
        return super().handle()
