"""Where a patient may be, as far as hours are concerned (47 CFR 64.1200(c)(1))."""

from collections.abc import Sequence


def patient_zones(
    time_zone: str | None, zip_zone: str | None, number_zones: Sequence[str], practice_zone: str
) -> tuple[str, ...]:
    """Every zone that must agree: the one on file alone, else all that ZIP and number allow, else the practice's."""
    if time_zone:
        return (time_zone,)
    if not zip_zone and not number_zones:
        return (practice_zone,)
    found = ([zip_zone] if zip_zone else []) + list(number_zones)
    return tuple(dict.fromkeys(found)) or (practice_zone,)
