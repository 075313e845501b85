"""Twilio's signature: right ones pass, however odd the address; one flipped bit anywhere does not."""

import base64
import hashlib
import hmac
import time
from statistics import median

import pytest
from multidict import MultiDict, MultiDictProxy

from bot.web.signed import Form, Signatures

PUBLIC = "https://pay.harbor.example:8443"
TOKEN, NEXT = "a-token-for-tests", "the-token-after-it"
PATH = "/webhooks/twilio/sms?a=%2B1&b=x%20y&c=it%27s"
FORM: Form = MultiDictProxy(
    MultiDict([("To", "+12065550100"), ("Body", " hi "), ("Body", "again"), ("Empty", ""), ("ünï", "código")])
)


def sign(url: str, form: Form, token: str = TOKEN, digest: str = "sha1") -> str:
    """As Twilio's own page describes it: independent of the SDK."""
    told = "".join(name + value for name in sorted(set(form)) for value in sorted(set(form.getall(name))))
    return base64.b64encode(hmac.new(token.encode(), (url + told).encode(), digest).digest()).decode()


def test_a_known_vector() -> None:
    form: Form = MultiDictProxy(
        MultiDict(
            CallSid="CA1234567890ABCDE", Caller="+14158675309", Digits="1234", From="+14158675309", To="+18005551212"
        )
    )
    signatures = Signatures(["12345"], "https://mycompany.com")
    assert signatures.good("/myapp.php?foo=1&bar=2", form, "RSOYDt4T1cUTdK1PDd93/VVr8B8=")


@pytest.mark.parametrize("digest", ["sha1", "sha256"])
def test_both_algorithms_and_both_tokens(digest: str) -> None:
    signatures = Signatures([TOKEN, NEXT], PUBLIC)
    settings = "key=webhooks_sharedkey_1,algorithm=HMAC_SHA256" if digest == "sha256" else ""
    for token in (TOKEN, NEXT):
        assert signatures.good(PATH, FORM, sign(PUBLIC + PATH, FORM, token, digest), settings)
    assert not Signatures([TOKEN], PUBLIC).good(PATH, FORM, sign(PUBLIC + PATH, FORM, NEXT, digest), settings)


@pytest.mark.parametrize("base", ["https://pay.harbor.example", "http://pay.harbor.example:8080", PUBLIC])
@pytest.mark.parametrize("path", ["/webhooks/twilio/sms", "/webhooks/twilio/sms/", "/w?x=%2B&y=+&z=%20", PATH])
def test_the_address_is_taken_as_it_was_called(base: str, path: str) -> None:
    assert Signatures([TOKEN], base).good(path, FORM, sign(base + path, FORM))


def test_with_and_without_the_port() -> None:
    plain = "https://pay.harbor.example"
    assert Signatures([TOKEN], plain).good("/a", FORM, sign(plain + ":443/a", FORM))
    assert Signatures([TOKEN], plain + ":443").good("/a", FORM, sign(plain + "/a", FORM))


def test_one_flipped_bit_anywhere_is_refused() -> None:
    signatures, good = Signatures([TOKEN], PUBLIC), sign(PUBLIC + PATH, FORM)
    for place in range(len(good)):
        flipped = good[:place] + chr(ord(good[place]) ^ 1) + good[place + 1 :]
        # The last bits of the padding carry nothing: only what is not the same signature counts.
        assert not signatures.good(PATH, FORM, flipped)
    for place in range(len(PATH)):
        flipped = PATH[:place] + chr(ord(PATH[place]) ^ 1) + PATH[place + 1 :]
        assert not signatures.good(flipped, FORM, good)
    for number, (name, value) in enumerate(FORM.items()):
        for changed in ((name + "x", value), (name, value + " "), (name, value[:-1] + "!")):
            pairs = [*FORM.items()]
            pairs[number] = changed
            assert not signatures.good(PATH, MultiDictProxy(MultiDict(pairs)), good)


@pytest.mark.parametrize(
    "signature", ["", " ", "x", "é" * 20, "A" * 101, "A" * 100_000, "\x00", base64.b64encode(b"0" * 20).decode()]
)
def test_odd_signatures_are_refused(signature: str) -> None:
    assert not Signatures([TOKEN], PUBLIC).good(PATH, FORM, signature)


@pytest.mark.parametrize(
    "settings",
    ["algorithm=HMAC_MD5", "algorithm=+12065550111 owes", "algorithm=none", "algorithm=HMAC_SHA256", "garbage,,=,=="],
)
def test_another_algorithm_than_the_signed_one(settings: str, caplog: pytest.LogCaptureFixture) -> None:
    good = sign(PUBLIC + PATH, FORM)
    assert Signatures([TOKEN], PUBLIC).good(PATH, FORM, good, settings) is (settings == "garbage,,=,==")
    assert caplog.text == ""  # a stranger writes nothing into our log


def test_no_token_means_nothing_is_believed() -> None:
    assert not Signatures(["", ""], PUBLIC).good(PATH, FORM, sign(PUBLIC + PATH, FORM, ""))


def test_a_path_that_is_no_text() -> None:
    assert not Signatures([TOKEN], PUBLIC).good("/w\udcff", FORM, "A" * 28)


def test_json_is_signed_by_the_hash_of_its_bytes() -> None:
    body = '{"a":1}'
    path = f"/w?bodySHA256={hashlib.sha256(body.encode()).hexdigest()}"
    good = sign(PUBLIC + path, MultiDictProxy(MultiDict()))
    assert Signatures([TOKEN], PUBLIC).good(path, body, good)
    assert not Signatures([TOKEN], PUBLIC).good(path, '{"a": 1}', good)


def test_it_is_quick() -> None:
    names = (
        "ToCountry",
        "SmsSid",
        "AccountSid",
        "From",
        "To",
        "Body",
        "NumMedia",
        "NumSegments",
        "FromZip",
        "ApiVersion",
    )
    form: Form = MultiDictProxy(MultiDict([(name, "+12065550100") for name in names]))
    signatures, good = Signatures([TOKEN], PUBLIC), sign(PUBLIC + PATH, form)
    took = []
    for _ in range(300):
        begun = time.perf_counter()
        assert signatures.good(PATH, form, good)
        took.append(time.perf_counter() - begun)
    assert median(took) < 0.001
