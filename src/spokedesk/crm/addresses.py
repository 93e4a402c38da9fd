"""E-mail addresses, domains, web addresses and telephone numbers as texts: what is well-formed."""

from __future__ import annotations

import re
from collections.abc import Collection

EMAIL = re.compile(r"[^\s@<>()\[\],;:\\\"]+@(?:[^\s@<>()\[\],;:\\\".]+\.)+[^\s@<>()\[\],;:\\\".]{2,}")
LABEL = re.compile(r"[^\W_](?:[\w-]{0,61}[^\W_])?")
URL = re.compile(r"(?i:(https?)://)?(?:[^\s/?#@]{1,256}@)?([^\s/?#@:\[\]]{1,253})(?::([0-9]{1,5}))?(?:[/?#]\S*)?")
NUMBER_SIGNS = re.compile(r"[\s().\-/]")
FULL_NUMBER = re.compile(r"\+[1-9][0-9]{6,14}")
LONGEST_DOMAIN = 253
LONGEST_EMAIL = 320

# telephone codes of countries; those that share one are told apart by nothing that every number has
CALLING_CODES: dict[str, str] = {
    **dict.fromkeys(("us", "ca", "pr", "do", "jm", "bs", "bb", "tt"), "1"),
    **{"ru": "7", "kz": "7", "eg": "20", "za": "27", "gr": "30", "nl": "31", "be": "32", "fr": "33", "es": "34"},
    **{"hu": "36", "it": "39", "va": "39", "ro": "40", "ch": "41", "at": "43", "gb": "44", "dk": "45", "se": "46"},
    **{"no": "47", "pl": "48", "de": "49", "pe": "51", "mx": "52", "cu": "53", "ar": "54", "br": "55", "cl": "56"},
    **{"co": "57", "ve": "58", "my": "60", "au": "61", "id": "62", "ph": "63", "nz": "64", "sg": "65", "th": "66"},
    **{"jp": "81", "kr": "82", "vn": "84", "cn": "86", "tr": "90", "in": "91", "pk": "92", "af": "93", "lk": "94"},
    **{"mm": "95", "ir": "98", "ss": "211", "ma": "212", "dz": "213", "tn": "216", "ly": "218", "gm": "220"},
    **{"sn": "221", "mr": "222", "ml": "223", "gn": "224", "ci": "225", "bf": "226", "ne": "227", "tg": "228"},
    **{"bj": "229", "mu": "230", "lr": "231", "sl": "232", "gh": "233", "ng": "234", "td": "235", "cf": "236"},
    **{"cm": "237", "cv": "238", "st": "239", "gq": "240", "ga": "241", "cg": "242", "cd": "243", "ao": "244"},
    **{"gw": "245", "sc": "248", "sd": "249", "rw": "250", "et": "251", "so": "252", "dj": "253", "ke": "254"},
    **{"tz": "255", "ug": "256", "bi": "257", "mz": "258", "zm": "260", "mg": "261", "re": "262", "zw": "263"},
    **{"na": "264", "mw": "265", "ls": "266", "bw": "267", "sz": "268", "km": "269", "er": "291", "aw": "297"},
    **{"fo": "298", "gl": "299", "gi": "350", "pt": "351", "lu": "352", "ie": "353", "is": "354", "al": "355"},
    **{"mt": "356", "cy": "357", "fi": "358", "bg": "359", "lt": "370", "lv": "371", "ee": "372", "md": "373"},
    **{"am": "374", "by": "375", "ad": "376", "mc": "377", "sm": "378", "ua": "380", "rs": "381", "me": "382"},
    **{"xk": "383", "hr": "385", "si": "386", "ba": "387", "mk": "389", "cz": "420", "sk": "421", "li": "423"},
    **{"bz": "501", "gt": "502", "sv": "503", "hn": "504", "ni": "505", "cr": "506", "pa": "507", "ht": "509"},
    **{"bo": "591", "gy": "592", "ec": "593", "py": "595", "sr": "597", "uy": "598", "tl": "670", "bn": "673"},
    **{"nr": "674", "pg": "675", "to": "676", "sb": "677", "vu": "678", "fj": "679", "pw": "680", "ws": "685"},
    **{"kp": "850", "hk": "852", "mo": "853", "kh": "855", "la": "856", "bd": "880", "tw": "886", "mv": "960"},
    **{"lb": "961", "jo": "962", "sy": "963", "iq": "964", "kw": "965", "sa": "966", "ye": "967", "om": "968"},
    **{"ps": "970", "ae": "971", "il": "972", "bh": "973", "qa": "974", "bt": "975", "mn": "976", "np": "977"},
    **{"tj": "992", "tm": "993", "az": "994", "ge": "995", "kg": "996", "uz": "998"},
}


def is_email(text: str) -> bool:
    return len(text) <= LONGEST_EMAIL and EMAIL.fullmatch(text) is not None


def is_domain(text: str) -> bool:
    """Two labels or more, none with a character that names of hosts cannot have; the last is no number."""
    labels = text.removesuffix(".").split(".")
    return (
        len(text) <= LONGEST_DOMAIN
        and len(labels) > 1
        and not labels[-1].isdigit()
        and all(LABEL.fullmatch(label) for label in labels)
    )


def host_of(text: str) -> str | None:
    """The domain of a web address, with or without its scheme; None for what is none."""
    found = URL.fullmatch(text)
    if found is None or not is_domain(found[2]) or (found[3] and int(found[3]) > 65_535):
        return None
    return found[2].lower()


def is_below(domain: str, domains: Collection[str]) -> bool:
    """Whether a domain is one of some, or part of one."""
    name = domain.lower().removesuffix(".")
    return any(name == other or name.endswith("." + other) for other in domains)


def is_full_number(text: str, country: str | None) -> bool:
    """`+49 30 123456`: a number that names its country, the given one if there is one."""
    number = NUMBER_SIGNS.sub("", text.partition(" ext")[0])
    if not FULL_NUMBER.fullmatch(number):
        return False
    return country is None or number[1:].startswith(CALLING_CODES[country])
