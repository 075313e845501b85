"""The resources of an import, found by type and id, and by every way in which others refer to them."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from bot.imports.fhir.fields import Resource, many, one, word

WANTED = (
    "Patient", "RelatedPerson", "Coverage", "Encounter", "ExplanationOfBenefit", "Invoice", "Account", "ChargeItem",
    "Practitioner", "Organization", "Location",
)  # fmt: skip


@dataclass(slots=True)
class Shelf:
    """What was read. Resources that we have no use for never come here."""

    _by_name: dict[str, Resource] = field(default_factory=dict)
    _names: dict[str, str] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self._by_name)

    def put(self, resource: Resource, full_url: str = "") -> bool:
        """Keep it, unless a newer version is here. False: it has no id, so nothing can refer to it again."""
        kind = word(resource, "resourceType")
        key = word(resource, "id") or full_url.rpartition("/")[2].rpartition(":")[2]
        if not key:
            return False
        name = f"{kind}/{key}"
        for alias in (full_url, f"urn:uuid:{key}", *_identifiers(kind, resource)):
            if alias:
                self._names.setdefault(alias, name)
        known = self._by_name.get(name)
        if known is None or word(known, "meta", "lastUpdated") <= word(resource, "meta", "lastUpdated"):
            self._by_name[name] = resource if word(resource, "id") else {**resource, "id": key}
        return True

    def all(self, kind: str) -> Iterator[Resource]:
        """Every resource of this type, in the order in which they came."""
        return (resource for name, resource in self._by_name.items() if name.startswith(f"{kind}/"))

    def name(self, reference: Resource, kind: str) -> str:
        """`Patient/123`, whether that resource is here or not; empty when the reference says nothing of this type."""
        written = word(reference, "reference")
        identifier = one(reference, "identifier")
        if not written and identifier:
            written = f"{kind}?identifier={word(identifier, 'system')}|{word(identifier, 'value')}"
        if written in self._names:
            found = self._names[written]
        elif written.startswith("urn:uuid:"):
            found = f"{kind}/{written.removeprefix('urn:uuid:')}"
        else:
            found = "/".join(written.partition("/_history/")[0].split("/")[-2:])
        return found if found.startswith(f"{kind}/") and len(found) > len(kind) + 1 else ""

    def get(self, reference: Resource, kind: str, inside: Resource | None = None) -> Resource:
        """The resource referred to; empty when it is not here. `inside` is whose contained ones may be meant."""
        written = word(reference, "reference")
        if written.startswith("#"):
            own = (each for each in many(inside or {}, "contained") if word(each, "id") == written[1:])
            return next(own, {})
        return self._by_name.get(self.name(reference, kind), {})


def _identifiers(kind: str, resource: Resource) -> Iterator[str]:
    for identifier in many(resource, "identifier"):
        if value := word(identifier, "value"):
            yield f"{kind}?identifier={word(identifier, 'system')}|{value}"
