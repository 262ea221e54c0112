"""Writes the vectors of the log: log_canonical, log_tree, log_act, log_entry, log_receipt, log_draw (.json).

A second implementation from docs/formats.md, on purpose in another language and sharing no code with `crypto/src`:
what both agree on is the format. Every case has one fault at most, so that the expected code is unambiguous.
Deterministic (P-256 by RFC 6979). Needs the package `cryptography` 43 or newer. Run: python3 log_vectors.py
"""

import base64
import hashlib
import json
import pathlib
import struct

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, utils

HERE = pathlib.Path(__file__).parent
ORIGIN = "kaibiao.example/tlog/1"
PERSON = "4b1f1d3a-0c53-4f53-9a5e-0a1b2c3d4e5f"
TENDER = "9e107d9d-372b-4b68-81e5-4c1b5a3f2d10"


def sha256(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


def b64(data):
    return base64.b64encode(data).decode()


def canonical(value):
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def write(name, document):
    text = json.dumps(document, indent=1, ensure_ascii=True)
    (HERE / f"log_{name}.json").write_text(text + "\n")


# ── Canonical JSON ──


def nested(depth):
    return b"[" * depth + b"]" * depth


def canonical_vectors():
    good = [
        b"null", b"true", b"false", b"0", b"-1", b"9007199254740991", b"-9007199254740991", b'""', b"[]", b"{}",
        b'"a/b"', b'"\\"\\\\\\b\\t\\n\\f\\r\\u0000\\u000b\\u001f"', "\"\u007f\"".encode(), b"[1,[2,[3]],{}]",
        "\"招标 é 😀 \u2028\"".encode(), b'{"0":1,"_":2,"a":3,"a0":4,"a_":5,"aa":6,"b":7}', nested(16),
        b'{"a":[null,true,{"b":""}],"c":-7}', b'{"' + b"k" * 64 + b'":1}',
    ]
    bad = [
        ("empty", b"", "unexpected_end"),
        ("byte order mark", b"\xef\xbb\xbf{}", "unexpected_byte"),
        ("leading space", b" 1", "unexpected_byte"),
        ("trailing newline", b"1\n", "trailing_bytes"),
        ("two values", b"{}{}", "trailing_bytes"),
        ("space after colon", b'{"a": 1}', "unexpected_byte"),
        ("space before comma", b"[1 ,2]", "unexpected_byte"),
        ("newline inside", b"[\n]", "unexpected_byte"),
        ("comma at the end of an array", b"[1,]", "unexpected_byte"),
        ("comma at the end of an object", b'{"a":1,}', "unexpected_byte"),
        ("array left open", b"[1", "unexpected_end"),
        ("object left open", b'{"a":1', "unexpected_end"),
        ("string left open", b'"a', "unexpected_end"),
        ("word cut short", b"tru", "unexpected_end"),
        ("word misspelt", b"nulL", "unexpected_byte"),
        ("comment", b"/**/1", "unexpected_byte"),
        ("key without quotes", b"{a:1}", "unexpected_byte"),
        ("key order", b'{"b":1,"a":2}', "key_order"),
        ("key order by length", b'{"aa":1,"a":2}', "key_order"),
        ("key twice", b'{"a":1,"a":1}', "key_twice"),
        ("key in capitals", b'{"A":1}', "key_form"),
        ("key empty", b'{"":1}', "key_form"),
        ("key too long", b'{"' + b"k" * 65 + b'":1}', "key_form"),
        ("key with hyphen", b'{"a-b":1}', "key_form"),
        ("key outside ASCII", '{"标":1}'.encode(), "key_form"),
        ("fraction", b"1.5", "number_form"),
        ("fraction of zero", b"1.0", "number_form"),
        ("exponent", b"1e3", "number_form"),
        ("capital exponent", b"1E3", "number_form"),
        ("minus zero", b"-0", "number_form"),
        ("leading zero", b"01", "number_form"),
        ("minus alone", b"-", "number_form"),
        ("plus sign", b"+1", "number_form"),
        ("point first", b".5", "number_form"),
        ("hexadecimal", b"0x1", "trailing_bytes"),
        ("not a number", b"NaN", "unexpected_byte"),
        ("2^53", b"9007199254740992", "number_range"),
        ("-2^53", b"-9007199254740992", "number_range"),
        ("2^53+1, which doubles cannot hold", b"9007199254740993", "number_range"),
        ("20 digits", b"18446744073709551616", "number_range"),
        ("400 digits", b"1" * 400, "number_range"),
        ("escaped solidus", b'"\\/"', "bad_escape"),
        ("escaped letter", b'"\\u0041"', "bad_escape"),
        ("long escape of newline", b'"\\u000a"', "bad_escape"),
        ("capital hex digits", b'"\\u001F"', "bad_escape"),
        ("lone surrogate", b'"\\ud800"', "bad_escape"),
        ("escaped pair", b'"\\ud83d\\ude00"', "bad_escape"),
        ("unknown escape", b'"\\v"', "bad_escape"),
        ("escape cut short", b'"\\u00', "unexpected_end"),
        ("bare newline", b'"\n"', "control_character"),
        ("bare zero", b'"\0"', "control_character"),
        ("decomposed letter", "\"e\u0301\"".encode(), "not_nfc"),
        ("compatibility ideograph", "\"\uf900\"".encode(), "not_nfc"),
        ("surrogate in UTF-8", b'"\xed\xa0\x80"', "not_utf8"),
        ("overlong", b'"\xc0\xaf"', "not_utf8"),
        ("cut UTF-8", b'"\xe6\xa0', "not_utf8"),
        ("17 deep", nested(17), "too_deep"),
        ("10000 deep", b"[" * 10000, "too_deep"),
    ]
    written = [
        ('{ "b": 1, "a": [ 2, {"z": null, "y": "\\u0041\\u000a"} ] }', b'{"a":[2,{"y":"A\\n","z":null}],"b":1}'),
        ('"\\ud83d\\ude00\\/"', '"😀/"'.encode()),
        ('{"a_":1,"a0":2,"a":3,"_":4}', b'{"_":4,"a":3,"a0":2,"a_":1}'),
    ]
    unwritable = [
        ("1.5", "number_form"), ("9007199254740992", "number_range"), ("-9007199254740992", "number_range"),
        ('{"A":1}', "key_form"), ('{"":1}', "key_form"), ('"e\\u0301"', "not_nfc"),
        (nested(17).decode(), "too_deep"),
    ]
    write("canonical", {
        "about": "Canonical JSON, docs/formats.md 1. good: text and its SHA-256; bad: bytes and code; "
                 "written: any JSON and its canonical text; unwritable: any JSON without one.",
        "good": [{"text": text.decode(), "sha256": sha256(text).hex()} for text in good],
        "bad": [{"name": name, "hex": data.hex(), "code": code} for name, data, code in bad],
        "written": [{"json": text, "canonical": result.decode()} for text, result in written],
        "unwritable": [{"json": text, "code": code} for text, code in unwritable],
    })


# ── Tree (by the definitions of RFC 6962, section 2.1) ──


def leaf(data):
    return sha256(b"\0", data)


def split(n):
    return 1 << ((n - 1).bit_length() - 1)


def head(leaves):
    if not leaves:
        return sha256(b"")
    if len(leaves) == 1:
        return leaves[0]
    k = split(len(leaves))
    return sha256(b"\1", head(leaves[:k]), head(leaves[k:]))


def path(index, leaves):
    if len(leaves) == 1:
        return []
    k = split(len(leaves))
    if index < k:
        return path(index, leaves[:k]) + [head(leaves[k:])]
    return path(index - k, leaves[k:]) + [head(leaves[:k])]


def consistency(old, leaves, is_known=True):
    if old == len(leaves):
        return [] if is_known else [head(leaves)]
    k = split(len(leaves))
    if old <= k:
        return consistency(old, leaves[:k], is_known) + [head(leaves[k:])]
    return consistency(old - k, leaves[k:], False) + [head(leaves[:k])]


# The inputs and heads that the tests of Certificate Transparency publish.
PUBLISHED_INPUTS = [
    "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f",
]
PUBLISHED_HEADS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]


def flip(data):
    return bytes([data[0] ^ 1]) + data[1:]


def tree_vectors():
    leaves = [leaf(bytes.fromhex(data)) for data in PUBLISHED_INPUTS]
    assert [head(leaves[:n]).hex() for n in range(9)] == PUBLISHED_HEADS

    def included(index, size, code=None, change=None):
        case = {"leaf": leaves[index], "index": index, "size": size, "proof": path(index, leaves[:size]),
                "root": head(leaves[:size])}
        if change:
            change(case)
        case.update(leaf=case["leaf"].hex(), root=case["root"].hex(), proof=[h.hex() for h in case["proof"]])
        return {**case, "code": code}

    def consistent(old, new, code=None, change=None):
        case = {"old_size": old, "old_root": head(leaves[:old]), "new_size": new, "new_root": head(leaves[:new]),
                "proof": consistency(old, leaves[:new]) if old else []}
        if change:
            change(case)
        case.update(old_root=case["old_root"].hex(), new_root=case["new_root"].hex(),
                    proof=[h.hex() for h in case["proof"]])
        return {**case, "code": code}

    inclusion = [included(i, n) for n in range(1, 9) for i in range(n)] + [
        included(0, 8, "index_out_of_range", lambda c: c.update(index=8)),
        included(0, 1, "index_out_of_range", lambda c: c.update(size=0)),
        included(3, 8, "proof_length", lambda c: c["proof"].pop()),
        included(3, 8, "proof_length", lambda c: c["proof"].append(leaves[0])),
        included(0, 1, "proof_length", lambda c: c["proof"].append(leaves[0])),
        included(3, 8, "root_mismatch", lambda c: c.update(index=2)),
        included(3, 8, "root_mismatch", lambda c: c.update(leaf=flip(c["leaf"]))),
        included(3, 8, "root_mismatch", lambda c: c.update(root=flip(c["root"]))),
        included(3, 8, "root_mismatch", lambda c: c["proof"].reverse()),
        included(6, 7, "proof_length", lambda c: c.update(size=8)),
    ]
    for place in range(3):
        inclusion.append(included(5, 8, "root_mismatch",
                                  lambda c: c["proof"].__setitem__(place, flip(c["proof"][place]))))
    heads = [consistent(old, new) for new in range(9) for old in range(new + 1)] + [
        consistent(4, 8, "size_out_of_range", lambda c: c.update(new_size=3)),
        consistent(0, 8, "proof_length", lambda c: c["proof"].append(leaves[0])),
        consistent(0, 8, "root_mismatch", lambda c: c.update(old_root=leaves[0])),
        consistent(8, 8, "proof_length", lambda c: c["proof"].append(leaves[0])),
        consistent(8, 8, "root_mismatch", lambda c: c.update(old_root=flip(c["old_root"]))),
        consistent(3, 7, "proof_length", lambda c: c["proof"].clear()),
        consistent(3, 7, "proof_length", lambda c: c["proof"].pop()),
        consistent(3, 7, "proof_length", lambda c: c["proof"].append(leaves[0])),
        consistent(3, 7, "root_mismatch", lambda c: c.update(old_root=flip(c["old_root"]))),
        consistent(3, 7, "root_mismatch", lambda c: c.update(new_root=flip(c["new_root"]))),
        consistent(4, 7, "root_mismatch", lambda c: c.update(old_root=flip(c["old_root"]))),
        consistent(4, 7, "root_mismatch", lambda c: c["proof"].__setitem__(0, flip(c["proof"][0]))),
        consistent(6, 8, "root_mismatch", lambda c: c["proof"].reverse()),
    ]
    numbered = [leaf(b"%d" % n) for n in range(1000)]
    write("tree", {
        "about": "RFC 6962 tree. heads: of the first `size` inputs; numbered: leaf data are the decimal numbers "
                 "0, 1, 2, …; code null means accepted.",
        "inputs": PUBLISHED_INPUTS,
        "heads": PUBLISHED_HEADS,
        "numbered": [{"size": n, "root": head(numbered[:n]).hex()} for n in (255, 256, 257, 511, 700, 1000)],
        "inclusion": inclusion,
        "consistency": heads,
    })


# ── Keys and acts ──


class Ed25519Key:
    alg = 1

    def __init__(self, seed):
        self.secret = bytes.fromhex(seed)
        self.private = ed25519.Ed25519PrivateKey.from_private_bytes(self.secret)
        public = self.private.public_key()
        self.raw = public.public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
        self.spki = public.public_bytes(serialization.Encoding.DER,
                                        serialization.PublicFormat.SubjectPublicKeyInfo)

    def sign(self, message):
        return self.private.sign(message)


class P256Key:
    alg = 2

    def __init__(self, scalar):
        self.secret = bytes.fromhex(scalar)
        self.private = ec.derive_private_key(int(scalar, 16), ec.SECP256R1())
        self.spki = self.private.public_key().public_bytes(serialization.Encoding.DER,
                                                           serialization.PublicFormat.SubjectPublicKeyInfo)

    def sign(self, message):
        der = self.private.sign(message, ec.ECDSA(hashes.SHA256(), deterministic_signing=True))
        r, s = utils.decode_dss_signature(der)
        return r.to_bytes(32, "big") + s.to_bytes(32, "big")


BIDDER = Ed25519Key("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60")
EXPERT = P256Key("c9afa9d845ba75166b5c215767b1d6934e50c3db36e89b127b8a622b120f6721")
LOG = Ed25519Key("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb")
WITNESSES = [Ed25519Key(sha256(b"witness %d" % n).hex()) for n in range(3)]
KEYS = {"bidder": BIDDER, "expert": EXPERT}


def pae(payload):
    kind = b"application/vnd.kaibiao.act+json"
    return b"DSSEv1 %d %s %d %s" % (len(kind), kind, len(payload), payload)


def payload(**changes):
    fields = {
        "actor": PERSON, "body": {"deposit": "paid", "price_minor": 12345678900}, "body_sha256": None,
        "client_time": 1767225600123, "lot": "A-1", "nonce": "000102030405060708090a0b0c0d0e0f", "origin": ORIGIN,
        "prev": None, "role": "bidder", "seen": None, "tender": TENDER, "type": "SubmitBid", "v": 1,
    }
    fields.update(changes)
    return fields


def act(key, fields, body=None):
    data = fields if isinstance(fields, bytes) else canonical(fields)
    unsigned = {"alg": 0, "key_id": "00" * 32, "sig": ""}
    signed = key and {"alg": key.alg, "key_id": sha256(key.spki).hex(), "sig": b64(key.sign(pae(data)))}
    return {**(signed or unsigned), "body": None if body is None else b64(body), "payload": b64(data)}


def without(fields, name):
    return {key: value for key, value in fields.items() if key != name}


def act_vectors():
    large = canonical({"manifest": ["第%d章" % n for n in range(400)]})
    at_limit = canonical({"text": "x" * (2048 - len('{"text":""}'))})
    just_over = canonical({"text": "x" * (2049 - len('{"text":""}'))})
    assert len(large) > 2048 and len(at_limit) == 2048
    detached = payload(body=None, body_sha256=sha256(large).hex(), prev=sha256(b"previous").hex(),
                       seen={"root": PUBLISHED_HEADS[8], "size": 8})
    system = payload(actor="system", role="system", type="CloseLot", body={}, lot=None, tender=None)
    good = [
        ("inline body, Ed25519", "bidder", act(BIDDER, payload())),
        ("inline body, P-256", "expert", act(EXPERT, payload(role="expert", type="SubmitScores"))),
        ("detached body", "bidder", act(BIDDER, detached, large)),
        ("body at the limit", "bidder", act(BIDDER, payload(body=json.loads(at_limit)))),
        ("smallest detached body", "bidder",
         act(BIDDER, payload(body=None, body_sha256=sha256(just_over).hex()), just_over)),
        ("no body", "bidder", act(BIDDER, payload(body=None, lot=None, tender=None))),
        ("system act", None, act(None, system)),
    ]
    base = act(BIDDER, payload())
    other = act(EXPERT, payload())
    signature = bytearray(base64.b64decode(base["sig"]))
    # S + L fits the same equation; RFC 8032 section 5.1.7 refuses it.
    order = 2**252 + 27742317777372353535851937790883648493
    lifted = bytes(signature[:32]) + (int.from_bytes(signature[32:], "little") + order).to_bytes(32, "little")
    bad = [
        ("another key", "verify", "expert", base, "other_key"),
        ("another algorithm", "verify", "bidder", {**base, "alg": 2}, "other_key"),
        ("another key id", "verify", "bidder", {**base, "key_id": other["key_id"]}, "other_key"),
        ("system act under a key", "verify", "bidder", act(None, system), "other_key"),
        ("changed payload", "verify", "bidder", {**base, "payload": act(BIDDER, payload(v=2))["payload"]},
         "bad_signature"),
        ("changed signature", "verify", "bidder", {**base, "sig": b64(flip(bytes(signature)))}, "bad_signature"),
        ("signature not reduced", "verify", "bidder", {**base, "sig": b64(lifted)}, "bad_signature"),
        ("signature cut short", "verify", "bidder", {**base, "sig": b64(bytes(signature[:63]))}, "bad_signature"),
        ("signature empty", "verify", "bidder", {**base, "sig": ""}, "bad_signature"),
        ("over the payload alone", "verify", "bidder", {**base, "sig": b64(BIDDER.sign(canonical(payload())))},
         "bad_signature"),
        ("P-256 signature of another message", "verify", "expert", {**other, "sig": b64(EXPERT.sign(b"other"))},
         "bad_signature"),
        ("person without a signature", "read", None, act(None, payload()), "author"),
        ("system with a signature", "read", None, act(BIDDER, system), "author"),
        ("system with a key id", "read", None, {**act(None, system), "key_id": base["key_id"]}, "author"),
        ("detached body missing", "body", None, act(BIDDER, detached), "body_missing"),
        ("detached body changed", "body", None, act(BIDDER, detached, large.replace(b'"]', b' "]')), "body_mismatch"),
        ("body not named", "body", None, act(BIDDER, payload(), large), "body_unnamed"),
        ("detached body too small", "body", None,
         act(BIDDER, payload(body=None, body_sha256=sha256(at_limit).hex()), at_limit), "body_size"),
        ("detached body not canonical", "body", None,
         act(BIDDER, payload(body=None, body_sha256=sha256(large + b"\n").hex()), large + b"\n"), "trailing_bytes"),
        ("detached body no object", "body", None,
         act(BIDDER, payload(body=None, body_sha256=sha256(nested_list()).hex()), nested_list()), "body_form"),
    ]
    write("act", {
        "about": "Acts, docs/formats.md 2. keys: secret is the Ed25519 seed or the P-256 scalar. bad: `call` says "
                 "what refuses (verify with `key`, read the payload, resolve the body). payloads: parse alone.",
        "keys": [{"name": name, "alg": key.alg, "secret": key.secret.hex(), "spki": b64(key.spki),
                  "key_id": sha256(key.spki).hex()} for name, key in KEYS.items()],
        "bad_keys": bad_keys(),
        "good": [good_act(*case) for case in good],
        "bad": [{"name": name, "call": call, "key": key, "act": wire, "code": code}
                for name, call, key, wire, code in bad],
        "payloads": [{"name": name, "text": data.decode(), "code": code} for name, data, code in bad_payloads()],
    })


def nested_list():
    return canonical(["x" * 100] * 30)


def good_act(name, key, wire):
    data = base64.b64decode(wire["payload"])
    fields = json.loads(data)
    body = json.loads(base64.b64decode(wire["body"])) if wire["body"] else fields["body"]
    return {"name": name, "key": key, "act": wire, "payload": data.decode(), "pae": pae(data).hex(),
            "payload_sha256": sha256(data).hex(), "body_value": body}


def bad_payloads():
    spaced = json.dumps(payload(), sort_keys=True, separators=(", ", ":")).encode()
    filled = payload(body={"a": "x" * 2000}, role="r" * 32)
    too_large = canonical({**filled, "origin": "o" * 3000})
    assert len(too_large) > 4096
    return [
        ("not canonical", spaced, "unexpected_byte"),
        ("field unknown", canonical({**payload(), "w": 1}), "payload_fields"),
        ("optional field left out", canonical(without(payload(), "prev")), "payload_fields"),
        ("field left out", canonical(without(payload(), "nonce")), "payload_fields"),
        ("field of another type", canonical(payload(client_time="now")), "payload_fields"),
        ("time before 1970", canonical(payload(client_time=-1)), "payload_fields"),
        ("nonce too short", canonical(payload(nonce="00")), "payload_fields"),
        ("nonce in capitals", canonical(payload(nonce="AB" * 16)), "payload_fields"),
        ("seen with another field", canonical(payload(seen={"root": PUBLISHED_HEADS[1], "size": 1, "x": 1})),
         "payload_fields"),
        ("not an object", b"[]", "payload_fields"),
        ("actor no id", canonical(payload(actor="alice")), "payload_value"),
        ("actor in capitals", canonical(payload(actor=PERSON.upper())), "payload_value"),
        ("tender no id", canonical(payload(tender="1")), "payload_value"),
        ("lot too long", canonical(payload(lot="A" * 17)), "payload_value"),
        ("lot empty", canonical(payload(lot="")), "payload_value"),
        ("role with space", canonical(payload(role="the bidder")), "payload_value"),
        ("type empty", canonical(payload(type="")), "payload_value"),
        ("origin with space", canonical(payload(origin="a b")), "payload_value"),
        ("another version", canonical(payload(v=2)), "payload_value"),
        ("body no object", canonical(payload(body=[])), "body_form"),
        ("body over 2048 bytes inside", canonical(payload(body={"a": "x" * 2041})), "body_size"),
        ("body inside and detached", canonical(payload(body_sha256=PUBLISHED_HEADS[0])), "body_size"),
        ("over 4096 bytes", too_large, "payload_size"),
    ]


def bad_keys():
    ed25519_prefix, p256_prefix = BIDDER.spki[:12], EXPERT.spki[:26]
    prime = 2**255 - 19
    point = EXPERT.spki[26:]
    cases = [
        ("empty", b"", "public_key_form"),
        ("Ed25519 cut short", BIDDER.spki[:-1], "public_key_form"),
        ("Ed25519 with a byte more", BIDDER.spki + b"\0", "public_key_form"),
        ("Ed25519 without its wrapping", BIDDER.raw, "public_key_form"),
        ("P-256 compressed", p256_prefix + bytes([2]) + point[1:33], "public_key_form"),
        ("P-256 with a byte more", EXPERT.spki + b"\0", "public_key_form"),
        ("Ed25519 all zero", ed25519_prefix + bytes(32), "weak_key"),
        ("Ed25519 neutral element", ed25519_prefix + (1).to_bytes(32, "little"), "weak_key"),
        ("Ed25519 neutral element, sign bit", ed25519_prefix + (1 + 2**255).to_bytes(32, "little"), "weak_key"),
        ("Ed25519 order 2", ed25519_prefix + (prime - 1).to_bytes(32, "little"), "weak_key"),
        ("Ed25519 order 8", ed25519_prefix + bytes.fromhex(
            "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"), "weak_key"),
        ("Ed25519 not reduced", ed25519_prefix + (prime + 3).to_bytes(32, "little"), "weak_key"),
    ]
    return [{"name": name, "spki": b64(data), "code": code} for name, data, code in cases]


# ── Entries ──


def header(**changes):
    fields = {"outcome": sha256(b"[]").hex(), "rules": 1, "sprev": None, "sseq": 0, "stream": TENDER,
              "ts": 1767225601000}
    fields.update(changes)
    return fields


def entry(wire, fields, magic=b"TLE1", flags=0):
    parts = [base64.b64decode(wire["sig"]), fields if isinstance(fields, bytes) else canonical(fields),
             base64.b64decode(wire["payload"])]
    framed = b"".join(struct.pack(">H", len(part)) + part for part in parts)
    return magic + bytes([wire["alg"], flags]) + bytes.fromhex(wire["key_id"]) + framed


def entry_vectors():
    signed, by_expert = act(BIDDER, payload()), act(EXPERT, payload(role="expert", type="SubmitScores"))
    system = act(None, payload(actor="system", role="system", type="CloseLot", body={}))
    later = header(sprev=sha256(b"before").hex(), sseq=41)
    good = [
        ("Ed25519", entry(signed, header())),
        ("P-256, later in the stream", entry(by_expert, later)),
        ("system act of the centre", entry(system, header(stream="centre"))),
    ]
    whole = entry(signed, header())
    head_at = 4 + 2 + 32 + 2 + 64 + 2
    no_signature, zero_key = {**signed, "sig": ""}, {**signed, "key_id": "00" * 32}
    bad = [
        ("empty", b"", "entry_magic"),
        ("another magic", entry(signed, header(), magic=b"TLE2"), "entry_magic"),
        ("cut in the key", whole[:20], "entry_unexpected_end"),
        ("cut in the signature", whole[:60], "entry_unexpected_end"),
        ("cut in the header", whole[:head_at + 9], "entry_unexpected_end"),
        ("cut in the payload", whole[:-1], "entry_unexpected_end"),
        ("a byte more", whole + b"\0", "entry_trailing_bytes"),
        ("a flag", entry(signed, header(), flags=1), "entry_flags"),
        ("unknown algorithm", entry({**signed, "alg": 9}, header()), "entry_signature"),
        ("signature missing", entry(no_signature, header()), "entry_signature"),
        ("signature of 63 bytes", entry({**signed, "sig": b64(bytes(63))}, header()), "entry_signature"),
        ("unsigned with a key", entry({**no_signature, "alg": 0}, header()), "entry_signature"),
        ("unsigned with a signature", entry({**zero_key, "alg": 0}, header()), "entry_signature"),
        ("header not canonical", entry(signed, b'{"outcome" :1}'), "unexpected_byte"),
        ("header field unknown", entry(signed, {**header(), "x": 1}), "entry_header"),
        ("header field left out", entry(signed, without(header(), "sprev")), "entry_header"),
        ("rules beyond 32 bits", entry(signed, header(rules=2**32)), "entry_header"),
        ("stream no id", entry(signed, header(stream="tender")), "entry_header"),
        ("first of the stream with a previous", entry(signed, header(sprev=PUBLISHED_HEADS[0])), "entry_header"),
        ("later in the stream without a previous", entry(signed, header(sseq=1)), "entry_header"),
        ("payload over 4096 bytes", entry({**signed, "payload": b64(b"x" * 4097)}, header()), "entry_size"),
        ("over 8192 bytes", whole + bytes(8192), "entry_size"),
        ("cover too short", b"TLC1" + bytes(91), "entry_unexpected_end"),
        ("cover too long", b"TLC1" + bytes(93), "entry_trailing_bytes"),
    ]
    cover = b"TLC1" + bytes(range(92))
    write("entry", {
        "about": "Log entries, docs/formats.md 7.",
        "good": [{"name": name, "hex": data.hex(), "leaf_hash": leaf(data).hex()} for name, data in good],
        "cover": {"hex": cover.hex(), "leaf_hash": leaf(cover).hex()},
        "bad": [{"name": name, "hex": data.hex(), "code": code} for name, data, code in bad],
    })


# ── Checkpoints and receipts ──


def key_hash(name, kind, key):
    return sha256(name.encode(), b"\n", bytes([kind]), key.raw)[:4]


def verifier_key(name, kind, key):
    return f"{name}+{key_hash(name, kind, key).hex()}+{b64(bytes([kind]) + key.raw)}"


def log_line(text, name=ORIGIN, key=LOG):
    return f"— {name} {b64(key_hash(name, 1, key) + key.sign(text.encode()))}\n"


def witness_line(text, number, time=1767225700, signed_time=None, name=None):
    name, key = name or f"witness.example/{number}", WITNESSES[number]
    message = f"cosignature/v1\ntime {time if signed_time is None else signed_time}\n{text}".encode()
    return f"— {name} {b64(key_hash(name, 4, key) + struct.pack('>Q', time) + key.sign(message))}\n"


def checkpoint(size, root, origin=ORIGIN):
    return f"{origin}\n{size}\n{b64(root)}\n"


def receipt(data, index, proof, note):
    hashes_text = "".join(b64(h) + "\n" for h in proof)
    return f"c2sp.org/tlog-proof@v1\nextra {b64(data)}\nindex {index}\n{hashes_text}\n{note}"


def receipt_vectors():
    data = entry(act(BIDDER, payload()), header())
    cover = b"TLC1" + bytes(92)
    foreign = entry(act(BIDDER, payload(origin="other.example/tlog/1")), header())
    leaves = [leaf(b"TLC1" + bytes([n]) * 92) for n in range(13)]
    leaves[5], leaves[6], leaves[7] = leaf(data), leaf(cover), leaf(foreign)
    size, root, proof = 13, head(leaves), path(5, leaves)
    text = checkpoint(size, root)
    signed = text + "\n" + log_line(text)
    cosigned = signed + witness_line(text, 0) + witness_line(text, 1)
    policy = [verifier_key(f"witness.example/{n}", 4, WITNESSES[n]) for n in range(3)]
    alias = verifier_key("witness.example/again", 4, WITNESSES[0])
    alias_line = witness_line(text, 0, name="witness.example/again")
    unknown = "— stranger.example/x " + b64(b"\1\2\3\4" + bytes(100)) + "\n"
    wrong_size = checkpoint(12, root)
    other_name = checkpoint(size, root, "other.example/tlog/1")
    extended = text + "extension\n"
    zero_first = checkpoint("013", root)
    plain = receipt(data, 5, proof, signed)
    full = receipt(data, 5, proof, cosigned)

    def noted(note):
        return receipt(data, 5, proof, note)

    good = [
        ("signed by the log alone", plain, [], 0, []),
        ("witnesses not asked for", full, [], 0, []),
        ("quorum of two of three", full, policy, 2, [1767225700] * 2),
        ("unknown line ignored", noted(cosigned + unknown), policy, 2, [1767225700] * 2),
    ]
    bad = [
        ("empty", "", [], 0, "receipt_form"),
        ("another version", plain.replace("@v1", "@v2"), [], 0, "receipt_form"),
        ("no entry", plain.replace(f"extra {b64(data)}\n", ""), [], 0, "receipt_form"),
        ("index with leading zero", plain.replace("index 5", "index 05"), [], 0, "receipt_form"),
        ("index negative", plain.replace("index 5", "index -5"), [], 0, "receipt_form"),
        ("index beyond 64 bits", plain.replace("index 5", "index 18446744073709551616"), [], 0, "receipt_form"),
        ("hash cut short", plain.replace(b64(proof[0]), b64(proof[0][:31])), [], 0, "receipt_form"),
        ("64 hashes", receipt(data, 5, proof * 16, signed), [], 0, "receipt_size"),
        ("no signature", noted(text + "\n"), [], 0, "note_form"),
        ("signature line without newline", plain[:-1], [], 0, "note_form"),
        ("control character", noted(signed.replace("example", "exam\tple")), [], 0, "note_form"),
        ("signed by a stranger only", noted(text + "\n" + unknown), [], 0, "signature_missing"),
        ("same name, another key", noted(text + "\n" + log_line(text, key=BIDDER)), [], 0, "signature_missing"),
        ("size changed after signing", plain.replace("\n13\n", "\n12\n"), [], 0, "bad_signature"),
        ("log's signature changed", noted(text + "\n" + log_line(text + "x")), [], 0, "bad_signature"),
        ("extension line", noted(extended + "\n" + log_line(extended)), [], 0, "checkpoint_form"),
        ("size with leading zero", noted(zero_first + "\n" + log_line(zero_first)), [], 0, "checkpoint_form"),
        ("head of another log", noted(other_name + "\n" + log_line(other_name)), [], 0, "other_origin"),
        ("one witness of two", noted(signed + witness_line(text, 2)), policy, 2, "quorum"),
        ("no witness", plain, policy, 1, "quorum"),
        ("quorum beyond the policy", full, policy[:1], 2, "quorum"),
        ("one key under two names", noted(signed + witness_line(text, 0) + alias_line), [policy[0], alias], 2,
         "quorum"),
        ("witness lied about the time", noted(signed + witness_line(text, 0, signed_time=1)), policy, 1,
         "bad_signature"),
        ("witness signed another head", noted(signed + witness_line(wrong_size, 0)), policy, 1, "bad_signature"),
        ("time beyond 2^63", noted(signed + witness_line(text, 0, time=2**63)), policy, 1, "bad_signature"),
        ("log as its own witness", full, [verifier_key(ORIGIN, 1, LOG)], 1, "verifier_form"),
        ("another index", receipt(data, 4, proof, signed), [], 0, "root_mismatch"),
        ("index beyond the tree", receipt(data, 13, proof, signed), [], 0, "index_out_of_range"),
        ("hash missing", receipt(data, 5, proof[:-1], signed), [], 0, "proof_length"),
        ("hash changed", receipt(data, 5, [flip(proof[0])] + proof[1:], signed), [], 0, "root_mismatch"),
        ("entry changed", receipt(data[:-1] + b"\n", 5, proof, signed), [], 0, "root_mismatch"),
        ("cover entry", receipt(cover, 6, path(6, leaves), signed), [], 0, "entry_magic"),
        ("act for another log", receipt(foreign, 7, path(7, leaves), signed), [], 0, "act_origin"),
    ]
    vkey = verifier_key(ORIGIN, 1, LOG)
    write("receipt", {
        "about": "Checkpoints and receipts, docs/formats.md 8. log and policy are verifier keys (C2SP signed-note).",
        "log": {"vkey": vkey, "seed": LOG.secret.hex(), "origin": ORIGIN},
        "witnesses": [{"vkey": k, "seed": w.secret.hex()} for k, w in zip(policy, WITNESSES)],
        "checkpoint": {"text": text, "signed": signed, "time": 1767225700, "cosigned": cosigned},
        "bad_vkeys": [
            "", "name", "name+00000000", vkey.replace("+", "-"), vkey[:-4], vkey.replace(ORIGIN, "other"),
            "a b+" + vkey.split("+", 1)[1], f"{ORIGIN}+00000000+" + vkey.split("+", 2)[2],
            verifier_key(ORIGIN, 2, LOG),
        ],
        "good": [{"name": n, "text": t, "policy": p, "quorum": q, "index": 5, "size": size, "ts": 1767225601000,
                  "leaf_hash": leaf(data).hex(), "times": times} for n, t, p, q, times in good],
        "bad": [{"name": n, "text": t, "policy": p, "quorum": q, "code": c} for n, t, p, q, c in bad],
    })


# ── Draws ──


def number(r, purpose, i):
    return int.from_bytes(sha256(b"KB/draw\0", r, purpose.encode(), struct.pack(">I", i))[:8], "big")


def chosen(r, purpose, n, k):
    left, i, result = list(range(n)), 0, []
    for place in range(min(k, n)):
        m = n - place
        while (value := number(r, purpose, i)) >= 2**64 - 2**64 % m:
            i += 1
        i += 1
        at = place + value % m
        left[place], left[at] = left[at], left[place]
        result.append(left[place])
    return result


def draw_vectors():
    label_key = bytes(range(48))
    r = sha256(label_key)
    ids = [sha256(b"submission %d" % n)[:16] for n in range(12)]
    ranked = sorted(range(len(ids)), key=lambda n: sha256(b"KB/order\0", r, ids[n]))
    cases = [("weights", 5, 1), ("panel", 40, 7), ("panel", 7, 7), ("all", 3, 9), ("none", 4, 0), ("one", 1, 1),
             ("empty", 0, 3), ("base price", 1000, 3), ("招标", 10, 4)]
    write("draw", {
        "about": "Draws, docs/formats.md 9. order: positions of the ids as drawn. stream: numbers as decimal text.",
        "label_key": label_key.hex(),
        "randomness": r.hex(),
        "order": {"ids": [i.hex() for i in ids], "drawn": ranked},
        "stream": {"purpose": "panel", "numbers": [str(number(r, "panel", i)) for i in range(8)]},
        "choose": [{"purpose": p, "n": n, "k": k, "drawn": chosen(r, p, n, k)} for p, n, k in cases],
    })


if __name__ == "__main__":
    canonical_vectors()
    tree_vectors()
    act_vectors()
    entry_vectors()
    receipt_vectors()
    draw_vectors()
