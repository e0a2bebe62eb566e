"""What an answer says of AI training: an artist's word for what is theirs, the site's for all else.

Knows no Django: `artworks.sending` uses it too. These are requests, not locks.
"""

from typing import Any
from urllib.parse import quote

NO_AI = "noai, noimageai"  # as DeviantArt wrote them first, for X-Robots-Tag and <meta name="robots">
# TDM Reservation Protocol, W3C Community Group Final Report, "TDM Header Field in HTTP Responses".
RESERVED = {"X-Robots-Tag": NO_AI, "tdm-reservation": "1"}
NOT_RESERVED = {"tdm-reservation": "0"}
IN_ADDRESSES = "%/:?#[]@!$&'()*+,;=~"  # RFC 3986, section 2.2, and what is encoded already


def ruled_by(request: Any, artist: Any) -> None:
    """This answer shows what is the artist's. Call it only once the viewer may see it: a 404 speaks for the site."""
    request.ruled_by = artist


def headers(reserved: bool, permission_url: str = "") -> dict[str, str]:
    """For one answer; ``permission_url`` is where one may ask all the same."""
    if not reserved:
        return NOT_RESERVED
    return RESERVED | ({"tdm-policy": quote(permission_url, safe=IN_ADDRESSES)} if permission_url else {})
