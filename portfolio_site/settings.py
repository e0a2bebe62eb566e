"""Settings of Portfolio Site. What an operator may change comes from the environment: docs/settings.md."""

from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

from corsheaders.defaults import default_headers
from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from portfolio_site import environment as given

BASE_DIR = Path(__file__).resolve().parent.parent

# --- Where things are kept ------------------------------------------------------------------------

# Only its owner reads what lies here: password hashes, the secret key.
DATA_ROOT = given.folder("DATA_ROOT", BASE_DIR / "data", mode=0o700)
MEDIA_ROOT = given.folder("MEDIA_ROOT", BASE_DIR / "media")

SECRET_KEY = given.secret_key("SECRET_KEY", DATA_ROOT / "secret_key")
DEBUG = given.switch("DEBUG", False)

# --- The address ----------------------------------------------------------------------------------

SITE_URL: str = given.read("SITE_URL", "", given.origin, "an address like https://art.example")
HOST = given.address("HOST", "0.0.0.0")  # noqa: S104 - a site is there to be visited
PORT = given.number("PORT", 5005, 1, 65535)
SERVED_OVER_HTTPS = SITE_URL.startswith("https://")
# `manage.py serve` speaks plain HTTP, so an https address always has one proxy before it.
TRUSTED_PROXY_HOPS = given.number("TRUSTED_PROXY_HOPS", int(SERVED_OVER_HTTPS), 0, 10)

if SITE_URL:
    ALLOWED_HOSTS = [given.in_address(str(urlsplit(SITE_URL).hostname)), "localhost", "127.0.0.1", "[::1]"]
    CSRF_TRUSTED_ORIGINS = [SITE_URL]
else:
    ALLOWED_HOSTS = given.own_names(HOST)
if SERVED_OVER_HTTPS:
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
    SECURE_HSTS_SECONDS = 365 * 24 * 3600
    SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = True
    SECURE_SSL_REDIRECT = True
    # The health checks are asked from this machine itself, without TLS.
    SECURE_REDIRECT_EXEMPT = [r"^livez$", r"^readyz$"]
if TRUSTED_PROXY_HOPS:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
ALLAUTH_TRUSTED_PROXY_COUNT = TRUSTED_PROXY_HOPS

# --- The house ------------------------------------------------------------------------------------

ROOT_URLCONF = "portfolio_site.urls"
WSGI_APPLICATION = "portfolio_site.wsgi.application"
# One trailing slash is tolerated by the routes themselves; nothing is redirected by guessing.
APPEND_SLASH = False

INSTALLED_APPS = [
    "portfolio_site",
    "galleries",
    "artworks",
    "accounts",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "corsheaders",
    "csp",
    "django_filters",
    "django_tasks",
    "django_tasks_db",
    "drf_spectacular",
    "imagekit",
    "knox",
    "rest_framework",
]

MIDDLEWARE = [
    "portfolio_site.logs.number_requests",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "portfolio_site.middleware.security_headers",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "portfolio_site.middleware.rights_headers",
    "artworks.uploads.leave_nothing_behind",
    "artworks.uploads.spread_clients",
    "corsheaders.middleware.CorsMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "portfolio_site.visiting.as_visitor",
    "portfolio_site.keeping.KeptPages",
]

OWN = DATA_ROOT / "own"  # the keeper's templates and static files come before the site's: docs/pages.md
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [OWN / "templates", BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "portfolio_site.context.site",
            ],
        },
    },
]

# --- Database, cache, tasks -----------------------------------------------------------------------

# Short IMMEDIATE transactions: a writer waits its turn instead of failing when a reader turns writer.
# synchronous=FULL: what was acknowledged survives a power cut. WAL is set once, by `manage.py migrate`.
SQLITE_OPTIONS = {
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    "init_command": "PRAGMA synchronous=FULL; PRAGMA cache_size=-8000; PRAGMA temp_store=MEMORY;",
}
DATABASES = {
    "default": given.service(
        "DATABASE_URL",
        f"sqlite:///{DATA_ROOT / 'db.sqlite3'}",
        given.database,
        "an address like sqlite:////srv/portfolio/db.sqlite3",
    )
    | {"CONN_MAX_AGE": None, "ATOMIC_REQUESTS": False},
    # Disposable: throttles and other counters that all processes share.
    "cache": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": DATA_ROOT / "cache.sqlite3",
        "CONN_MAX_AGE": None,
        "OPTIONS": SQLITE_OPTIONS | {"init_command": "PRAGMA synchronous=OFF;"},
    },
}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["OPTIONS"] = SQLITE_OPTIONS
DATABASE_ROUTERS = ["portfolio_site.database.CacheRouter"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

CACHES = {"default": {"BACKEND": "portfolio_site.database.Cache", "LOCATION": "cache"}}

TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": ["default"]}}

# --- Files ----------------------------------------------------------------------------------------

STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
STATICFILES_DIRS = [folder for folder in (OWN / "static", BASE_DIR / "static") if folder.is_dir()]
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "portfolio_site.vendor.VendorFinder",
]
# What browsers ask for at the root without being told: /favicon.ico, /apple-touch-icon.png.
WHITENOISE_ROOT = BASE_DIR / "static" / "root"
STORAGES = {
    "default": {"BACKEND": "artworks.storage.OriginalStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "portfolio_site.hashing.HashedFiles"
    },
}
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
WHITENOISE_SKIP_COMPRESS_EXTENSIONS = ["gz", "br", "jpg", "png", "woff2", "map"]

# nginx's internal location in front of MEDIA_ROOT, e.g. /protected/; empty: the server sends files itself.
ACCEL_PREFIX = given.matching("ACCEL_PREFIX", r"/[\w/-]+/", "", "a path like /protected/")

# --- Uploads and the decoder: docs/settings.md says what each limit protects -----------------------

MEGABYTE = 1024 * 1024
UPLOAD_MAX_BYTES = given.number("UPLOAD_MAX_MB", 1024, 1, 100_000) * MEGABYTE
UPLOAD_MAX_PIXELS = given.number("UPLOAD_MAX_MEGAPIXELS", 500, 1, 10_000) * 1_000_000
# What one artist may keep here, the trash and former pictures included; 0 for no limit.
QUOTA_BYTES = given.number("QUOTA_MB", 0, 0, 1_000_000_000) * MEGABYTE
QUOTA_WORKS = given.number("QUOTA_WORKS", 0, 0, 10_000_000)
UPLOADS_AT_ONCE = given.number("UPLOADS_AT_ONCE", 16, 1, 1000)
DECODE_MEMORY = given.number("DECODE_MEMORY_MB", 320, 64, 65_536) * MEGABYTE
DECODE_SECONDS = given.number("DECODE_SECONDS", 120, 5, 3600)
WEB_WORKERS = given.number("WEB_WORKERS", 2, 1, 64)
# While one upload is written to the disk others compute; more at once would only take time from each other.
UPLOADS_IN_TURN = WEB_WORKERS + 1
WEB_THREADS = given.number("WEB_THREADS", 64, 2, 1000)

FILE_UPLOAD_HANDLERS = ["artworks.uploads.IncomingUploadHandler"]
FILE_UPLOAD_PERMISSIONS = 0o640
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * MEGABYTE
# A wall sends three for each work, so that one of three thousand can be saved.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000
# Each is an open file. Without a script the studio sends so many at once; with it, one request for each file.
DATA_UPLOAD_MAX_NUMBER_FILES = 50

IMAGEKIT_DEFAULT_CACHEFILE_BACKEND = "artworks.making.SingleMaker"
IMAGEKIT_DEFAULT_CACHEFILE_STRATEGY = "artworks.making.NeverOnThePage"
IMAGEKIT_DEFAULT_FILE_STORAGE = "artworks.storage.RenditionStorage"

# --- Who may come in ------------------------------------------------------------------------------

SIGNUP = given.choice("SIGNUP", "closed", "closed", "open")
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "admin:index"
ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "email*", "password1*"]
ACCOUNT_FORMS = {
    "login": "accounts.forms.LoginForm",
    "signup": "accounts.forms.SignupForm",
    "add_email": "accounts.forms.AddEmailForm",
    "reset_password": "accounts.forms.ResetPasswordForm",
    "reset_password_from_key": "accounts.forms.ResetPasswordKeyForm",
    "change_password": "accounts.forms.ChangePasswordForm",
    "set_password": "accounts.forms.SetPasswordForm",
    "reauthenticate": "accounts.forms.ReauthenticateForm",
}
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_REAUTHENTICATION_REQUIRED = True
# Wrong passwords and codes, from one address or for one account, at the page, the admin and the API together.
ACCOUNT_RATE_LIMITS = {
    "login_failed": "10/15m/ip,10/15m/key",
    "change_password": "10/15m/user",
    "reauthenticate": "30/15m/user",
    "reset_password": "20/h/ip,5/h/key",
}
MFA_ADAPTER = "accounts.adapter.MFAAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_FORMS = {
    "authenticate": "accounts.forms.AuthenticateForm",
    "reauthenticate": "accounts.forms.ReauthenticateByCodeForm",
    "activate_totp": "accounts.forms.ActivateTOTPForm",
}
MFA_TOTP_TOLERANCE = 1  # steps of 30 s: phones' clocks are seldom right
MFA_ALLOW_UNVERIFIED_EMAIL = True  # there may be no mail to verify one by
PASSWORD_HASHERS = [
    "accounts.hashers.Argon2",
    "django.contrib.auth.hashers.BCryptSHA256PasswordHasher",
    "django.contrib.auth.hashers.BCryptPasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
SESSION_COOKIE_SAMESITE = "Lax"
KNOX_TOKEN_MODEL = "accounts.Token"  # noqa: S105 - a model's name
REST_KNOX = {
    "AUTH_HEADER_PREFIX": "Bearer",
    "TOKEN_TTL": timedelta(days=30),
    "TOKEN_PREFIX": "ps_",
    "SECURE_HASH_ALGORITHM": "hashlib.sha512",
}

# --- The API --------------------------------------------------------------------------------------

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "accounts.authentication.TokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticatedOrReadOnly"],
    "DEFAULT_PARSER_CLASSES": ["accounts.parsers.JSONParser"],
    "DEFAULT_RENDERER_CLASSES": ["accounts.renderers.JSONRenderer", "accounts.renderers.BrowsableRenderer"],
    "DEFAULT_PAGINATION_CLASS": "accounts.pagination.Pages",
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "DEFAULT_SCHEMA_CLASS": "portfolio_site.openapi.Schema",
    "EXCEPTION_HANDLER": "accounts.problems.exception_handler",
    "NUM_PROXIES": TRUSTED_PROXY_HOPS,
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
    "COERCE_DECIMAL_TO_STRING": True,
}
# docs/openapi.json is made from the code: CONTRIBUTING.md says how.
SPECTACULAR_SETTINGS = {
    "TITLE": "Portfolio API",
    "DESCRIPTION": "Everything that can be done to artists, artworks and galleries. Concepts, and the list of error "
    "codes, are in docs/api.md. Every error is `application/problem+json` (RFC 9457). A verb that an address does not "
    "have answers 405 `method_not_allowed`. HEAD answers as GET does, without the body. An address may end in a slash.",
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "SCHEMA_PATH_PREFIX": "/api",
    "COMPONENT_SPLIT_REQUEST": True,
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
    "PREPROCESSING_HOOKS": ["portfolio_site.openapi.finishing.without_slashes"],
    "POSTPROCESSING_HOOKS": ["portfolio_site.openapi.finishing.finished"],
    "ENABLE_DJANGO_DEPLOY_CHECK": False,  # a test compares the document
}
# Per account, by what a token's scope would be called; strangers who read are not counted.
THROTTLES = {
    "read": given.rate("THROTTLE_READ", ""),
    "write": given.rate("THROTTLE_WRITE", "600/min"),
    "upload": given.rate("THROTTLE_UPLOAD", "300/min"),
}
CORS_ALLOWED_ORIGINS = given.origins("CORS_ALLOWED_ORIGINS")
CORS_ALLOW_HEADERS = [*default_headers, "idempotency-key", "if-match", "if-none-match"]
CORS_EXPOSE_HEADERS = ["ETag", "Location", "RateLimit", "RateLimit-Policy", "Retry-After", "Idempotent-Replayed"]
CORS_URLS_REGEX = r"^/api/.*$"
CORS_ALLOW_CREDENTIALS = False

# --- What a browser may do ------------------------------------------------------------------------

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"

# --- Words, mail, logs ----------------------------------------------------------------------------

LANGUAGE_CODE = "en"
# Each in its own catalogue beneath locale/, made by `manage.py translate`.
LANGUAGES = [("en", _("English")), ("de", _("German"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = given.time_zone("TIME_ZONE", "UTC")
USE_TZ = True

EMAIL_CONFIGURED = bool(given.text("EMAIL_URL"))
vars().update(
    given.service(
        "EMAIL_URL",
        "dummymail://",
        given.env.email_url_config,
        "an address like smtp+tls://user:password@mail.example:587",
    )
)
EMAIL_TIMEOUT = 10
# Who signs up confirms the address, and so cannot learn from the page whether it has an account already.
ACCOUNT_EMAIL_VERIFICATION = "mandatory" if EMAIL_CONFIGURED else "none"
ACCOUNT_EMAIL_NOTIFICATIONS = True
DEFAULT_FROM_EMAIL = SERVER_EMAIL = given.matching(
    "EMAIL_FROM",
    r"[^<>]*<[^@\s]+@[^@\s]+>|[^@\s]+@[^@\s]+",
    f"portfolio@{urlsplit(SITE_URL).hostname or 'localhost'}",
    "an address like portfolio@art.example",
)

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "lines": {
            "()": "portfolio_site.logs.Lines",
            "format": "{asctime} {levelname} {request_number} {name}: {message}",
            "style": "{",
        },
        "json": {"()": "portfolio_site.logs.Json"},
    },
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "formatter": given.choice("LOG_FORMAT", "lines", "lines", "json"),
        }
    },
    "root": {"handlers": ["console"], "level": "INFO"},
    "loggers": {
        "django": {"handlers": ["console"], "level": "INFO", "propagate": False},
        "pyvips": {"level": "WARNING"},
    },
}
