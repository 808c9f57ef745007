"""Whether a request is allowed: all layers together, as AWS documents their evaluation.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic-cross-account.html
"""

from collections.abc import Mapping
from functools import cached_property
from typing import Any

from scripts.prove.callers import Caller, Named
from scripts.prove.keys import Keys
from scripts.prove.logic import (
    FALSE,
    TRUE,
    Formula,
    all_of,
    any_of,
    both,
    either,
    flag,
    left_open,
    no,
)
from scripts.prove.policies import Reading, Said
from scripts.prove.request import OnKey, Surroundings
from scripts.prove.systems import Data
from scripts.prove.texts import Text, Variables, constant
from scripts.prove.vocabulary import Vocabulary

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
    ) -> None:
        """Take what a question fixes in `fixed`."""
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

    @cached_property
    def allowed(self) -> Formula:
        """Return when the request is allowed, and where it needs a key, that of S3 to KMS too."""
        needed = [
            either(no(where), self._allowed(Reading(self.caller, asked, keys), said))
            for where, asked, keys, said in self._key_requests()
        ]
        return all_of((self._allowed(self.reading, self._resource_side), *needed))

    def _key_requests(self) -> Any:
        """Yield the requests that S3 makes to KMS, each with the condition that it makes it.

        An object that is read may have been written without the key, and who writes one may ask for
        none. What is uploaded in parts is read again when they are joined.
        https://docs.aws.amazon.com/kms/latest/developerguide/services-s3.html
        https://docs.aws.amazon.com/AmazonS3/latest/userguide/mpuoverview.html#mpuAndPermissions
        """
        under_key = flag("the object is under the key of its bucket")
        in_parts = flag("the object is uploaded in parts")
        keys = {each["arn"]: each for each in self._system["resources"]}
        for where, bucket in self.around.inside:
            key = keys.get(bucket["key"])
            if key is None:
                continue
            objects = self.request.resource(f"{bucket['arn']}/*")
            for action, of_kms, where_it_does in (
                ("s3:getobject", "kms:decrypt", TRUE),
                ("s3:getobjectversion", "kms:decrypt", TRUE),
                ("s3:putobject", "kms:generatedatakey", TRUE),
                ("s3:putobject", "kms:decrypt", in_parts),
            ):
                asked = OnKey(of_kms, key)
                fixed = {
                    **self._fixed,
                    "kms:viaservice": [f"s3.{bucket['region']}.amazonaws.com"],
                }
                read = self._keys(asked, asked.owner, fixed)
                said = Reading(self.caller, asked, read).on_resource(
                    key["policy"], bounded=self._bounded
                )
                asks = all_of((where, objects, under_key, where_it_does))
                yield both(asks, self.request.action.is_(action)), asked, read, said

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
