"""What somebody is allowed who is neither a user nor a role: a federated user, a member's root user.

https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp_control-access_getfederationtoken.html
https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoot.html
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Final

from whomay.engine.decisions.decide import decide_in
from whomay.engine.decisions.index import Index
from whomay.engine.decisions.layer import Layer
from whomay.engine.decisions.request import Request
from whomay.engine.proof.classes import Pattern, representatives
from whomay.engine.proof.deciders import LayerView, SnapshotView
from whomay.engine.proof.outsiders import outsiders, unnamed_federated_user
from whomay.engine.proof.prove import Proof, some_allowed
from whomay.iam.arn import account_in
from whomay.iam.callers import Caller, CallerKind, caller
from whomay.iam.facts.becoming import ROOT_TASKS
from whomay.iam.facts.managed_policies import managed_policy
from whomay.iam.policy import Condition, Policy, Statement


class FederatedUsers:
    """The federated users that the users of a snapshot can make, with policies of the user's own.

    A resource policy that allows the user allows them too. The maker of one chooses its session
    policy, so that one limits nothing here. The tags are free: whether sts:TagSession is allowed is
    not looked at.
    """

    def __init__(self, index: Index) -> None:
        """Look at an indexed snapshot."""
        self._index = index
        self._of: dict[str, tuple[str, ...]] = {}
        self._indexes: dict[str, Index] = {}

    def of(self, user: Caller) -> tuple[str, ...]:
        """Return the ARN of one for each way in which the policies tell federated users apart."""
        if user.name not in self._of:
            account = user.account or ""
            policies = self._index.neighbourhood.resource_policies.values()
            statements = [s for each in policies for s in each.layer.statements]
            statements += self._index.own_layers(user).identity.statements
            found = [unnamed_federated_user(account)]
            found += (c.name for c in outsiders(statements, account))
            found += self._that_may_be_made(user, found)
            self._of[user.name] = tuple(dict.fromkeys(filter(_is_of(account), found)))
        return self._of[user.name]

    def _that_may_be_made(self, user: Caller, named: Sequence[str]) -> Iterator[str]:
        """Yield one for each way in which policies tell apart whom the user may make."""
        making = Pattern((_MAKING,), (*named, f"arn:*:sts::{user.account}:federated-user/*"))
        view = SnapshotView(self._index)
        for request in representatives(user, [view], making, allowable=True):
            yield request.resource

    def allowed(self, user_arn: str, arn: str, pattern: Pattern) -> Proof:
        """Tell whether a federated user that a user makes is allowed any request of a pattern."""
        index = self._with_those_of(user_arn)
        answer = some_allowed(SnapshotView(index), [caller(arn, user_arn)], pattern)
        if answer.witness is None:
            return answer
        return replace(answer, reason=decide_in(answer.witness, index).reason)

    def _with_those_of(self, user_arn: str) -> Index:
        if user_arn not in self._indexes:
            user = self._index.principals[user_arn]
            made = (
                replace(user, arn=arn, path=f"{user.path} as {arn}", tags=())
                for arn in self.of(caller(user_arn))
            )
            known = self._index.snapshot
            system = replace(known, principals=(*known.principals, *made))
            made_by = dict.fromkeys(self.of(caller(user_arn)), user_arn)
            self._indexes[user_arn] = Index(system, self._index.outside, made_by)
        return self._indexes[user_arn]


# The request with which a user makes one.
_MAKING: Final = "sts:GetFederationToken"


# https://docs.aws.amazon.com/STS/latest/APIReference/API_GetFederationToken.html
_NO_LETTERS: Final = frozenset("/:*?")


def _is_of(account: str) -> Callable[[str], bool]:
    def test(arn: str) -> bool:
        who = caller(arn)
        federated = who.kind is CallerKind.FEDERATED_USER and who.account == account
        return federated and not _NO_LETTERS & set(arn.partition("/")[2])

    return test


def as_root(index: Index, becoming: Request, pattern: Pattern) -> Proof:
    """Tell whether any request of a pattern is among the tasks of a member account's root user.

    It is never certain. Only the management account of an organization, or one that it has chosen,
    may act as the root user of the others.
    """
    root, account = caller(becoming.resource), account_in(becoming.resource) or ""
    own = Condition("StringEquals", "aws:ResourceAccount", (account,))
    everything = Policy((Statement("Allow", ("*",), None, ("*",), None, conditions=(own,)),))
    for task in ROOT_TASKS:
        view = LayerView(Layer((managed_policy(task), everything)), index)
        answer = some_allowed(view, [root], pattern)
        if answer.holds is not False:
            why = "whether its account manages the organization of the other is not known"
            return Proof(None, answer.witness, why)
    return Proof(False)
