"""Which resource policies a question can be about, so that it costs nothing for all the others."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from whomay.engine.decisions.reached import ReachedArns
from whomay.iam.facts.actions import services_acted_on

_KEYS = "kms"
ByService = Mapping[str, Mapping[str | None, ReachedArns]]


@dataclass(frozen=True, slots=True)
class AskedAbout:
    """Patterns of a question: its actions and its resources."""

    actions: tuple[str, ...]
    resources: tuple[str, ...]

    def services(self) -> frozenset[str] | None:
        """Return the services of the resources that it can be about; None for any.

        Keys are among them, since S3 asks for the key of an object.
        """
        prefixes = {action.lower().partition(":")[0] for action in self.actions}
        if any("*" in prefix or "?" in prefix for prefix in prefixes):
            return None
        asked = (service for prefix in prefixes for service in services_acted_on(prefix))
        return frozenset((*asked, _KEYS))

    def arns(self, by_service: ByService, symbolic: Iterable[str]) -> frozenset[str] | None:
        """Return the ARNs that it can be about; None for any, as for `*`.

        All keys are among them, and each ARN that only the deployment knows.
        """
        if any(not each.strip("*") for each in self.resources):
            return None
        services = self.services()
        found = set(symbolic)
        for service, by_account in by_service.items():
            if services is not None and service not in services and service.isalnum():
                continue
            for arns in by_account.values():
                found.update(arns if service == _KEYS else arns.by(self.resources))
        return frozenset(found)
