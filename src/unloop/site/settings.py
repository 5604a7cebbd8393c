"""Settings, from the environment alone.

UNLOOP_HOME            data folder; default: the platform's user data folder
UNLOOP_DATABASE_URL    postgres://user:password@host/name; default: SQLite in UNLOOP_HOME
UNLOOP_ORIGIN          https://clinic.example, when the clinic is reached under a name of its own
UNLOOP_SECRET_KEY      signing key; default: drawn once and kept in UNLOOP_HOME
UNLOOP_MAIL_URL        submission://user:password@host, the server that takes the clinic's mail
UNLOOP_MAIL_FROM       the address that mail comes from; needed with UNLOOP_MAIL_URL
UNLOOP_WEBHOOK_URL     https address that takes messages as JSON, e.g. to send them as text messages
UNLOOP_WEBHOOK_SECRET  key with which those are signed
UNLOOP_DOCUMENTS_KEY   key that seals documents, 32 bytes as URL-safe base64; default: drawn once, in UNLOOP_HOME
UNLOOP_MESSAGES        "console" prints messages that have no other way out
UNLOOP_TRUSTED_PROXIES number of reverse proxies in front, whose forwarded addresses are believed;
                       default: 1 with an https UNLOOP_ORIGIN, else 0
"""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _
from environs import Env

from unloop.clinic.people import home

env = Env()

HOME = home.make(home.path())
DEBUG = False
SECRET_KEY = env.str("UNLOOP_SECRET_KEY", "") or home.secret_key(HOME)

# The home says in its database whether it is a demo; this says only how it was asked to be served.
UNLOOP_DEMO = env.bool("UNLOOP_DEMO", False)
UNLOOP_DEMO_SEEDER = "unloop.clinic.front_desk.demo.seed"
UNLOOP_SETUP_TOKEN = env.str("UNLOOP_SETUP_TOKEN", "")

# --- Rooms, top to bottom: a room is added by one line here and one in urls.py --------------------------------

CLINIC_APPS = [
    "unloop.clinic.registry",
    "unloop.clinic.library",
    "unloop.clinic.front_desk",
    "unloop.clinic.follow_up",
    "unloop.clinic.bedside",
    "unloop.clinic.consulting_room",
    "unloop.clinic.questionnaires",
    "unloop.clinic.laboratory",
    "unloop.clinic.work",
    "unloop.clinic.chart",
    "unloop.clinic.people",
    "unloop.clinic.audit",
]
INSTALLED_APPS = [
    *CLINIC_APPS,
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "allauth",
    "allauth.account",
    "allauth.mfa",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "unloop.clinic.people.middleware.Headers",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "unloop.clinic.people.middleware.ThisClinic",
    "unloop.clinic.people.middleware.SessionEnds",
    "unloop.clinic.people.middleware.SaysWhatIsNotTaken",
    "unloop.clinic.people.middleware.Gate",
]
ROOT_URLCONF = "unloop.site.urls"
ASGI_APPLICATION = "unloop.site.asgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "unloop.clinic.people.context.clinic",
            ],
            "builtins": ["unloop.clinic.people.templatetags.unloop_ui"],
        },
    }
]

# --- Where the record is kept ---------------------------------------------------------------------------------


def _database() -> dict[str, Any]:
    given = env.str("UNLOOP_DATABASE_URL", "")
    shared = {"ATOMIC_REQUESTS": True}
    if given:
        postgres: dict[str, Any] = dict(env.dj_db_url("UNLOOP_DATABASE_URL"))
        return postgres | shared | {"CONN_HEALTH_CHECKS": True}
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(HOME / home.DATABASE),
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            # FULL: a dose or a reading that was acknowledged survives a power cut.
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA recursive_triggers=ON;",
        },
    } | shared


DATABASES = {"default": _database()}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- How it is reached ----------------------------------------------------------------------------------------

ORIGIN = env.str("UNLOOP_ORIGIN", "").rstrip("/")
ADDRESS = ORIGIN or env.str("UNLOOP_LISTENS_AT", "").rstrip("/")
"""What messages lead to: the clinic's own name, else the address that `unloop serve` listens on and sets itself."""
_origin = urlsplit(ORIGIN)
HTTPS = _origin.scheme == "https"
ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]", *([_origin.hostname] if _origin.hostname else [])]
CSRF_TRUSTED_ORIGINS = [ORIGIN] if ORIGIN else []
# The program itself speaks no TLS: an https address means that one proxy in front does.
TRUSTED_PROXIES = env.int("UNLOOP_TRUSTED_PROXIES", 1 if HTTPS else 0)
ALLAUTH_TRUSTED_PROXY_COUNT = TRUSTED_PROXIES
if TRUSTED_PROXIES:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

_cookie = ("__Host-" if HTTPS else "") + ("unloop_demo_" if UNLOOP_DEMO else "unloop_")
SESSION_COOKIE_NAME = _cookie + "session"
CSRF_COOKIE_NAME = _cookie + "csrf"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Strict"
SECURE_SSL_REDIRECT = HTTPS and TRUSTED_PROXIES > 0
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "worker-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 12 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2_000

STATIC_URL = "/static/"
STATIC_ROOT = None
WHITENOISE_USE_FINDERS = True
WHITENOISE_MAX_AGE = 60
WHITENOISE_AUTOREFRESH = False

# --- Who signs in, and for how long ---------------------------------------------------------------------------

AUTH_USER_MODEL = "people.User"
AUTHENTICATION_BACKENDS = ["unloop.clinic.people.sign_in.Backend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 15},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("username", "email", "name")},
    },
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "people:home"
PASSWORD_RESET_TIMEOUT = int(timedelta(hours=72).total_seconds())  # an invitation's life
SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_AGE = int(timedelta(hours=12).total_seconds())
UNLOOP_SESSION_AT_MOST = timedelta(hours=12)
UNLOOP_IDLE_CLINICAL = timedelta(minutes=10)
UNLOOP_IDLE_OTHER = timedelta(minutes=30)

ACCOUNT_ADAPTER = "unloop.clinic.people.sign_in.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_CHANGE_EMAIL = False
ACCOUNT_PRESERVE_USERNAME_CASING = False
ACCOUNT_RATE_LIMITS = {
    "login": "60/m/ip",
    "login_failed": "20/m/ip,5/5m/key",
    "reauthenticate": "10/m/user",
    "change_password": "5/m/user",
}
MFA_ADAPTER = "unloop.clinic.people.sign_in.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_TOTP_ISSUER = "Unloop"
MFA_PASSKEY_LOGIN_ENABLED = False
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not HTTPS
MFA_FORMS = {
    "authenticate": "unloop.clinic.people.sign_in.SecondFactorForm",
    "reauthenticate": "unloop.clinic.people.sign_in.SecondFactorAgainForm",
}

# --- How messages leave ---------------------------------------------------------------------------------------

EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"  # nothing but the outbox sends mail
UNLOOP_MAIL_FROM = env.str("UNLOOP_MAIL_FROM", "")
UNLOOP_WEBHOOK_URL = env.str("UNLOOP_WEBHOOK_URL", "")
UNLOOP_WEBHOOK_SECRET = env.str("UNLOOP_WEBHOOK_SECRET", "")
UNLOOP_DOCUMENTS_KEY = env.str("UNLOOP_DOCUMENTS_KEY", "")
UNLOOP_MESSAGES = env.str("UNLOOP_MESSAGES", "")
if UNLOOP_MAIL_FROM and env.str("UNLOOP_MAIL_URL", ""):
    _mail = env.dj_email_url("UNLOOP_MAIL_URL")
    EMAIL_BACKEND = str(_mail["EMAIL_BACKEND"])
    EMAIL_HOST, EMAIL_PORT = str(_mail["EMAIL_HOST"]), int(str(_mail["EMAIL_PORT"] or 587))
    EMAIL_HOST_USER = str(_mail["EMAIL_HOST_USER"] or "")
    EMAIL_HOST_PASSWORD = str(_mail["EMAIL_HOST_PASSWORD"] or "")
    EMAIL_USE_TLS, EMAIL_USE_SSL = bool(_mail["EMAIL_USE_TLS"]), bool(_mail["EMAIL_USE_SSL"])
else:
    UNLOOP_MAIL_FROM = ""

# --- Words, days and logs -------------------------------------------------------------------------------------

USE_TZ = True
TIME_ZONE = "UTC"
USE_I18N = True
LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("es", _("Spanish"))]
LOCALE_PATHS = [str(Path(home.__file__).parent.parent / "locale")]
FORM_RENDERER = "django.forms.renderers.DjangoTemplates"
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "filters": {"no-query": {"()": "unloop.clinic.people.logs.WithoutQuery"}},
    "handlers": {
        "console": {"class": "logging.StreamHandler", "formatter": "plain", "filters": ["no-query"]},
    },
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {
        "django": {"handlers": [], "level": "WARNING", "propagate": True},
        "django.request": {"level": "ERROR"},  # what was refused stands in the audit trail
        "django.security.DisallowedHost": {"handlers": [], "propagate": False},
    },
}
