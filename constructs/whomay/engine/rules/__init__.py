"""Rules over the templates of an app: one a file, each with its reason, its mend and its examples.

Contracts prove what one app promises. Rules look for what hardly any app means to do.
"""

from typing import Final

from whomay.engine.assembly import Assembly
from whomay.engine.rules import (
    access_key,
    administrator,
    allow_except,
    assume_role_outside,
    data_deleted,
    deny_misses_mfa,
    escalation,
    federated_action,
    guard_bypassed,
    guard_for_all_values,
    guard_if_exists,
    guard_literal_wildcard,
    guard_negated,
    guard_wildcard,
    key_permission,
    never_matches,
    oidc_guard,
    other_partition,
    outside_boundary,
    pass_role,
    pass_role_run,
    public_resource,
    question_mark,
    secret_exposed,
    service_condition,
    service_source_account,
    service_unknown,
    trust_everyone,
    trust_other_account,
    trust_own_account,
    unknown_action,
    unknown_condition_key,
    writes_own_policy,
)
from whomay.engine.rules.app import App
from whomay.engine.rules.rule import Finding, Rule, Severity

PACK: Final = "AccessRules"  # the namespace of the findings' ids

__all__ = ["PACK", "RULES", "Finding", "Rule", "Severity", "findings"]

RULES: Final[tuple[Rule, ...]] = (
    trust_everyone.RULE,
    trust_own_account.RULE,
    trust_other_account.RULE,
    oidc_guard.RULE,
    federated_action.RULE,
    guard_bypassed.RULE,
    guard_if_exists.RULE,
    guard_for_all_values.RULE,
    guard_negated.RULE,
    guard_wildcard.RULE,
    guard_literal_wildcard.RULE,
    deny_misses_mfa.RULE,
    service_condition.RULE,
    service_source_account.RULE,
    service_unknown.RULE,
    administrator.RULE,
    writes_own_policy.RULE,
    escalation.RULE,
    pass_role.RULE,
    pass_role_run.RULE,
    allow_except.RULE,
    question_mark.RULE,
    assume_role_outside.RULE,
    never_matches.RULE,
    unknown_action.RULE,
    unknown_condition_key.RULE,
    other_partition.RULE,
    public_resource.RULE,
    secret_exposed.RULE,
    access_key.RULE,
    key_permission.RULE,
    outside_boundary.RULE,
    data_deleted.RULE,
)


def findings(assembly: Assembly) -> list[Finding]:
    """Return what the rules find in the templates, worst first, then rule by rule.

    Acknowledged findings are among them.
    """
    app = App(assembly)
    found = [finding for rule in RULES for finding in rule.find(app)]
    return sorted(found, key=lambda finding: list(Severity).index(finding.rule.severity))
