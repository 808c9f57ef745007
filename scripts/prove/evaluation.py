"""Whether a request is allowed: all layers together, as AWS documents their evaluation.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic-cross-account.html
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property, partial
from typing import Any

from scripts.prove.callers import FEDERATED, Caller, Named
from scripts.prove.encryption import WRITING, Upload, asked_of_kms, policy_of_key_of_s3
from scripts.prove.keys import ENCRYPTION, KEY_ID, OWN_KEY, Keys
from scripts.prove.logic import (
    FALSE,
    TRUE,
    Formula,
    all_of,
    any_of,
    both,
    either,
    left_open,
    no,
)
from scripts.prove.policies import Reading, Said
from scripts.prove.request import OnKey, Surroundings
from scripts.prove.systems import KEY_OF_S3, Data
from scripts.prove.texts import Text, Variables, constant
from scripts.prove.vocabulary import Vocabulary

_WITHOUT_CREDENTIALS = ("sts:assumerolewithsaml", "sts:assumerolewithwebidentity")
# What nobody knows of a role or a key that the system does not hold.
OUTSIDE_TRUSTS = "a policy outside trusts the account"


class Evaluation:
    """All requests of one principal of a system.

    With `delegating`, policies outside the system leave everything to the caller's account, and a
    bucket outside may be anybody's. Without it nothing outside grants, and a bucket that the system
    does not hold is the caller's own.
    """

    def __init__(
        self,
        variables: Variables,
        words: Vocabulary,
        system: Data,
        around: Surroundings,
        caller: Caller,
        *,
        fixed: Mapping[str, list[str]],
        delegating: bool,
        listed: Sequence[Data] = (),
    ) -> None:
        """Take what a question fixes in `fixed`, and what it lists."""
        self._listed = listed
        self._variables, self._words, self._system = variables, words, system
        self.around, self.request, self.caller = around, around.request, caller
        self._fixed, self._delegating = fixed, delegating
        account = caller.principal["account"]
        owner = around.owner if delegating else around.owner_where(constant(account))
        self.keys = self._keys(self.request, owner, fixed)
        self.reading = Reading(caller, self.request, self.keys)

    def _keys(self, request: Any, owner: Text, fixed: Mapping[str, list[str]]) -> Keys:
        return Keys(
            self._variables,
            self._words,
            self.caller,
            request,
            owner=owner,
            fixed=fixed,
            system=self._system,
        )

    def allowed(self, pattern: Formula) -> Formula:
        """Return when a request of a pattern is allowed; where it needs a key, that of S3 to KMS too.

        What no request of the pattern needs is not looked at.
        """
        if both(pattern, self._own) is FALSE:
            return FALSE
        needed = [
            either(no(where), self._allowed(Reading(self.caller, asked, keys), said()))
            for where, asked, keys, said in self._key_requests
            if both(pattern, where) is not FALSE
        ]
        return all_of((self._own, *needed))

    @cached_property
    def _own(self) -> Formula:
        own = self._allowed(self.reading, self._resource_side)
        return all_of((self.possible, self._may_call, own))

    @cached_property
    def _may_call(self) -> Formula:
        """Return when somebody with credentials calls the action at all.

        https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_sts-comparison.html
        """
        if self.caller.principal["kind"] == FEDERATED:  # it calls nothing of STS
            return no(self.request.action.where(lambda action: action.startswith("sts:")))
        return no(self.request.action.where(lambda action: action in _WITHOUT_CREDENTIALS))

    @cached_property
    def _key_requests(self) -> list[tuple[Formula, OnKey, Keys, Callable[[], Said]]]:
        """The requests that S3 makes to KMS, each with the condition that it makes it."""
        return list(self._find_key_requests())

    def _find_key_requests(self) -> Iterator[tuple[Formula, OnKey, Keys, Callable[[], Said]]]:
        known = {each["arn"]: each for each in self._system["resources"]}
        for where, bucket in self.around.inside:
            if ":s3:::" not in bucket["arn"]:
                continue
            objects = both(where, self.request.resource(f"{bucket['arn']}/*"))
            for when, action, of_kms, arn in asked_of_kms(bucket, self._upload):
                asks = all_of((objects, when, self.request.action.is_(action)))
                if asks is FALSE:
                    continue
                asked = OnKey(of_kms, known.get(arn) or _key_outside(arn))
                via = f"s3.{bucket['region']}.amazonaws.com"
                fixed = {**self._fixed, "kms:viaservice": [via]}
                read = self._keys(asked, asked.owner, fixed)
                yield asks, asked, read, partial(self._said_by_key, asked, read)

    def _said_by_key(self, asked: OnKey, read: Keys) -> Said:
        """Read a key's policy; of a key outside nobody knows it."""
        if "policy" not in asked.key:
            trusts = TRUE if self._delegating else left_open(OUTSIDE_TRUSTS)
            return Said(FALSE, Named(account=trusts))
        reading = Reading(self.caller, asked, read)
        return reading.on_resource(asked.key["policy"], bounded=self._bounded)

    @cached_property
    def _upload(self) -> Upload:
        """Read what an upload says of its encryption, where a policy speaks of that."""
        documents = [*self.caller.principal["identity"], *self._listed]
        documents += filter(None, (self.caller.principal["boundary"],))
        documents += [each["policy"] for _, each in self.around.inside if each["policy"]]
        documents += [document for level in self._levels() for document in level]
        spoken = self.reading.speaks_of(documents, (ENCRYPTION, KEY_ID, OWN_KEY))
        return Upload(self.keys, spoken)

    @property
    def possible(self) -> Formula:
        """Return when the request could be sent: the headers of an upload go together."""
        return either(no(self.request.action.is_(WRITING)), self._upload.possible)

    @property
    def _bounded(self) -> bool:
        return self.caller.principal["boundary"] is not None

    @cached_property
    def _resource_side(self) -> Said:
        """Read the policy of the resource that is asked for, or the trust of the role."""
        found = [(where, each["trust"]) for where, each in self.around.roles]
        of_things = no(self.request.is_trust)
        found += [(both(of_things, where), each["policy"]) for where, each in self.around.inside]
        said = [
            (where, self.reading.on_resource(document, bounded=self._bounded))
            for where, document in found
            if document is not None
        ]
        granted = [each.granted.where(where) for where, each in said]
        outside = self.around.is_outside
        if not self._delegating:
            needs = both(outside, self.request.needs_resource_side)
            outside = FALSE if needs is FALSE else both(needs, left_open(OUTSIDE_TRUSTS))
        granted.append(Named(account=outside))
        return Said(
            any_of(both(where, each.denied) for where, each in said),
            Named(
                any_of(each.itself for each in granted),
                any_of(each.role for each in granted),
                any_of(each.account for each in granted),
            ),
        )

    def _allowed(self, reading: Reading, resource: Said) -> Formula:
        """Join the layers for one request."""
        own = self.caller.principal
        identity = reading.identity(own["identity"])
        boundary = None if own["boundary"] is None else reading.identity([own["boundary"]])
        levels = [reading.identity(level) for level in self._levels()]
        limits = TRUE if boundary is None else boundary.allowed
        by_identity = both(identity.allowed, limits)
        granted = resource.granted
        by_resource = either(granted.itself, both(granted.role, limits))
        needs = self._needs(reading.request)
        at_home = either(by_resource, both(by_identity, either(no(needs), granted.account)))
        abroad = both(by_identity, granted.at_all)
        same = reading.keys.same_account
        denied = [identity.denied, resource.denied, *(level.denied for level in levels)]
        if not _is_aws_key(reading.request):
            denied.append(reading.held_back(self._system["rcps"], reading.keys.owner))
        denied += [] if boundary is None else [boundary.denied]
        return all_of(
            (
                no(any_of(denied)),
                *(level.allowed for level in levels),
                either(both(same, at_home), both(no(same), abroad)),
            )
        )

    def _levels(self) -> list[Data]:
        """Return the service control policies that bind the caller, level by level.

        https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps.html
        """
        account, bound = self.caller.principal["account"], self._system["scp_accounts"]
        if account == self._system["management"] or (bound and account not in bound):
            return []
        return list(self._system["scps"])

    @staticmethod
    def _needs(request: Any) -> Formula:
        return TRUE if isinstance(request, OnKey) else request.needs_resource_side


def _is_aws_key(request: Any) -> bool:
    """Tell whether S3 asks for AWS's own key, which no resource control policy restricts."""
    return isinstance(request, OnKey) and request.key["arn"].endswith(f"key/{KEY_OF_S3}")


def _key_outside(arn: str) -> Data:
    """Return a key that the system does not hold; the policy of AWS's own key for S3 is known."""
    _, _, _, region, account, tail = arn.split(":", 5)
    found = {"arn": arn, "account": account}
    if tail != f"key/{KEY_OF_S3}":
        return found
    return {**found, "policy": policy_of_key_of_s3(account, region)}
