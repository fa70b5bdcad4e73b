# SPDX-License-Identifier: EUPL-1.2
"""Django's settings for the web application: those of the store, and sign-in, sessions, pages and headers beside.

Told by the environment: STYR_HOSTS (names it answers to, commas between), STYR_SECRET (signs sessions; else it is made
from the store's secret key), STYR_PLAIN_HTTP=1 (no TLS: this machine alone), STYR_DEMONSTRATION=1 (says so on every
page, and lists the users), STYR_SECOND_FACTOR=offered (not demanded of roles that see persons).
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from datetime import timedelta
from pathlib import Path

from csp.constants import NONE, SELF

from styr.web.settings import *  # noqa: F403
from styr.web.settings import DATABASES, STORE

_HERE = Path(__file__).parent


def _secret() -> str:
    """What signs sessions; of a store without a key yet it lasts as long as the process."""
    if given := os.environ.get("STYR_SECRET"):
        return given
    file = STORE.absolute().with_name(STORE.absolute().name + ".key")
    key = os.environ.get("STYR_KEY", "").encode() or (file.read_bytes() if file.exists() else b"")
    return hmac.new(key, b"styr web sessions", hashlib.sha256).hexdigest() * 2 if key else secrets.token_hex(64)


DEMONSTRATION = os.environ.get("STYR_DEMONSTRATION") == "1"
PLAIN_HTTP = os.environ.get("STYR_PLAIN_HTTP") == "1"
SECOND_FACTOR_DEMANDED = os.environ.get("STYR_SECOND_FACTOR", "demanded") != "offered" and not DEMONSTRATION

SECRET_KEY = _secret()
DEBUG = False
ALLOWED_HOSTS = [host for host in os.environ.get("STYR_HOSTS", "localhost,127.0.0.1,[::1]").split(",") if host]
if DATABASES["default"]["ENGINE"] == "django.db.backends.postgresql":
    # opening a connection takes the server longer than most pages do
    DATABASES = {"default": {**DATABASES["default"], "CONN_MAX_AGE": 600, "CONN_HEALTH_CHECKS": True}}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "styr.register",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "django_otp.plugins.otp_static",
    "axes",
    "csp",
    "styr.web",
    "styr.web.accounts",
    "styr.web.audit",
    "styr.web.cases",
    "styr.web.data",
    "styr.web.foreseen",
    "styr.web.economy",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "styr.web.headers.Headers",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "styr.web.languages.ChosenLanguage",
    "styr.web.api.problems.Problems",
    "django.middleware.common.CommonMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_otp.middleware.OTPMiddleware",
    "styr.web.accounts.expiry.Expiry",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "styr.web.refusals.Refusals",
    "styr.web.access.DenyByDefault",  # before the next, which reads what was sent: files of strangers are not taken
    "django.middleware.csrf.CsrfViewMiddleware",
    "axes.middleware.AxesMiddleware",
]
ROOT_URLCONF = "styr.web.urls"
WSGI_APPLICATION = "styr.web.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [_HERE / "templates"],
        "APP_DIRS": False,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "styr.web.context.frame",
            ],
            "libraries": {"styr": "styr.web.templatetags.styr"},
            "builtins": ["styr.web.templatetags.styr", "django.templatetags.static"],
        },
    }
]

# sign-in
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
    "styr.web.accounts.federation.Backend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
LOGIN_URL = "sign-in"
LOGIN_REDIRECT_URL = "overview"
LOGOUT_REDIRECT_URL = "sign-in"
OTP_TOTP_ISSUER = "Styr"
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_LOCKOUT_TEMPLATE = "accounts/locked.html"
AXES_RESET_ON_SUCCESS = True
AXES_VERBOSE = False

# the municipality's own sign-in (styr.web.accounts.federation)
OIDC_ISSUER = os.environ.get("STYR_OIDC_ISSUER", "")
OIDC_OP_AUTHORIZATION_ENDPOINT = os.environ.get("STYR_OIDC_AUTHORIZATION", "")
OIDC_OP_TOKEN_ENDPOINT = os.environ.get("STYR_OIDC_TOKEN", "")
OIDC_OP_USER_ENDPOINT = os.environ.get("STYR_OIDC_USERINFO", "")
OIDC_OP_JWKS_ENDPOINT = os.environ.get("STYR_OIDC_KEYS", "-")
OIDC_RP_CLIENT_ID = os.environ.get("STYR_OIDC_CLIENT", "")
OIDC_RP_CLIENT_SECRET = os.environ.get("STYR_OIDC_CLIENT_SECRET", "")
OIDC_RP_SIGN_ALGO = "RS256"
OIDC_RP_SCOPES = "openid profile"
OIDC_CLAIM = os.environ.get("STYR_OIDC_CLAIM", "preferred_username")
OIDC_SECOND_FACTOR_BY_PROVIDER = os.environ.get("STYR_OIDC_SECOND_FACTOR") == "provider"
OIDC_AUTHENTICATION_CALLBACK_URL = "provider-answer"
OIDC_USE_PKCE = True
OIDC_CREATE_USER = False
OIDC_TIMEOUT = 10
LOGIN_REDIRECT_URL_FAILURE = "/log-ind/"
SAML_PROVIDER = os.environ.get("STYR_SAML_PROVIDER", "")  # styr.web.accounts.saml
SAML_ADDRESS = os.environ.get("STYR_SAML_ADDRESS", "").rstrip("/")
SAML_NAME = os.environ.get("STYR_SAML_NAME", "")
SAML_CLAIM = os.environ.get("STYR_SAML_CLAIM", "")
SAML_SECOND_FACTOR_BY_PROVIDER = os.environ.get("STYR_SAML_SECOND_FACTOR") == "provider"
SAML_KEY = os.environ.get("STYR_SAML_KEY", "")
SAML_CERTIFICATE = os.environ.get("STYR_SAML_CERTIFICATE", "")

# the API: how often a token may ask in a minute, more of it on the page (styr.web.api)
API_REQUESTS_A_MINUTE = int(os.environ.get("STYR_API_REQUESTS_A_MINUTE", "300"))

# sessions: an hour without a page, or a working day, ends them (styr.web.accounts.expiry)
SESSION_COOKIE_AGE = 3600
SESSION_LONGEST = 10 * 3600
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_NAME = "styr_session"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_NAME = "styr_csrf"
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "styr.web.refusals.csrf_failed"

# languages: the pages' own words are in texts/, Django's come with it
LANGUAGES = [("da", "Dansk"), ("en", "English")]
USE_I18N = True

# headers
SECURE_SSL_REDIRECT = not PLAIN_HTTP
SECURE_PROXY_SSL_HEADER = None if PLAIN_HTTP else ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_HSTS_SECONDS = 0 if PLAIN_HTTP else 365 * 24 * 3600
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = not PLAIN_HTTP
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = not PLAIN_HTTP
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "object-src": [NONE],
    }
}

# static files come with the package and are served by the process itself
STATIC_URL = "static/"
STATICFILES_DIRS = [_HERE / "static"]
WHITENOISE_USE_FINDERS = True
WHITENOISE_MAX_AGE = 3600

# uploads: deliveries go to a file at once, and are never served back
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.TemporaryFileUploadHandler"]
FILE_UPLOAD_PERMISSIONS = 0o600
DATA_UPLOAD_MAX_NUMBER_FILES = 40
LARGEST_UPLOAD = 4 * 2**30

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"masked": {"()": "styr.web.refusals.Masked"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "filters": ["masked"]}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {"django.request": {"handlers": ["stderr"], "level": "ERROR", "propagate": False}},
}
