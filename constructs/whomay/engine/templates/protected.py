"""Which resource a policy protects: by ARN, name or URL, in whichever form its type takes.

https://docs.aws.amazon.com/lambda/latest/api/API_AddPermission.html (names and partial ARNs)
https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-queue-message-identifiers.html
https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_PutResourcePolicy.html
"""

import re
from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Final

from whomay.engine.templates.formats import Around, arns_of
from whomay.engine.templates.resource_attributes import attribute_like
from whomay.engine.templates.resources import Item, Items
from whomay.iam.arn import last_word_in, name_in
from whomay.iam.facts.policy_carriers import Carrier, carriers
from whomay.iam.patterns.symbols import SYMBOL, is_symbolic

_VARIABLE: Final = re.compile(r"\$\{(\w+)\}")
_REGION: Final = rf"[a-z]{{2,4}}(?:-[a-z]+)+-\d|{SYMBOL.pattern.replace('(', '(?:')}"
_QUEUE_URL: Final = re.compile(
    rf"https?://(?:(?:sqs|queue)(?:-fips)?\.)?(?:({_REGION})\.)?(?:queue\.)?[^/]+/([^/]+)/([^/]+)/?"
)
_OLDEST_REGION: Final = "us-east-1"  # whose queues have URLs without a Region
# Part of a function's ARN, from an account or the word `function` on; then a version or an alias.
_FUNCTION: Final = re.compile(r"(?:(\d{12}):)?(?:function:)?([^:]+)(?::([^:]+))?")
_FUNCTION_ARN: Final = re.compile(
    r"(arn:[^:]*:lambda:[^:]*:[^:]*:function:[^:]+)(?::.+)?", re.DOTALL
)
_LAMBDA: Final = "AWS::Lambda::Function"
_QUEUE: Final = "AWS::SQS::Queue"
_ADDED: Final = re.compile(r"-[A-Za-z0-9]{6}$")


class Protected:
    """Finds the ARNs of the resources that the policies of an assembly protect."""

    def __init__(self, items: Items) -> None:
        self._items = items

    def arns(self, item: Item, carrier: Carrier, around: Around) -> Iterator[tuple[str, str]]:
        """Yield the ARN of each protected resource, and the ARN that its statements are about.

        They differ for one version or alias of a function, whose statements are in the function's
        own policy. An ARN may hold wildcards where the name does not tell it all.
        """
        if not carrier.names:
            for arn in arns_of(item, carrier.arn, around):
                yield arn, arn
            return
        for name in self._named(item, carrier):
            arn = self._arn(item, carrier, name)
            found = _FUNCTION_ARN.fullmatch(arn) if carrier.of == _LAMBDA else None
            yield (found[1] if found else arn), arn

    def _named(self, item: Item, carrier: Carrier) -> list[str]:
        for prop in carrier.names:
            if found := item.texts(prop):
                return found
        return [carrier.default] if carrier.default else []

    def _arn(self, item: Item, carrier: Carrier, name: str) -> str:
        known = self._known.get((carrier.of, item.account, name))
        if known is not None:
            return known
        if name.startswith("arn:") or not carrier.arn:
            return self._secrets.get(name, f"{name}{_open_end(carrier, name)}")
        environment = item.resolver.environment(item.template)
        if carrier.of == _QUEUE and (url := _QUEUE_URL.fullmatch(name)):
            region, account, name = url.groups()
            environment = {**environment, "Account": account, "Region": region or _OLDEST_REGION}
        qualifier = ""
        if carrier.of == _LAMBDA and (match := _FUNCTION.fullmatch(name)):
            name = match[2]
            environment = {**environment, "Account": match[1] or environment["Account"]}
            qualifier = f":{match[3]}" if match[3] else ""
            known = self._known.get((carrier.of, environment["Account"], name))
            if known is not None:
                return known + qualifier
        values = {**environment, "Name": name}
        arn = _VARIABLE.sub(lambda match: values.get(match[1], match[0]), carrier.arn)
        return arn + qualifier

    @cached_property
    def _known(self) -> Mapping[tuple[str, str, str], str]:
        """ARNs of resources of the assembly by type, account and whatever they are called."""
        kinds = {one.of: one.arn for some in carriers().values() for one in some if one.of}
        found: dict[tuple[str, str, str], str] = {}
        for kind, form in kinds.items():
            for item in self._items.of(kind):
                arn = own_arn(item, form)
                for name in _names(item, arn):
                    found.setdefault((kind, item.account, name), arn)
        return found

    @cached_property
    def _secrets(self) -> Mapping[str, str]:
        """ARNs of the assembly's secrets by the part that a name alone gives."""
        return {
            f"{arn.rpartition(':')[0]}:{name}": arn
            for item in self._items.of("AWS::SecretsManager::Secret")
            if (name := item.text("Name")) and (arn := item.get("Ref"))
        }


def _open_end(carrier: Carrier, arn: str) -> str:
    """Return a pattern of the letters that AWS adds to a secret's name, where an ARN lacks them."""
    if ":secretsmanager:" not in arn or is_symbolic(arn) or _ADDED.search(arn):
        return ""
    return carrier.arn.partition("${Name}")[2]


def own_arn(item: Item, form: str) -> str:
    """Return the ARN of a resource, by the attribute that has a format like the one given."""
    found = item.get(attribute_like(item.kind, form))
    if found.startswith("arn:"):
        return found
    values = {**item.resolver.environment(item.template), "Name": found}
    return _VARIABLE.sub(lambda match: values.get(match[1], match[0]), form)


def _names(item: Item, arn: str) -> Iterator[str]:
    yield from (arn, item.get("Ref"), last_word_in(arn), name_in(arn))
    if item.kind == _QUEUE:
        yield item.get("QueueUrl")
    if item.kind == "AWS::SecretsManager::Secret" and (name := item.text("Name")):
        yield name
