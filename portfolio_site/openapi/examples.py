"""A body for each kind of request, and for what is answered most, by the names of their schemas."""

from typing import Any

WORK = {
    "title": "Blue Hour",
    "year": 1998,
    "medium": "Oil on canvas",
    "height_cm": "60",
    "width_cm": "80.5",
    "availability": "available",
    "price": "1200.00",
    "currency": "EUR",
    "tags": ["sea", "night"],
}
PICTURE = "the bytes of blue-hour.jpg"
GALLERY = {"title": "Blue Hours", "description": "Evenings at the *sea*.", "layout": "justified"}

EXAMPLES: dict[str, dict[str, Any]] = {
    "LoginRequest": {"username": "alice", "password": "correct horse battery"},
    "RegisterRequest": {
        "username": "alice",
        "email": "alice@example.org",
        "password": "correct horse battery",
        "name": "Alice",
    },
    "PatchedChangeRequest": {"email": "alice@example.org", "current_password": "correct horse battery"},
    "TokenRequest": {"name": "Upload script", "scopes": ["read", "upload"], "days": 90},
    "PatchedArtistDetailRequest": {
        "statement": "I paint the *evening*.",
        "links": [{"title": "Studio diary", "url": "https://alice.example/diary"}],
    },
    "MarkdownRequest": {"text": "I paint the *evening*."},
    "GalleryOrderRequest": {"galleries": [2, 5, 1]},
    "PortraitRequest": {"image": PICTURE},
    "UploadRequest": {"image": PICTURE, "focal_point.x": 0.5, "focal_point.y": 0.3} | WORK,
    "NewImageRequest": {"image": PICTURE},
    "PatchedArtworkRequest": {"title": "Blue Hour", "focal_point": {"x": 0.5, "y": 0.3}, "tags": ["sea"]},
    "BulkEditRequest": {"artworks": [7, 9], "changes": {"availability": "sold"}, "add_tags": ["sold 2026"]},
    "SelectionRequest": {"artworks": [7, 9]},
    "PatchedTagRequest": {"name": "Ocean"},
    "GalleryDetailRequest": GALLERY,
    "PatchedGalleryDetailRequest": {"visibility": "public", "cover": 7},
    "HangRequest": {"artworks": [7, 9]},
    "TakeDownRequest": {"artworks": [9]},
    "OrderRequest": {"artworks": [9, 4, 7]},
}

SITE = "https://art.example"
ALICE = {"id": 1, "name": "Alice", "slug": "alice", "page": f"{SITE}/artists/alice/"}
MOMENT = "2026-11-22T10:00:00Z"


def rendition(width: int, height: int) -> dict[str, Any]:
    return {"url": f"{SITE}/images/0b5c3c1e-7f1d-4f0e-9a51-6a2f0c0f4f10/{width}.jpg", "width": width, "height": height}


RENDITIONS = {"thumbnail": rendition(400, 300), "preview": rendition(1200, 900), "display": rendition(2400, 1800)}
PROFILE = ALICE | {
    "statement": "I paint the *evening*.",
    "biography": "",
    "location": "Ostend",
    "website": "https://alice.example",
    "links": [{"title": "Studio diary", "url": "https://alice.example/diary"}],
    "credit_line": "© Alice",
    "licence_url": "",
    "permission_url": "https://alice.example/permission",
    "reserves_ai_training": True,
}
ROOM = GALLERY | {
    "id": 1,
    "artist": ALICE,
    "slug": "blue-hours",
    "visibility": "public",
    "position": 0,
    "page": f"{SITE}/artists/alice/blue-hours/",
    "cover": 7,
    "cover_image": {"artwork": 7, "alt_text": "A pier at dusk.", "renditions": RENDITIONS},
    "artworks_count": 1,
    "created_at": MOMENT,
    "updated_at": MOMENT,
}
SHOWN: dict[str, dict[str, Any]] = {
    "Profile": PROFILE | {"contact_email": "alice@example.org", "currency": "EUR"},
    "Artist": PROFILE | {"portrait": None},
    "Gallery": ROOM,
    "Tag": {"id": 3, "name": "Sea", "slug": "sea", "artworks_count": 12},
    "Token": {
        "id": "ps_4f1c9a2e77b0",
        "name": "Upload script",
        "scopes": ["read", "upload"],
        "created": MOMENT,
        "expiry": "2027-02-20T10:00:00Z",
        "last_used": None,
    },
    "Artwork": WORK
    | {
        "id": 7,
        "artist": ALICE,
        "date_text": "",
        "depth_cm": None,
        "height_cm": "60.00",
        "width_cm": "80.50",
        "dimensions": "60 × 80.5 cm",
        "dimensions_in_inches": "23 5/8 × 31 3/4 in.",
        "edition": "",
        "description": "",
        "alt_text": "A pier at dusk.",
        "credit_line": "© Alice",
        "licence_url": "",
        "focal_point": {"x": 0.5, "y": 0.3},
        "page": f"{SITE}/artworks/7-blue-hour/",
        "state": "ready",
        "image": {
            "format": "JPEG",
            "width": 4000,
            "height": 3000,
            "bytes": 3141592,
            "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
            "colour": "sRGB",
        },
        "renditions": RENDITIONS,
        "visibility": "public",
        "galleries": [{"id": 1, "title": "Blue Hours", "page": ROOM["page"]}],
        "created_at": MOMENT,
        "updated_at": MOMENT,
    },
}
